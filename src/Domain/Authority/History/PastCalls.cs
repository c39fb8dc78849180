using System.Collections.Frozen;
using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>Which past calls a rule looks for.</summary>
/// <param name="Tools">Of one of these tools; at least one.</param>
/// <param name="Agents">By one of these agents; null for anybody.</param>
/// <param name="Same">Fields of theirs that must have the values that fields of this call have: the correlation, such as one order's id. Empty for none.</param>
/// <param name="By">By whom, as seen from the caller of this call.</param>
/// <param name="Within">Started no longer ago than this; null for however long ago.</param>
/// <param name="Where">A condition over their <c>args</c> and <c>facts</c>; null for none.</param>
public sealed record PastCalls(
    FrozenSet<string> Tools, FrozenSet<string>? Agents, ImmutableArray<SameField> Same, PastCaller By, TimeSpan? Within, WhenExpression? Where)
{
    /// <summary>Those that are meant, and how many of which it cannot be said: a field that is missing, on either side, leaves it open.</summary>
    internal PastFound In(CallHistory history, WhenFacts now, string caller, DateTimeOffset at)
    {
        var (found, open) = (ImmutableArray.CreateBuilder<PastCall>(), ImmutableArray.CreateBuilder<PastCall>());
        string? doubt = null;
        var doubtful = 0;
        var mine = Same.Select(s => s.Mine.Value(now)).ToArray();
        foreach (var call in Tools.Order(StringComparer.Ordinal).SelectMany(t => history.CallsOf(t)).Where(c => IsAbout(c, caller, at)))
        {
            switch (IsMeant(call, mine))
            {
                case WhenOutcome.True when call.IsCertain:
                    found.Add(call);
                    break;
                case WhenOutcome.True:
                    open.Add(call);
                    doubt ??= $"nobody can say yet whether {call.Tool} was done";
                    doubtful++;
                    break;
                case WhenOutcome.Error error:
                    doubt ??= error.Message;
                    doubtful++;
                    break;
            }
        }

        return new PastFound(found.DrainToImmutable(), open.DrainToImmutable(), doubt, doubtful);
    }

    /// <summary>A call that was started in the future of this host's clock is recent, not old.</summary>
    private bool IsAbout(PastCall call, string caller, DateTimeOffset at) =>
        (Agents?.Contains(call.Agent) ?? true)
        && (Within is not { } window || at - call.At <= window)
        && By switch
        {
            PastCaller.Same => call.Agent == caller,
            PastCaller.Other => call.Agent != caller,
            _ => true,
        };

    private WhenOutcome IsMeant(PastCall call, WhenValue[] mine)
    {
        WhenOutcome answer = Where is null ? WhenOutcome.Of(WhenBoolean.True) : call.Judge(Where);
        for (var index = 0; index < Same.Length && answer is not WhenOutcome.False; index++)
        {
            var equal = WhenOutcome.Of(SameValue.Equal(call.Value(Same[index].Theirs), mine[index], Same[index].IsId));
            answer = equal is WhenOutcome.False || answer is WhenOutcome.True ? equal : answer;
        }

        return answer;
    }
}

/// <summary>A field of a past call that must equal a field of this one.</summary>
/// <param name="Theirs">A field of the past call's <c>args</c> or <c>facts</c>.</param>
/// <param name="Mine">A field of this call's <c>args</c> or <c>facts</c>.</param>
/// <param name="IsId">Whether it identifies something: then its text is compared as it is compared to prove it, not letter by letter.</param>
public sealed record SameField(WhenExpression Theirs, WhenExpression Mine, bool IsId = false);

/// <summary>Who made a past call, as seen from the caller of this one.</summary>
public enum PastCaller
{
    /// <summary>Anybody.</summary>
    Anybody,

    /// <summary>The caller of this call.</summary>
    Same,

    /// <summary>Somebody else.</summary>
    Other,
}

/// <summary>What a look back found.</summary>
/// <param name="Calls">Those that are meant, tool by tool, in the order in which they were started.</param>
/// <param name="Open">Those that are meant and of which nobody can say whether they happened; among the doubtful.</param>
/// <param name="Doubt">Why it cannot be said of one, a phrase; null when it can of all.</param>
/// <param name="Doubtful">Of how many it cannot be said.</param>
internal sealed record PastFound(ImmutableArray<PastCall> Calls, ImmutableArray<PastCall> Open, string? Doubt, int Doubtful);
