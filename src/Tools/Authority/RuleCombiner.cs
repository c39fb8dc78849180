using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>From the rules that match to one decision, in any order of the rules the same. Pure.</summary>
internal static class RuleCombiner
{
    /// <summary>What the rules that match say together.</summary>
    /// <param name="matched">Those that count.</param>
    /// <param name="answered">Asks that are answered in advance: they do not ask, and what they want done beside is owed all the same.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="isModel">Whether it is a model that is asked.</param>
    /// <param name="trace">Goes with the decision.</param>
    public static PolicyDecision Combine(
        IReadOnlyList<(PolicyRule Rule, RuleTrace Trace)> matched, IReadOnlyList<(PolicyRule Rule, RuleTrace Trace)> answered, AuthorityRequest request, bool isModel, PolicyTrace trace)
    {
        if (matched.Count == 0 && isModel)
        {
            return new PolicyDecision(Effect.Allow, [], "A model of company.yaml may be asked unless a rule denies it.", [], AskLadder.None, trace);
        }

        var effect = matched.Count == 0 ? Effect.Deny : matched.Min(m => m.Rule.Effect);
        var deciding = Of(matched, effect);
        switch (effect)
        {
            case Effect.Deny when deciding.Count == 0:
                return Silence(request, trace);
            case Effect.Deny:
                return Say(effect, deciding, deciding, trace);
            case Effect.Defer:
                return Say(effect, deciding, deciding, trace) with { RetryAfter = deciding.Min(d => d.Rule.RetryAfter), Tries = deciding.Min(d => d.Rule.Tries) };
        }

        var transforms = Of(matched, Effect.Transform);
        var (args, changes, hindrance) = transforms.Count == 0 ? (JsonText.EmptyObject, [], null)
            : request.ArgsJson is { } given ? ArgumentChanges.Apply(transforms.Select(t => t.Rule), given)
            : (JsonText.EmptyObject, [], "The rules change its arguments, which are not known.");
        if (hindrance is not null)
        {
            return Say(Effect.Deny, transforms, transforms, trace) with { Reason = hindrance };
        }

        IReadOnlyList<(PolicyRule Rule, RuleTrace Trace)> owing = answered.Count == 0 ? matched : [.. matched, .. answered];

        // A transform that finds nothing to change has nothing to say, and permits nothing.
        var asks = Of(matched, Effect.Ask);
        if (changes.IsEmpty)
        {
            var permits = asks.Count > 0 ? asks : Of(matched, Effect.Allow);
            return permits.Count == 0 ? Silence(request, trace) : Say(asks.Count > 0 ? Effect.Ask : Effect.Allow, permits, owing, trace);
        }

        var changing = transforms.Where(t => changes.Any(c => c.Rules.Contains(t.Rule.Id))).ToList();
        return Say(asks.Count > 0 ? Effect.Ask : Effect.Transform, Sorted([.. asks, .. changing]), owing, trace) with { Args = args, Changes = changes };
    }

    /// <summary>What was decided about a call as it was wanted, and as changed, as one decision.</summary>
    public static PolicyDecision Together(PolicyDecision first, PolicyDecision second)
    {
        var changed = $"As changed ({string.Join("; ", first.Changes.Select(c => $"{c.Arg}: {c.Change}"))}): ";
        if (second.Effect is Effect.Deny or Effect.Defer)
        {
            return second with { Reason = changed + second.Reason, Args = first.Args, Changes = first.Changes, Shadow = second.Shadow ?? first.Shadow };
        }

        if (!second.Changes.IsEmpty)
        {
            var rules = Union(first.Changes.Concat(second.Changes).SelectMany(c => c.Rules));
            return second with
            {
                Effect = Effect.Deny,
                Rules = rules,
                Reason = $"{string.Join(" and ", rules)} would go on changing it, so it is not made at all.",
                Seats = [],
                Ladder = AskLadder.None,
                Args = first.Args,
                Changes = first.Changes,
                Obligations = Obligations.None,
            };
        }

        var asking = new[] { first, second }.Where(d => d.Effect == Effect.Ask).ToList();
        var who = Approvers.Together([.. asking.Select(a => new Approvers(a.Seats, a.Ladder))]);
        return second with
        {
            Effect = asking.Count > 0 ? Effect.Ask : Effect.Transform,
            Rules = Union(first.Rules.Concat(second.Rules)),
            Reason = string.Join(" ", new[] { first.Reason, second.Reason }.Distinct()),
            Seats = who.Seats,
            Ladder = who.Ladder,
            Args = first.Args,
            Changes = first.Changes,
            Advice = Joined([first.Advice, second.Advice]),
            Obligations = Obligations.Together([first.Obligations, second.Obligations]),
            Shadow = second.Shadow ?? first.Shadow,
            Uses = [.. first.Uses.Concat(second.Uses).DistinctBy(u => u.Id)],
        };
    }

