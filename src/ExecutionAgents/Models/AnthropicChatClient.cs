using System.Runtime.CompilerServices;
using System.Text.Json;
using Anthropic;
using Anthropic.Models.Messages;
using Microsoft.Extensions.AI;

namespace AiManager.ExecutionAgents;

/// <summary>
/// Anthropic's SDK as an <see cref="IChatClient"/> that asks once. Tools that the provider would run itself (web search, code execution, hosted MCP) pass no gate of
/// ours: none is ever sent, and a reply in which one was used is refused whole.
/// </summary>
internal sealed class AnthropicChatClient : IChatClient
{
    private const int UsualMaxTokens = 4096;

    /// <summary>All that a reply may be made of. Whatever else a provider invents is not known here, and so not taken.</summary>
    private static readonly string[] Known = ["text", "thinking", "redacted_thinking", "tool_use"];

    private readonly HttpClient _http;
    private readonly AnthropicClient _client;
    private readonly IChatClient _chat;

    public AnthropicChatClient(ModelOptions options)
    {
        _http = new HttpClient(new AnsweredHandler()) { Timeout = Timeout.InfiniteTimeSpan };
        _client = new AnthropicClient
        {
            HttpClient = _http,
            BaseUrl = options.Url.ToString().TrimEnd('/'),
            ApiKey = string.IsNullOrEmpty(options.Key) ? "none" : options.Key,
            MaxRetries = 0,
            Timeout = options.Timeout,
        };
        _chat = _client.AsIChatClient(options.Name, UsualMaxTokens);
    }

    /// <inheritdoc/>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var response = await _chat.GetResponseAsync(messages.Select(Write), options, cancellationToken);
        RefuseHosted(response);
        return new ChatResponse([.. response.Messages.Select(Read)])
        {
            ModelId = response.ModelId,
            FinishReason = response.FinishReason,
            Usage = response.Usage,
        };
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates())
        {
            yield return update;
        }
    }

    /// <inheritdoc/>
    public object? GetService(System.Type serviceType, object? serviceKey = null) => serviceType?.IsInstanceOfType(this) == true ? this : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        _chat.Dispose();
        _client.Dispose();
        _http.Dispose();
    }

    private static void RefuseHosted(ChatResponse response)
    {
        if (response.RawRepresentation is not Message raw)
        {
            throw new HostedToolException("a reply that cannot be looked through");
        }

        foreach (var block in raw.Content)
        {
            var type = block.Json.ValueKind == JsonValueKind.Object && block.Json.TryGetProperty("type", out var written) ? written.GetString() ?? string.Empty : string.Empty;
            if (!Known.Contains(type))
            {
                throw new HostedToolException(type);
            }
        }
    }

    private static ChatMessage Write(ChatMessage message) => new(message.Role, [.. message.Contents.Select(c => c is RawToolCall call ? Call(call) : c)]);

    /// <summary>The wire takes an object; arguments that are none go as the field that they are not.</summary>
    private static FunctionCallContent Call(RawToolCall call)
    {
        var arguments = new Dictionary<string, object?>(StringComparer.Ordinal);
        using var document = JsonDocument.Parse(call.ArgumentsJson);
        if (document.RootElement.ValueKind == JsonValueKind.Object)
        {
            foreach (var field in document.RootElement.EnumerateObject())
            {
                arguments[field.Name] = field.Value.Clone();
            }
        }
        else
        {
            arguments["unreadable"] = document.RootElement.Clone();
        }

        return new FunctionCallContent(call.CallId, call.Name, arguments);
    }

    private static ChatMessage Read(ChatMessage message) => new(
        message.Role, [.. message.Contents.Where(c => c is not TextReasoningContent).Select(c => c is FunctionCallContent call ? Raw(call) : c)]);

    private static AIContent Raw(FunctionCallContent call) => new RawToolCall(call.CallId, call.Name, call.RawRepresentation is ToolUseBlock block
        ? JsonSerializer.Serialize(block.Input)
        : JsonSerializer.Serialize(call.Arguments));
}

/// <summary>A reply in which a tool of the provider's was used, past the gate.</summary>
internal sealed class HostedToolException(string kind) : Exception($"The reply holds {kind}.")
{
    public string Kind => kind;
}
