using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Says what a rule asks of the past in one line: the same words for the same question, other words for another.</summary>
internal static class HistoryWords
{
    public static string Of(HistoryCondition history)
    {
        var past = history.Calls;
        var same = string.Join(", ", past.Same.Select(s => $"{s.Theirs} = {s.Mine}"));
        var which = $"calls of {Join(past.Tools)} by {(past.Agents is { } agents ? Join(agents) : "anybody")} ({past.By}), same [{same}], within {past.Within?.ToString() ?? "ever"}, where {past.Where?.ToString() ?? "true"}";
        return history switch
        {
            HistoryCondition.AtLeast least => $"at least {least.Least} earlier {which}",
            HistoryCondition.None => $"no earlier {which}",
            HistoryCondition.SumAbove sum => $"the sum of {sum.Value} above {sum.Bound.ToString(System.Globalization.CultureInfo.InvariantCulture)} over earlier {which}",
            _ => $"{history.GetType().Name} of earlier {which}",
        };
    }

    private static string Join(IEnumerable<string> names) => string.Join(", ", names.Order(StringComparer.Ordinal));
}
