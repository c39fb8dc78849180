using System.ClientModel;
using System.ClientModel.Primitives;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;
using ChatMessage = OpenAI.Chat.ChatMessage;

namespace AiManager.ExecutionAgents;

/// <summary>The OpenAI SDK as an <see cref="IChatClient"/>. It asks once; trying again is the business of whoever wraps it.</summary>
internal sealed class OpenAiChatClient : IChatClient
{
    private readonly ChatClient _client;

    public OpenAiChatClient(ModelOptions options)
    {
        var settings = new OpenAIClientOptions { Endpoint = options.Url, RetryPolicy = new ClientRetryPolicy(0), NetworkTimeout = options.Timeout };
        _client = new ChatClient(options.Name, new ApiKeyCredential(string.IsNullOrEmpty(options.Key) ? "none" : options.Key), settings);
    }

    /// <inheritdoc/>
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<Microsoft.Extensions.AI.ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var completion = (await _client.CompleteChatAsync(messages.SelectMany(Write), Write(options), cancellationToken)).Value;
        var contents = new List<AIContent>();
        var text = string.Concat(completion.Content.Where(c => c.Kind == ChatMessageContentPartKind.Text).Select(c => c.Text));
        if (text.Length > 0)
        {
            contents.Add(new TextContent(text));
        }

        if (completion.Refusal is { Length: > 0 } refusal)
        {
            contents.Add(new ErrorContent(refusal));
        }

        contents.AddRange(completion.ToolCalls.Select(c => new RawToolCall(c.Id, c.FunctionName, c.FunctionArguments.ToString())));
        var reply = new Microsoft.Extensions.AI.ChatMessage(ChatRole.Assistant, contents);
        return new ChatResponse(reply)
        {
            ModelId = completion.Model,
            FinishReason = completion.Refusal is not null ? Microsoft.Extensions.AI.ChatFinishReason.ContentFilter : Read(completion.FinishReason),
            Usage = completion.Usage is { } usage ? new UsageDetails { InputTokenCount = usage.InputTokenCount, OutputTokenCount = usage.OutputTokenCount } : null,
        };
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<Microsoft.Extensions.AI.ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates())
        {
            yield return update;
        }
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType?.IsInstanceOfType(this) == true ? this : null;

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static Microsoft.Extensions.AI.ChatFinishReason Read(OpenAI.Chat.ChatFinishReason reason) => reason switch
    {
        OpenAI.Chat.ChatFinishReason.ContentFilter => Microsoft.Extensions.AI.ChatFinishReason.ContentFilter,
        OpenAI.Chat.ChatFinishReason.Length => Microsoft.Extensions.AI.ChatFinishReason.Length,
        OpenAI.Chat.ChatFinishReason.ToolCalls or OpenAI.Chat.ChatFinishReason.FunctionCall => Microsoft.Extensions.AI.ChatFinishReason.ToolCalls,
        _ => Microsoft.Extensions.AI.ChatFinishReason.Stop,
    };

    private static IEnumerable<ChatMessage> Write(Microsoft.Extensions.AI.ChatMessage message)
    {
        if (message.Role == ChatRole.System)
        {
            yield return ChatMessage.CreateSystemMessage(message.Text);
        }
        else if (message.Role == ChatRole.Assistant)
        {
            var calls = message.Contents.OfType<RawToolCall>().Select(c => ChatToolCall.CreateFunctionToolCall(c.CallId, c.Name, BinaryData.FromString(c.ArgumentsJson))).ToList();
            var assistant = calls.Count > 0 ? new AssistantChatMessage(calls) : new AssistantChatMessage(message.Text);
            if (calls.Count > 0 && message.Text.Length > 0)
            {
                assistant.Content.Add(ChatMessageContentPart.CreateTextPart(message.Text));
            }

            yield return assistant;
        }
        else if (message.Role == ChatRole.Tool)
        {
            foreach (var result in message.Contents.OfType<FunctionResultContent>())
            {
                yield return ChatMessage.CreateToolMessage(result.CallId, result.Result as string ?? string.Empty);
            }
        }
        else
        {
            yield return ChatMessage.CreateUserMessage(message.Text);
        }
    }

    private static ChatCompletionOptions Write(ChatOptions? options)
    {
        var written = new ChatCompletionOptions { MaxOutputTokenCount = options?.MaxOutputTokens };
        foreach (var tool in options?.Tools?.OfType<AIFunctionDeclaration>() ?? [])
        {
            written.Tools.Add(ChatTool.CreateFunctionTool(tool.Name, tool.Description, BinaryData.FromString(tool.JsonSchema.GetRawText())));
        }

        if (options?.ResponseFormat is ChatResponseFormatJson { Schema: { } schema })
        {
            written.ResponseFormat = OpenAI.Chat.ChatResponseFormat.CreateJsonSchemaFormat("reply", BinaryData.FromString(schema.GetRawText()));
        }

        return written;
    }
}

/// <summary>A proposed call with its arguments as the model wrote them, which may be no JSON at all.</summary>
/// <param name="callId">The model's id for it.</param>
/// <param name="name">On the wire.</param>
/// <param name="argumentsJson">As written.</param>
internal sealed class RawToolCall(string callId, string name, string argumentsJson) : AIContent
{
    public string CallId { get; } = callId;

    public string Name { get; } = name;

    public string ArgumentsJson { get; } = argumentsJson;
}

/// <summary>A tool as a model is told about it: nothing that could be called.</summary>
internal sealed class DescribedTool(string name, string description, JsonElement schema) : AIFunctionDeclaration
{
    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override string Description => description;

    /// <inheritdoc/>
    public override JsonElement JsonSchema => schema;
}
