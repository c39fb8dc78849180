namespace AiManager.Tools;

/// <summary>The rules of one policy that match one request.</summary>
/// <param name="Counting">Those that count; asks that are answered in advance are not among them.</param>
/// <param name="Answered">Asks that a standing rule among those that count answers in advance. What they want done beside is still owed.</param>
/// <param name="Shadow">Those that only say what they would have said.</param>
/// <param name="Trace">Every rule that was looked at, in the file's order.</param>
internal sealed record MatchedRules(
    List<(PolicyRule Rule, RuleTrace Trace)> Counting, IReadOnlyList<(PolicyRule Rule, RuleTrace Trace)> Answered, List<(PolicyRule Rule, RuleTrace Trace)>? Shadow, PolicyTrace Trace)
{
    /// <summary>What today's standing rules by which an ask is answered leave of uses, for a workflow that began under these; null where these are today's.</summary>
    private IEnumerable<PolicyRule>? UsedToday { get; init; }

    /// <summary>Standing rules by which an ask is answered, and which may only be used so often: of one name, the one that may be used least.</summary>
    public IEnumerable<PolicyRule> Used => Answered.Count == 0
        ? []
        : UsedToday is null ? Own : Own.Concat(UsedToday).GroupBy(r => r.Id, StringComparer.Ordinal).Select(r => r.MinBy(one => one.Uses)!);

    private IEnumerable<PolicyRule> Own => Counting.Select(m => m.Rule).Where(r => r.Uses is not null && Answered.Any(a => r.Answers.Contains(a.Rule.Id)));

    /// <summary>What holds where these, by which a workflow began, permit nothing: of what is said now only what denies, or there would be more permitted than then.</summary>
    public MatchedRules Against(MatchedRules now) => new(
        [.. Counting, .. now.Counting.Where(m => m.Rule.Effect == Domain.Effect.Deny)], Answered, Those(now.Shadow, m => m.Rule.Effect == Domain.Effect.Deny), Trace.And(now.Trace));

    /// <summary>
    /// What holds for a workflow that began under these: all that these say, and of what is said now everything but its permits. A new no, a new ask and a new
    /// change apply at once; a new allow widens nothing that is under way, and one that is gone takes nothing from it;
    /// but how often a standing rule may be used is the lesser of both.
    /// </summary>
    public MatchedRules With(MatchedRules now) => new(
        [.. Counting, .. now.Counting.Where(m => m.Rule.Effect != Domain.Effect.Allow)], [.. Answered, .. now.Answered], Those(now.Shadow, m => m.Rule.Effect != Domain.Effect.Allow), Trace.And(now.Trace))
    {
        UsedToday = now.Used,
    };

    /// <summary>What a rule in shadow would do there, and no more than that; null when nothing is left.</summary>
    private static List<(PolicyRule Rule, RuleTrace Trace)>? Those(List<(PolicyRule Rule, RuleTrace Trace)>? shadow, Predicate<(PolicyRule Rule, RuleTrace Trace)> counts) =>
        shadow?.FindAll(counts) is { Count: > 0 } left ? left : null;
}
