using System.ClientModel;
using System.Collections.Immutable;
using System.Text.Json;
using AiManager.Domain;
using Microsoft.Extensions.AI;

namespace AiManager.ExecutionAgents;

/// <summary>
/// A model behind an <see cref="IChatClient"/>: translates the product's messages to the wire and back. Whatever an endpoint does becomes an answer; its own
/// words are shown only as far as they hold no secret.
/// </summary>
public sealed class ChatModelClient : IModelClient, IDisposable
{
    private readonly IChatClient _client;
    private readonly ModelOptions _options;
    private volatile bool _takesNoSchema;

    internal ChatModelClient(IChatClient client, ModelOptions options)
    {
        _client = client;
        _options = options;
        Models = [new ModelInfo(options.Name, IsScripted: false, options.IsInside, options.InputPrice, options.OutputPrice)];
    }

    /// <inheritdoc/>
    public ImmutableArray<ModelInfo> Models { get; }

    /// <summary>A client for an OpenAI-compatible endpoint, with retries and timeouts.</summary>
    public static ChatModelClient OpenAi(ModelOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new ChatModelClient(new RetryingChatClient(new OpenAiChatClient(options), options.Retries, options.Timeout, time), options);
    }

    /// <inheritdoc/>
    public async Task<ModelAnswer> AskAsync(ModelQuestion question, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(question);
        var names = WireNames.Of(question);
        var messages = question.Messages.Select(m => Write(m, names)).ToList();
        try
        {
            return Read(await SendAsync(messages, question, names, cancellationToken), question, names);
        }
        catch (ClientResultException fault)
        {
            return Failed(fault);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or TimeoutException or Polly.Timeout.TimeoutRejectedException or AggregateException
            || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return Away($"The model at {_options.Url.GetLeftPart(UriPartial.Authority)} did not answer. Is it running, and is AIMANAGER_MODEL_URL right?");
        }
        catch (Exception fault) when (fault is JsonException or FormatException or InvalidOperationException or ArgumentException)
        {
            return Away("The model's answer could not be read: it is not what an OpenAI-compatible endpoint sends.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    /// <summary>Asks for a schema where one is wanted; an endpoint that knows none is asked again without, and from then on.</summary>
    private async Task<ChatResponse> SendAsync(List<ChatMessage> messages, ModelQuestion question, WireNames names, CancellationToken cancellationToken)
    {
        var hasSchema = !question.ReplySchema.IsNull && !_takesNoSchema;
        try
        {
            return await _client.GetResponseAsync(messages, Write(question, names, hasSchema), cancellationToken);
        }
        catch (ClientResultException fault) when (hasSchema && fault.Status == 400)
        {
            _takesNoSchema = true;
            return await _client.GetResponseAsync(messages, Write(question, names, hasSchema: false), cancellationToken);
        }
    }

    private static ChatOptions Write(ModelQuestion question, WireNames names, bool hasSchema) => new()
    {
        MaxOutputTokens = question.MaxTokens,
        Tools = question.Tools.IsEmpty ? null : [.. question.Tools.Select(t => new DescribedTool(names.ToWire(t.Name), t.Description, t.Parameters.ToElement()))],
        ResponseFormat = hasSchema ? ChatResponseFormat.ForJsonSchema(question.ReplySchema.ToElement()) : null,
    };

    private static ChatMessage Write(ModelMessage message, WireNames names) => message switch
    {
        ModelMessage.System system => new ChatMessage(ChatRole.System, system.Text),
        ModelMessage.User user => new ChatMessage(ChatRole.User, user.Text),
        ModelMessage.Assistant assistant => new ChatMessage(
            ChatRole.Assistant,
            [
                .. assistant.Text is { Length: > 0 } text ? new AIContent[] { new TextContent(text) } : [],
                .. assistant.Calls.Select(c => new RawToolCall(c.Id, names.ToWire(c.Tool), c.Args.Text)),
            ]),
        ModelMessage.Tool tool => new ChatMessage(ChatRole.Tool, [new FunctionResultContent(tool.CallId, tool.Text)]),
        _ => throw new InvalidOperationException($"There is no wire form for {message.GetType().Name}."),
    };

    private static ModelAnswer Read(ChatResponse response, ModelQuestion question, WireNames names)
    {
        var text = response.Text.Length > 0 ? response.Text : null;
        var calls = response.Messages.SelectMany(m => m.Contents).OfType<RawToolCall>()
            .Select((c, i) => new ModelToolCall(string.IsNullOrEmpty(c.CallId) ? $"call_{i + 1}" : c.CallId, names.FromWire(c.Name), Args(c.ArgumentsJson)))
            .ToImmutableArray();
        var usage = response.Usage is { InputTokenCount: { } input, OutputTokenCount: { } output }
            ? new ModelUsage(input, output)
            : TokenEstimate.Usage(question.Messages, text, calls);
        return response.FinishReason == ChatFinishReason.ContentFilter
            ? new ModelAnswer(ModelOutcome.Declined, text, [], usage, "The model declined to answer.")
            : new ModelAnswer(ModelOutcome.Replied, text, calls, usage, null);
    }

    /// <summary>Arguments that are no JSON stay text: the gate's schema says so to the model.</summary>
    private static JsonText Args(string written) =>
        string.IsNullOrWhiteSpace(written) ? JsonText.EmptyObject : JsonText.TryParse(written, out var json) ? json : JsonText.OfString(written);

    private ModelAnswer Failed(ClientResultException fault)
    {
        if (fault.Status == 422 && ErrorOf(fault) is { Code: "no_script" } none)
        {
            return new ModelAnswer(ModelOutcome.NoScript, null, [], null, none.Message);
        }

        return Away(fault.Status switch
        {
            0 => $"The model at {_options.Url.GetLeftPart(UriPartial.Authority)} did not answer. Is it running, and is AIMANAGER_MODEL_URL right?",
            401 or 403 => "The model's endpoint does not take the key. Is AIMANAGER_MODEL_KEY right?",
            404 => $"The endpoint knows no model '{_options.Name}' at this address. Are AIMANAGER_MODEL and AIMANAGER_MODEL_URL right?",
            429 => "The model's endpoint takes no more questions now (429), also after waiting.",
            _ => $"The model's endpoint answered {fault.Status}.",
        });
    }

    private static (string? Code, string Message)? ErrorOf(ClientResultException fault)
    {
        if (fault.GetRawResponse()?.Content.ToString() is not { } body || !JsonText.TryParse(body, out var json))
        {
            return null;
        }

        var root = json.ToElement();
        return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object
            ? (error.TryGetProperty("code", out var code) ? code.ToString() : null, error.TryGetProperty("message", out var message) ? message.ToString() : "No script fits.")
            : null;
    }

    private static ModelAnswer Away(string error) => new(ModelOutcome.Unavailable, null, [], null, error);
}
