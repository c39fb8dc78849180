using System.Globalization;

namespace AiManager.Domain;

/// <summary>
/// What a rule asks of the past of its workflow: that something happened before, that it never did, how often, how much in sum. Pure: the same history gives
/// the same answer. What cannot be said (a field that is missing) is an error, which counts against the call as any error of a condition does.
/// </summary>
public abstract record HistoryCondition
{
    private HistoryCondition(PastCalls calls) => Calls = calls;

    /// <summary>Which past calls count.</summary>
    public PastCalls Calls { get; }

    /// <summary>Whether it holds for a call that is to be made now.</summary>
    /// <param name="history">What was called before.</param>
    /// <param name="now">What this call's <c>args</c> and <c>facts</c> are.</param>
    /// <param name="caller">Who makes it.</param>
    /// <param name="at">When, UTC.</param>
    public WhenOutcome Judge(CallHistory history, WhenFacts now, string caller, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(now);
        return Judge(Calls.In(history, now, caller, at), now);
    }

    private protected abstract WhenOutcome Judge(PastFound found, WhenFacts now);

    /// <summary>At least so many such calls were made. One: it happened before.</summary>
    /// <param name="Past">Which.</param>
    /// <param name="Least">How many, at least 1.</param>
    public sealed record AtLeast(PastCalls Past, int Least) : HistoryCondition(Past)
    {
        private protected override WhenOutcome Judge(PastFound found, WhenFacts now) =>
            found.Calls.Length >= Least ? WhenOutcome.Of(WhenBoolean.True)
            : found.Calls.Length + found.Doubtful >= Least ? new WhenOutcome.Error("what happened before cannot be said: " + found.Doubt)
            : WhenOutcome.Of(WhenBoolean.False);
    }

    /// <summary>No such call was made.</summary>
    /// <param name="Past">Which.</param>
    public sealed record None(PastCalls Past) : HistoryCondition(Past)
    {
        private protected override WhenOutcome Judge(PastFound found, WhenFacts now) =>
            found.Calls.Length > 0 ? WhenOutcome.Of(WhenBoolean.False)
            : found.Doubtful > 0 ? new WhenOutcome.Error("what happened before cannot be said: " + found.Doubt)
            : WhenOutcome.Of(WhenBoolean.True);
    }

    /// <summary>A number of each such call, and of this one, adds up to more than a bound.</summary>
    /// <param name="Past">Which.</param>
    /// <param name="Value">The number, over <c>args</c> and <c>facts</c> of each.</param>
    /// <param name="Bound">Exclusive.</param>
    public sealed record SumAbove(PastCalls Past, WhenExpression Value, decimal Bound) : HistoryCondition(Past)
    {
        private protected override WhenOutcome Judge(PastFound found, WhenFacts now)
        {
            if (found.Doubtful > found.Open.Length)
            {
                return new WhenOutcome.Error("what happened before cannot be said: " + found.Doubt);
            }

            var (sum, most) = (0m, 0m);
            foreach (var (value, isCertain) in found.Calls.Concat(found.Open).Select(c => (c.Value(Value), c.IsCertain)).Prepend((Value.Value(now), true)))
            {
                if (value is not WhenNumber { Value: >= 0 and var number })
                {
                    return new WhenOutcome.Error(value is WhenError error ? error.Reason : string.Create(CultureInfo.InvariantCulture, $"{Value.Text} is {value.Kind}, not a number of at least 0"));
                }

                try
                {
                    (sum, most) = (sum + (isCertain ? number : 0), most + number);
                }
                catch (OverflowException)
                {
                    return new WhenOutcome.Error($"the sum of {Value.Text} is beyond all numbers");
                }
            }

            return sum > Bound ? WhenOutcome.Of(WhenBoolean.True)
                : most > Bound ? new WhenOutcome.Error("what happened before cannot be said: " + found.Doubt)
                : WhenOutcome.Of(WhenBoolean.False);
        }
    }
}
