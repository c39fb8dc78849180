using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Polly;
using Polly.Retry;

namespace AiManager.ExecutionAgents;

/// <summary>Tries again, with growing pauses and jitter, where trying again can help: 429, 5xx, a connection that broke, silence.</summary>
internal sealed class RetryingChatClient : DelegatingChatClient
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly ResiliencePipeline _pipeline;
    private readonly Random _chance;
    private readonly Lock _gate = new();

    public RetryingChatClient(IChatClient inner, int retries, TimeSpan timeout, TimeProvider time, Random chance)
        : base(inner)
    {
        _chance = chance;
        var builder = new ResiliencePipelineBuilder { TimeProvider = time };
        if (retries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = retries,
                Delay = TimeSpan.FromSeconds(1),
                MaxDelay = LongestPause,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Randomizer = Chance,
                DelayGenerator = attempt => ValueTask.FromResult(Wished(attempt.Outcome.Exception)),
                ShouldHandle = new PredicateBuilder().Handle<Exception>(CanHelp),
            });
        }

        _pipeline = builder.AddTimeout(timeout).Build();
    }

    /// <inheritdoc/>
    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var asked = messages.ToList();
        var tries = 0;
        return await _pipeline.ExecuteAsync(
            async token =>
            {
                if (tries++ > 0)
                {
                    QuestionOptions.CheckAgain(options);
                }

                return await base.GetResponseAsync(asked, options, token);
            },
            cancellationToken);
    }

    /// <summary>The longest that an answer can take, with all attempts and the pauses between them.</summary>
    public static TimeSpan Longest(int retries, TimeSpan timeout) => (timeout * (retries + 1)) + (LongestPause * retries);

    private double Chance()
    {
        lock (_gate)
        {
            return _chance.NextDouble();
        }
    }

    /// <summary>The pause that the endpoint asks for in <c>Retry-After</c>, within bounds; null when it asks for none.</summary>
    private static TimeSpan? Wished(Exception? fault) =>
        int.TryParse(AnsweredException.Of(fault)?.RetryAfter, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(Math.Min(seconds, LongestPause.TotalSeconds))
            : null;

    private static bool CanHelp(Exception fault) => fault switch
    {
        _ when AnsweredException.Of(fault) is { } answered => answered.Status is 408 or 429 or >= 500,
        System.ClientModel.ClientResultException => true, // nobody answered
        HostedToolException or QuestionStoppedException => false,
        HttpRequestException or IOException or TimeoutException or Polly.Timeout.TimeoutRejectedException => true,
        JsonException => true, // the body ended early: a connection that broke in the middle of a reply
        AggregateException several => several.InnerExceptions.All(CanHelp),
        _ => fault.InnerException is { } cause && CanHelp(cause),
    };
}
