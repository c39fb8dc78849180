using System.ClientModel;
using Microsoft.Extensions.AI;
using Polly;
using Polly.Retry;

namespace AiManager.ExecutionAgents;

/// <summary>Tries again, with growing pauses and jitter, where trying again can help: 429, 5xx, a connection that broke, silence.</summary>
internal sealed class RetryingChatClient : DelegatingChatClient
{
    private readonly ResiliencePipeline _pipeline;

    public RetryingChatClient(IChatClient inner, int retries, TimeSpan timeout, TimeProvider time)
        : base(inner)
    {
        var builder = new ResiliencePipelineBuilder { TimeProvider = time };
        if (retries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = retries,
                Delay = TimeSpan.FromSeconds(1),
                MaxDelay = TimeSpan.FromSeconds(30),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
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
        return await _pipeline.ExecuteAsync(async token => await base.GetResponseAsync(asked, options, token), cancellationToken);
    }

    private static bool CanHelp(Exception fault) => fault switch
    {
        ClientResultException answered => answered.Status is 0 or 408 or 429 or >= 500,
        HttpRequestException or IOException or TimeoutException or Polly.Timeout.TimeoutRejectedException => true,
        AggregateException several => several.InnerExceptions.All(CanHelp),
        _ => false,
    };
}