    private static PolicyDecision Silence(AuthorityRequest request, PolicyTrace trace) => new(
        Effect.Deny, [], $"No rule allows {request.Agent} to call {request.ToolName} like this; what no rule mentions is denied.", [], AskLadder.None, trace);

    /// <summary>
    /// A decision that rests on <paramref name="deciding"/>. A call that may be made owes what any rule that matched wants done about it: an ask that is met does
    /// not lift what an allow beside it demands. One that may not owes only what the rules want that say so.
    /// </summary>
    private static PolicyDecision Say(
        Effect effect, List<(PolicyRule Rule, RuleTrace Trace)> deciding, IReadOnlyList<(PolicyRule Rule, RuleTrace Trace)> owing, PolicyTrace trace)
    {
        var asks = deciding.Where(d => d.Rule.Effect == Effect.Ask).Select(d => d.Rule.Approvers).ToList();
        var who = effect == Effect.Ask ? Approvers.Together(asks) : Approvers.None;
        var reason = string.Join(" ", deciding.Select(d => d.Trace.IsDoubtful ? Doubt(d.Rule) : d.Rule.Words).Distinct());
        var owed = owing.Where(o => !o.Rule.Obligations.IsNone).Select(o => o.Rule.Obligations).ToList();
        return new PolicyDecision(effect, [.. deciding.Select(d => d.Rule.Id).Distinct()], reason, who.Seats, who.Ladder, trace)
        {
            Advice = Joined(deciding.Select(d => d.Rule.Advice)),
            Obligations = owed.Count == 0 ? Obligations.None : Obligations.Together(owed),
        };
    }

    /// <summary>What a rule says whose condition could not be judged: what it would state as a fact is none. Why it could not stands in the trace.</summary>
    private static string Doubt(PolicyRule rule) => rule.Reason is null ? $"{rule.Words.TrimEnd('.')}, because it cannot be known whether it applies."
        : rule.Effect switch
        {
            Effect.Ask => "Asked",
            Effect.Defer => "Put off",
            Effect.Transform => "Changed",
            _ => "Refused",
        } + $" {AskedReason.Doubt} {rule.Reason}";

    private static List<(PolicyRule Rule, RuleTrace Trace)> Of(IReadOnlyList<(PolicyRule Rule, RuleTrace Trace)> matched, Effect effect)
    {
        var found = new List<(PolicyRule Rule, RuleTrace Trace)>();
        for (var i = 0; i < matched.Count; i++)
        {
            if (matched[i].Rule.Effect == effect)
            {
                found.Add(matched[i]);
            }
        }

        return found.Count < 2 ? found : Sorted(found);
    }

    private static List<(PolicyRule Rule, RuleTrace Trace)> Sorted(IEnumerable<(PolicyRule Rule, RuleTrace Trace)> rules) => [.. rules.OrderBy(r => r.Rule.Id, StringComparer.Ordinal)];

    private static ImmutableArray<string> Union(IEnumerable<string> rules) => [.. rules.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static string? Joined(IEnumerable<string?> advice) => string.Join(" ", advice.Where(a => !string.IsNullOrWhiteSpace(a)).Distinct()) is { Length: > 0 } text ? text : null;
}
