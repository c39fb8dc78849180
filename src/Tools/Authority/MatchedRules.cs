namespace AiManager.Tools;

/// <summary>The rules of one policy that match one request.</summary>
/// <param name="Counting">Those that count; asks that are answered in advance are not among them.</param>
/// <param name="Answered">Asks that a standing rule among those that count answers in advance. What they want done beside is still owed.</param>
/// <param name="Shadow">Those that only say what they would have said.</param>
/// <param name="Trace">Every rule that was looked at, in the file's order.</param>
internal sealed record MatchedRules(
    List<(PolicyRule Rule, RuleTrace Trace)> Counting, IReadOnlyList<(PolicyRule Rule, RuleTrace Trace)> Answered, List<(PolicyRule Rule, RuleTrace Trace)>? Shadow, PolicyTrace Trace)
{
    /// <summary>Standing rules by which an ask is answered, and which may only be used so often.</summary>
    public IEnumerable<PolicyRule> Used => Answered.Count == 0 ? [] : Counting.Select(m => m.Rule).Where(r => r.Uses is not null && Answered.Any(a => r.Answers.Contains(a.Rule.Id)));

    /// <summary>
    /// What holds for a workflow that began under these: all that these say, and of what is said now everything but its permits. A new no, a new ask and a new
    /// change apply at once; a new allow widens nothing that is under way, and one that is gone takes nothing from it.
    /// </summary>
    public MatchedRules With(MatchedRules now) => new(
        [.. Counting, .. now.Counting.Where(m => m.Rule.Effect != Domain.Effect.Allow)], [.. Answered, .. now.Answered], now.Shadow, Trace.And(now.Trace));
}
