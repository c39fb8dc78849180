using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>
/// Takes apart why people are asked. Journals keep the reasons joined to one text; what of it each rule and budget gave is found again by their own words. What is found
/// nowhere, because a rule has other words by now or never had any of its own, stays as it was written: no word of it is lost.
/// </summary>
public sealed class AskedReasons
{
    private readonly Policy _policy;

    internal AskedReasons(Policy policy) => _policy = policy;

    /// <summary>The reasons of a question, in the order in which they were given. Pure.</summary>
    public ImmutableArray<AskedReason> Of(ApprovalRequested asked)
    {
        ArgumentNullException.ThrowIfNull(asked);
        var text = asked.Reason;
        List<(int From, int To, AskedReason Reason)> found = [];
        foreach (var rule in _policy.Rules.Where(r => asked.Rules.Contains(r.Id)).GroupBy(r => r.Words, StringComparer.Ordinal).OrderByDescending(g => g.Key.Length))
        {
            Find(text, rule.Key, new AskedReason([.. rule.Select(r => r.Id).Distinct(StringComparer.Ordinal)], rule.Key), found);
        }

        foreach (var budget in asked.Budgets)
        {
            if (BudgetWords.FindExceeded(text, budget) is { } words)
            {
                Find(text, words, new AskedReason([budget], words) { IsBudget = true }, found);
            }
        }

        var reasons = new List<AskedReason>();
        var at = 0;
        foreach (var (from, to, reason) in found.OrderBy(f => f.From))
        {
            var (before, doubt) = Doubtful(text[at..from]);
            Keep(before, reasons);
            reasons.Add(doubt is null ? reason : reason with { Words = $"{doubt} {reason.Words}" });
            at = to;
        }

        Keep(text[at..], reasons);
        var named = reasons.SelectMany(r => r.Rules).ToHashSet(StringComparer.Ordinal);
        ImmutableArray<string> others = [.. asked.Rules.Concat(asked.Budgets).Distinct(StringComparer.Ordinal).Where(r => !named.Contains(r))];
        var unclaimed = reasons.FindIndex(r => r.Rules.IsEmpty);
        return others.IsEmpty ? [.. reasons]
            : unclaimed >= 0 ? [.. reasons[..unclaimed], reasons[unclaimed] with { Rules = others }, .. reasons[(unclaimed + 1)..]]
            : [.. reasons, new AskedReason(others, string.Empty)];
    }

    /// <summary>Where no other reason lies already: the words of one may be within those of another.</summary>
    private static void Find(string text, string words, AskedReason reason, List<(int From, int To, AskedReason Reason)> found)
    {
        for (var from = Index(0); from >= 0; from = Index(from + 1))
        {
            var to = from + words.Length;
            if (found.All(f => to <= f.From || from >= f.To))
            {
                found.Add((from, to, reason));
                return;
            }
        }

        int Index(int start) => words.Length == 0 ? -1 : text.IndexOf(words, start, StringComparison.Ordinal);
    }

    /// <summary>What belongs to the next reason, where that cannot be known, and what is left before it.</summary>
    private static (string Before, string? Doubt) Doubtful(string between)
    {
        var words = between.TrimEnd();
        if (!words.EndsWith(AskedReason.Doubt, StringComparison.Ordinal))
        {
            return (between, null);
        }

        var begin = words.LastIndexOf(". ", StringComparison.Ordinal) is var dot and >= 0 ? dot + 2 : 0;
        return (words[..begin], words[begin..].TrimStart());
    }

    /// <summary>What lies between two reasons: in parentheses it is about the one before, as journals of earlier releases say where a rule could not be answered.</summary>
    private static void Keep(string between, List<AskedReason> reasons)
    {
        var words = between.Trim();
        if (words.Length == 0)
        {
            return;
        }

        if (words[0] == '(' && words.IndexOf(')', StringComparison.Ordinal) is > 0 && words[^1] == ')' && reasons.Count > 0)
        {
            reasons[^1] = reasons[^1] with { Words = $"{reasons[^1].Words} {words}" };
            return;
        }

        reasons.Add(new AskedReason([], words));
    }
}
