using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>A workflow that has to do with a goal.</summary>
/// <param name="Workflow">Which.</param>
/// <param name="Goal">Its goal, one line.</param>
/// <param name="IsOpen">True while it is not over: then the goal may belong with it.</param>
/// <param name="IsSame">True when both name the same things, or say almost the same: what is open and the same is offered to be joined.</param>
/// <param name="Shared">What both name, such as <c>po-4464</c>.</param>
/// <param name="Likeness">From 0 to 1; null when nobody can say.</param>
/// <param name="Told">What is remembered of it, with what became of it.</param>
public sealed record RelatedWorkflow(WorkflowId Workflow, string Goal, bool IsOpen, bool IsSame, ImmutableArray<string> Shared, double? Likeness, string Told)
{
    /// <summary><c>join</c>: the same and open; <c>same</c>: the same and over; <c>like</c>: something like it.</summary>
    public string Relation => this switch { { IsSame: true, IsOpen: true } => "join", { IsSame: true } => "same", _ => "like" };
}

/// <summary>What is like a goal among what is remembered. Pure; without a model.</summary>
public static class RelatedWork
{
    /// <summary>From here on two goals are about the same kind of thing. Found on 400 tickets of which 47 are of one defect.</summary>
    public const double Alike = 0.4;

    /// <summary>From here on two goals say almost the same.</summary>
    public const double Same = 0.9;

    /// <summary>Those that have to do with it: first what is the same and open, then what is the same, then what is alike; the likest first.</summary>
    /// <param name="goal">In words.</param>
    /// <param name="found">What was found for these words.</param>
    public static ImmutableArray<RelatedWorkflow> Of(string goal, ImmutableArray<FoundMemory> found)
    {
        var named = EntityNames.Of(goal);
        return
        [
            .. found.Where(f => f.Entry.Kind == MemoryKind.Workflow)
                .Select(f => Of(f, [.. EntityNames.Of($"{f.Entry.Title}\n{f.Entry.Text}").Intersect(named)]))
                .Where(r => r.IsSame || r.Likeness >= Alike)
                .OrderByDescending(r => r is { IsSame: true, IsOpen: true }).ThenByDescending(r => r.IsSame).ThenByDescending(r => r.Likeness ?? 0).ThenBy(r => r.Workflow.Value),
        ];
    }

    private static RelatedWorkflow Of(FoundMemory found, ImmutableArray<string> shared) => new(
        found.Entry.Workflow, found.Entry.Title, found.Entry.IsOpen, !shared.IsEmpty || found.Likeness >= Same, shared, found.Likeness, found.Entry.Text);
}
