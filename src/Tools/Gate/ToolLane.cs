using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace AiManager.Tools;

/// <summary>
/// What all calls of one tool share: the pauses between tries, the rest after many failures, turns. It decides how often and when, never whether: by the time a
/// call is here, its intent is on disk.
/// </summary>
internal sealed class ToolLane
{
    private const int FailuresBeforeRest = 5;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(30);
    private static readonly ResiliencePropertyKey<Attempts> Key = new("attempts");

    private readonly TimeProvider _time;
    private readonly Random _chance;
    private readonly ResiliencePipeline<ToolOutput> _pipeline;
    private readonly CallTurns _turns;
    private readonly CircuitBreakerStateProvider _breaker = new();
    private readonly Lock _gate = new();
    private LaneHealth _health = LaneHealth.Untried;

    public ToolLane(ToolLimits limits, TimeProvider time, Random chance)
    {
        (Limits, _time, _chance, _turns) = (limits, time, chance, new CallTurns(limits, time));
        var builder = new ResiliencePipelineBuilder<ToolOutput> { TimeProvider = time };
        builder.AddRetry(new RetryStrategyOptions<ToolOutput>
        {
            MaxRetryAttempts = Math.Max(1, limits.Retries),
            Delay = limits.Retries == 0 ? TimeSpan.Zero : FirstPause,
            MaxDelay = ToolLimits.LongestPause,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = limits.Retries > 0,
            Randomizer = Chance,
            DelayGenerator = attempt => ValueTask.FromResult((attempt.Outcome.Result as ToolOutput.Failed)?.RetryAfter),
            ShouldHandle = attempt => ValueTask.FromResult(MayTryAgain(attempt.Outcome.Result, attempt.AttemptNumber, attempt.Context.Properties.GetValue(Key, null!))),
        });
        if (limits.Breaks)
        {
            builder.AddCircuitBreaker(new CircuitBreakerStrategyOptions<ToolOutput>
            {
                FailureRatio = 0.8,
                MinimumThroughput = FailuresBeforeRest,
                SamplingDuration = TimeSpan.FromMinutes(1),
                BreakDuration = Rest,
                ShouldHandle = attempt => ValueTask.FromResult(IsTrouble(attempt.Outcome.Result)),
                StateProvider = _breaker,
                OnOpened = _ =>
                {
                    GateTelemetry.Rests();
                    return default;
                },
            });
        }

        _pipeline = builder.Build();
    }

    public ToolLimits Limits { get; }

    public LaneHealth Health
    {
        get
        {
            lock (_gate)
            {
                // The breaker says that it is open until somebody tries again; by then its rest may be over.
                return Limits.Breaks && _breaker.CircuitState == CircuitState.Open && _health.LastErrorAt + Rest is { } until && until > _time.GetUtcNow()
                    ? _health with { Condition = LaneCondition.Resting, RestsUntil = until }
                    : _health;
            }
        }
    }

    /// <summary>Makes a call, in its turn, as often as it takes and may be.</summary>
    /// <param name="isRepeatable">Sending it again cannot do it twice.</param>
    /// <param name="send">Sends it once; told whether an earlier try may have done it.</param>
    /// <param name="cancellationToken">Stops waiting and sending.</param>
    public async Task<ToolOutput> RunAsync(bool isRepeatable, Func<bool, CancellationToken, Task<ToolOutput>> send, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        var attempts = new Attempts(isRepeatable);
        context.Properties.Set(Key, attempts);
        try
        {
            return await _pipeline.ExecuteAsync(
                static async (context, state) => await state.Lane.SendAsync(state.Attempts, state.Send, context.CancellationToken), context, (Lane: this, Attempts: attempts, Send: send));
        }
        catch (BrokenCircuitException resting)
        {
            // A try of this very call may have opened it; then what came of that try is the answer.
            return attempts.Last ?? new ToolOutput.Failed("It has failed again and again and is left alone for a while. It was not called.", IsRetryable: true) { RetryAfter = resting.RetryAfter };
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>Trouble of the tool's own, that says something about the next call too. What a call asked for wrongly does not.</summary>
    private static bool IsTrouble(ToolOutput? output) => output is ToolOutput.Failed { IsRetryable: true, IsOurs: false } or ToolOutput.Unclear;

    private bool MayTryAgain(ToolOutput? output, int tried, Attempts? attempts) => attempts?.IsRepeatable == true && output switch
    {
        // Its key, or its nature, says what became of the first try, so that is always worth one more.
        ToolOutput.Unclear => tried < Math.Max(1, Limits.Retries),
        ToolOutput.Failed { IsRetryable: true } failed => tried < Limits.Retries && (failed.RetryAfter ?? TimeSpan.Zero) <= ToolLimits.LongestPause,
        _ => false,
    };

    private async Task<ToolOutput> SendAsync(Attempts attempts, Func<bool, CancellationToken, Task<ToolOutput>> send, CancellationToken cancellationToken)
    {
        using var turn = await _turns.TakeAsync(cancellationToken);
        if (turn.Refused is { } refused)
        {
            return attempts.Last ?? refused;
        }

        if (attempts.Last is not null)
        {
            GateTelemetry.TriedAgain();
        }

        var output = await send(attempts.MayBeDone, cancellationToken);
        if (output is ToolOutput.Held)
        {
            return output; // says nothing about the tool
        }

        attempts.Last = output;
        attempts.MayBeDone |= output is ToolOutput.Unclear;
        Note(output);
        return output;
    }

    private void Note(ToolOutput output)
    {
        var now = _time.GetUtcNow();
        var error = output switch { ToolOutput.Failed failed => failed.Error, ToolOutput.Unclear unclear => unclear.Error, _ => null };
        lock (_gate)
        {
            _health = IsTrouble(output)
                ? _health with { Condition = LaneCondition.Failing, FailuresInARow = _health.FailuresInARow + 1 }
                : _health with { Condition = LaneCondition.Well, FailuresInARow = 0 };
            _health = error is null
                ? _health with { LastSuccessAt = now }
                : _health with { LastError = error.Length <= 300 ? error : error[..300] + "…", LastErrorAt = now };
        }
    }

    private double Chance()
    {
        lock (_chance)
        {
            return _chance.NextDouble();
        }
    }

    /// <summary>What became of one call so far.</summary>
    private sealed class Attempts(bool isRepeatable)
    {
        public bool IsRepeatable { get; } = isRepeatable;

        /// <summary>Null before the first came back.</summary>
        public ToolOutput? Last { get; set; }

        public bool MayBeDone { get; set; }
    }
}
