using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using AiManager.Domain;
using Microsoft.Extensions.AI;

namespace AiManager.ExecutionAgents;

/// <summary>The scripted model as an <see cref="IChatClient"/> in this process, for what is built around one.</summary>
internal sealed class ScriptedChatClient(ScriptedModel model) : IChatClient
{
    private const int NotProcessable = 422;

    /// <inheritdoc/>
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var called = new Dictionary<string, string>(StringComparer.Ordinal);
        var asked = messages.Select(m => Read(m, called)).ToList();
        var answer = model.Answer([.. asked]);
        if (answer.Outcome != ModelOutcome.Replied)
        {
            var error = new JsonObject { ["error"] = new JsonObject { ["code"] = "no_script", ["message"] = answer.Error } };
            throw new AnsweredException(NotProcessable, error.ToJsonString(), retryAfter: null);
        }

        var names = new WireNames((options?.Tools ?? []).Select(t => ChatWire.Catalogued(t.Name)).Concat(called.Values));
        var contents = new List<AIContent>();
        if (answer.Text is { } text)
        {
            contents.Add(new TextContent(text));
        }

        contents.AddRange(answer.Calls.Select(c => new RawToolCall(c.Id, names.ToWire(c.Tool), c.Args.Text)));
        return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, contents))
        {
            ModelId = ScriptedModel.Name,
            FinishReason = answer.Calls.IsEmpty ? ChatFinishReason.Stop : ChatFinishReason.ToolCalls,
            Usage = answer.Usage is { } usage ? new UsageDetails { InputTokenCount = usage.InputTokens, OutputTokenCount = usage.OutputTokens } : null,
        });
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
    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType?.IsInstanceOfType(this) == true ? this : null;

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static ModelMessage Read(ChatMessage message, Dictionary<string, string> called)
    {
        if (message.Role == ChatRole.Assistant)
        {
            var calls = message.Contents.OfType<RawToolCall>()
                .Select(c => new ModelToolCall(c.CallId, ChatWire.Catalogued(c.Name), JsonText.TryParse(c.ArgumentsJson, out var args) ? args : JsonText.OfString(c.ArgumentsJson)))
                .ToList();
            calls.ForEach(c => called[c.Id] = c.Tool);
            return new ModelMessage.Assistant(message.Text is { Length: > 0 } text ? text : null, [.. calls]);
        }

        if (message.Role == ChatRole.Tool && message.Contents.OfType<FunctionResultContent>().FirstOrDefault() is { } result)
        {
            return new ModelMessage.Tool(result.CallId, called.GetValueOrDefault(result.CallId) ?? string.Empty, result.Result as string ?? string.Empty);
        }

        return message.Role == ChatRole.System ? new ModelMessage.System(message.Text) : new ModelMessage.User(message.Text);
    }
}
