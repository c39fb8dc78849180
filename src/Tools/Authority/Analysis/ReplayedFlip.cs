using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Calls that the same rules would have decided otherwise, while they are counted.</summary>
internal sealed class ReplayedFlip(Effect before, Effect after, ImmutableArray<string> rules)
{
    private const int MostExamples = 3;

    private readonly List<ReplayedCall> _examples = [];
    private int _count;

    /// <summary>Whether people agreed, the last time they were asked about a call; silence is a no.</summary>
    public Dictionary<CallId, bool> Answers { get; } = [];

    /// <summary>Counts one more. The first few are kept.</summary>
    public void Add(ReplayedCall call)
    {
        _count++;
        if (_examples.Count < MostExamples)
        {
            _examples.Add(call);
        }
    }

    /// <summary>As it is reported.</summary>
    public ReplayFlip Told()
    {
        var agreed = Answers.Values.Count(yes => yes);
        return new ReplayFlip(before, after, rules, _count, [.. _examples]) { Agreed = agreed, Refused = Answers.Count - agreed };
    }
}
