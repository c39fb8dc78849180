using System.Collections.Immutable;
using System.Security.Cryptography;
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

    internal ChatModelClient(IChatClient client, ModelOptions options, ModelInfo? info = null)
    {
        _client = client;
        _options = options;
        Models = [info ?? new ModelInfo(options.Name, IsScripted: false, options.IsInside, options.InputPrice, options.OutputPrice) { LongestAnswer = RetryingChatClient.Longest(options.Retries, options.Timeout), Provider = options.Kind == ModelKind.Anthropic ? "anthropic" : "openai" }];
    }

    /// <inheritdoc/>
    public ImmutableArray<ModelInfo> Models { get; }

    /// <summary>A client for an endpoint, with retries and timeouts.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="time">For pauses and timeouts.</param>
    /// <param name="chance">For jitter; null for one with a seed of its own, so that hosts do not pause in step.</param>
    /// <param name="cassette">Where to record what comes back, or to play it from; null for neither.</param>
    public static ChatModelClient Of(ModelOptions options, TimeProvider time, Random? chance = null, CassetteOptions? cassette = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        chance ??= new Random(RandomNumberGenerator.GetInt32(int.MaxValue));
        var asking = new RetryingChatClient(options.Kind == ModelKind.Anthropic ? new AnthropicChatClient(options) : new OpenAiChatClient(options), options.Retries, options.Timeout, time, chance);
        return new ChatModelClient(cassette is null ? asking : new CassetteChatClient(asking, cassette), options);
    }

    /// <inheritdoc/>
    public async Task<ModelAnswer> AskAsync(ModelQuestion question, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(question);
        var names = WireNames.Of(question);
        var messages = question.Messages.Select(m => ChatMessages.Write(m, names)).ToList();
        ChatResponse response;
        try
        {
            response = await SendAsync(messages, question, names, cancellationToken);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            // Every kind, because the SDK throws whatever its parser stumbles over when a body is not what it expects.
            return ModelFaults.Answer(fault, _options);
        }

        return ChatMessages.Read(response, question, names);
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    /// <summary>Asks for a schema where one is wanted; an endpoint that knows none is asked again without, and from then on.</summary>
    private async Task<ChatResponse> SendAsync(List<ChatMessage> messages, ModelQuestion question, WireNames names, CancellationToken cancellationToken)
    {
        var hasSchema = !question.ReplySchema.IsNull && !_takesNoSchema;
        try
        {
            return await _client.GetResponseAsync(messages, ChatMessages.Options(question, names, hasSchema), cancellationToken);
        }
        catch (Exception fault) when (hasSchema && AnsweredException.Of(fault) is { Status: 400 or 422 } answered && !ModelFaults.IsNoScript(answered))
        {
            var without = ChatMessages.Options(question, names, hasSchema: false);
            QuestionOptions.CheckAgain(without);
            var response = await _client.GetResponseAsync(messages, without, cancellationToken);
            _takesNoSchema = true; // only now is it known that the schema was what it did not take
            return response;
        }
    }
}
