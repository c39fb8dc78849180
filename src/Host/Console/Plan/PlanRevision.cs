using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>A version of a plan, and what it changed.</summary>
/// <param name="Version">From 1.</param>
/// <param name="At">When it was adopted.</param>
/// <param name="Seq">Its event.</param>
/// <param name="Reason">Why; empty for the first.</param>
/// <param name="Changes">What is other than before; empty for the first.</param>
internal sealed record PlanRevision(int Version, DateTimeOffset At, int Seq, string Reason, ImmutableArray<PlanChange> Changes)
{
    /// <summary>Every version of a workflow's plan, oldest first. Pure.</summary>
    public static ImmutableArray<PlanRevision> Of(IEnumerable<Recorded> events, string currency)
    {
        var revisions = ImmutableArray.CreateBuilder<PlanRevision>();
        Plan? before = null;
        foreach (var recorded in events)
        {
            var (plan, reason) = recorded.Event switch
            {
                PlanAdopted adopted => (adopted.Plan, string.Empty),
                PlanRevised revised => (revised.Plan, revised.Reason),
                _ => ((Plan?)null, string.Empty),
            };
            if (plan is not null)
            {
                revisions.Add(new PlanRevision(plan.Version, recorded.At, recorded.Seq, reason, before is null ? [] : [.. Differences(before, plan, currency)]));
                before = plan;
            }
        }

        return revisions.ToImmutable();
    }

    private static IEnumerable<PlanChange> Differences(Plan before, Plan after, string currency)
    {
        var (old, now) = (before.Tasks.ToDictionary(t => t.Key, StringComparer.Ordinal), after.Tasks.ToDictionary(t => t.Key, StringComparer.Ordinal));
        foreach (var gone in before.Tasks.Where(t => !now.ContainsKey(t.Key)))
        {
            yield return new PlanChange("gone", gone.Title, string.Empty);
        }

        foreach (var task in after.Tasks)
        {
            if (!old.TryGetValue(task.Key, out var was))
            {
                yield return new PlanChange("new", task.Title, task.Instruction);
                continue;
            }

            string?[] all =
            [
                was.Title != task.Title ? $"title was “{was.Title}”" : null,
                was.Instruction != task.Instruction ? $"instruction was “{was.Instruction}”, is “{task.Instruction}”" : null,
                was.Skill != task.Skill ? $"skill {was.Skill} became {task.Skill}" : null,
                was.Deadline != task.Deadline ? $"{Due(task)} instead of {Due(was)}" : null,
                was.Risk != task.Risk ? $"risk {was.Risk} became {task.Risk}".ToLowerInvariant() : null,
                was.ForEach != task.ForEach ? $"one for each of {task.ForEach ?? "nothing"} instead of {was.ForEach ?? "nothing"}" : null,
                was.Deliverable != task.Deliverable ? "another deliverable is wanted" : null,
                .. MayWords(was.Grant, task.Grant, currency),
                !KeysOf(before, was).SequenceEqual(KeysOf(after, task)) ? $"needs {Listed(KeysOf(after, task))} instead of {Listed(KeysOf(before, was))}" : null,
            ];
            var parts = all.OfType<string>().ToList();
            if (parts.Count > 0)
            {
                yield return new PlanChange("changed", task.Title, string.Join("; ", parts));
            }
        }
    }

    private static string Due(WorkTask task) => task.Deadline is { } at ? $"due {Written.Time(at)}" : "due at no time of its own";

    /// <summary>What a task may do that it might not before, and the other way round: whoever reads of another plan asks that first.</summary>
    private static IEnumerable<string> MayWords(Grant before, Grant after, string currency)
    {
        var (old, now) = (GrantWords.Of(before, currency), GrantWords.Of(after, currency));
        return [.. now.Except(old).Select(w => $"may now: {w}"), .. old.Except(now).Select(w => $"might before: {w}")];
    }

    private static IEnumerable<string> KeysOf(Plan plan, WorkTask task) => plan.Tasks.Where(t => task.Needs.Contains(t.Id)).Select(t => t.Key).Order(StringComparer.Ordinal);

    private static string Listed(IEnumerable<string> keys) => string.Join(", ", keys.DefaultIfEmpty("nothing"));
}

/// <summary>One task that is other than in the version before.</summary>
/// <param name="Kind"><c>new</c>, <c>gone</c> or <c>changed</c>.</param>
/// <param name="Title">The task.</param>
/// <param name="Detail">What about it.</param>
internal sealed record PlanChange(string Kind, string Title, string Detail);
