using System.Text.Json;
using AiManager.ExecutionAgents;
using Microsoft.Extensions.AI;

namespace AiManager.Evals;

/// <summary>
/// Any model, misbehaving in one way for one question. What goes wrong on the wire goes wrong with the very exceptions that the SDKs make of it, below the retries, which do
/// their real work; what goes wrong in a reply is done to what the model said. Attempts are those of this question alone.
/// </summary>
/// <param name="inner">The model.</param>
/// <param name="question">What is asked.</param>
/// <param name="fault">What goes wrong.</param>
/// <param name="plan">For the finer choices.</param>
/// <param name="spoiler">Does to replies what goes wrong with them.</param>
/// <param name="time">Silence passes on it.</param>
internal sealed class ChaosChatClient(IChatClient inner, ModelQuestion question, ChaosFault fault, ChaosPlan plan, ReplySpoiler spoiler, TimeProvider time) : DelegatingChatClient(inner)
{
    /// <summary>Some storms outlast all attempts of the retries.</summary>
    private const int LongestStorm = 8;

    private const int LongestSilenceSeconds = 300;

    private int _attempts;

    /// <inheritdoc/>
    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var attempt = ++_attempts;
        if (attempt <= 1 + plan.Pick(question.Ask, "storm", LongestStorm))
        {
            await DisturbAsync(cancellationToken);
        }

        return spoiler.Spoil(await base.GetResponseAsync(messages, options, cancellationToken), question, fault);
    }

    private async Task DisturbAsync(CancellationToken cancellationToken)
    {
        switch (fault)
        {
            case ChaosFault.TooManyRequests:
                throw new AnsweredException(429, """{"error":{"code":"rate_limit_exceeded","message":"Slow down."}}""", plan.Pick(question.Ask, "polite", 2) == 0 ? "7" : null);
            case ChaosFault.ServerErrors:
                throw new AnsweredException(500 + plan.Pick(question.Ask, "status", 4), "<html>upstream</html>", null);
            case ChaosFault.TruncatedStream when plan.Pick(question.Ask, "cut", 3) is var where and < 2:
                throw where == 0 ? new JsonException("The body ended early.") : new HttpIOException(HttpRequestError.ResponseEnded);
            case ChaosFault.Silence:
                await Task.Delay(TimeSpan.FromSeconds(1 + plan.Pick(question.Ask, "silence", LongestSilenceSeconds)), time, cancellationToken);
                break;
        }
    }
}
