using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>
/// What reasoning over verdicts does not see of rules: what they make of arguments, what they want done beside, and whom they let in later. Compared by id; a rule
/// that is gone while others are new may be one of those by another name, so that nobody can say.
/// </summary>
internal static class RuleChanges
{
    public static IEnumerable<PolicyChange> Of(Policy before, Policy after)
    {
        var later = after.Rules.ToDictionary(r => r.Id, StringComparer.Ordinal);
        var hasNew = after.Rules.Any(r => before.Rules.All(o => o.Id != r.Id));
        foreach (var was in before.Rules.Where(r => !r.IsShadow))
        {
            if (later.TryGetValue(was.Id, out var now))
            {
                foreach (var change in Differences(was, now))
                {
                    yield return change;
                }
            }
            else if (was.Effect != Effect.Allow && after.Rules.FirstOrDefault(r => r.Effect == was.Effect && r.ValidUntil is not null && before.Rules.All(o => o.Id != r.Id)) is { } passing)
            {
                yield return Change(was.Id, false, $"the rule is gone, and '{passing.Id}', which may stand in for it, ends (validUntil)");
            }
            else if (hasNew && (was.Effect == Effect.Transform || !was.Obligations.IsNone))
            {
                yield return Change(was.Id, false, $"the rule that {(was.Effect == Effect.Transform ? "changes arguments" : "wants something done beside")} is gone, and whether a new one stands in for it is not looked into");
            }
        }

        if (before.ApprovalLimits.PerPersonPerHour is { } most && !(after.ApprovalLimits.PerPersonPerHour <= most))
        {
            yield return Change("approvals", true, "one person may decide more within an hour (perPersonPerHour)");
        }

        if (before.Rules.Any(r => r.Effect == Effect.Ask && !later.ContainsKey(r.Id)))
        {
            foreach (var (rule, escalation) in after.Rules.Where(r => before.Rules.All(o => o.Id != r.Id)).SelectMany(r => r.Approvers.Ladder.Escalations.Select(e => (r, e))))
            {
                yield return Change(rule.Id, false, $"{escalation.To} may decide for {escalation.Role} in time, perhaps in place of a rule that is gone");
            }
        }
    }

    private static IEnumerable<PolicyChange> Differences(PolicyRule was, PolicyRule now)
    {
        if (was.Effect == Effect.Transform && now.Effect == Effect.Transform && was.Changes.Any(c => !now.Changes.Any(n => IsAsStrict(n, c))))
        {
            yield return Change(was.Id, false, "it changes arguments otherwise, and what that lets through is not looked into");
        }

        if (was.Obligations.Redact.Except(now.Obligations.Redact).Any() || was.Obligations.SecondLook.Except(now.Obligations.SecondLook).Any() || (now.Obligations.HoldSeconds ?? 0) < (was.Obligations.HoldSeconds ?? 0))
        {
            yield return Change(was.Id, true, "it wants less done beside (obligations)");
        }

        var isLonger = was.ValidUntil is not null && (now.ValidUntil is null || now.ValidUntil > was.ValidUntil);
        var isShorter = now.ValidUntil is not null && (was.ValidUntil is null || now.ValidUntil < was.ValidUntil);
        if (now.Effect == was.Effect && (was.Effect == Effect.Allow ? isLonger : isShorter))
        {
            yield return Change(was.Id, true, was.Effect == Effect.Allow ? "it holds for longer (validUntil)" : "it ends, or ends sooner (validUntil)");
        }

        if (was.Uses is not null && !(now.Uses <= was.Uses))
        {
            yield return Change(was.Id, true, "it stands in for an approval more often (uses)");
        }

        foreach (var change in ApproverChanges.Of(was.Id, was.Approvers, now.Approvers))
        {
            yield return change;
        }
    }

    private static bool IsAsStrict(RuleChange now, RuleChange was) =>
        now.Arg == was.Arg && now.Kind == was.Kind && now.Value == was.Value && (now.Kind == ChangeKind.AtMost ? now.Most <= was.Most : now.Most == was.Most);

    private static PolicyChange Change(string id, bool isCertain, string message) => new(id, [], null, null, IsWider: true, isCertain, message, null);
}
