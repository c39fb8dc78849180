using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>A task in the list of who does what, with what it became where it stands for one of each.</summary>
/// <param name="Task">As everybody outside sees it.</param>
/// <param name="Children">What it became, in the plan's order; none for a task of its own.</param>
internal sealed record TaskLine(TaskResource Task, ImmutableArray<TaskResource> Children)
{
    /// <summary>Children that stand in one list; of more, only those that need somebody stand outside.</summary>
    private const int MostOpen = 12;

    /// <summary>True where one of what it became needs somebody to look: it failed, or waits for a person.</summary>
    public bool NeedsAttention => Children.Any(Needs);

    /// <summary>What is seen first.</summary>
    public ImmutableArray<TaskResource> First => Children.Length <= MostOpen ? Children : [.. Children.Where(Needs)];

    /// <summary>What stands folded below that.</summary>
    public ImmutableArray<TaskResource> Rest => Children.Length <= MostOpen ? [] : [.. Children.Where(c => !Needs(c))];

    /// <summary>"7 tasks: 5 done, 1 failed, 1 waiting approval".</summary>
    public string Counts => CountsOf(Children.Select(c => c.Status).ToList());

    /// <summary>Its state to show: the worst of what it became where that needs somebody, for what stands for several is no better than that.</summary>
    public string Status => Worst(Task.Status, Children.Select(c => c.Status));

    /// <summary>The plan's tasks, each with what it became. Pure.</summary>
    public static ImmutableArray<TaskLine> Of(ImmutableArray<TaskResource> tasks)
    {
        var known = tasks.Where(t => t.IsTemplate).Select(t => t.Id).ToHashSet();
        var children = tasks.Where(t => t.Parent is { } parent && known.Contains(parent)).ToLookup(t => t.Parent!.Value);
        return [.. tasks.Where(t => t.Parent is not { } parent || !known.Contains(parent)).Select(t => new TaskLine(t, [.. children[t.Id]]))];
    }

    /// <summary>How many there are of each state, what needs somebody first.</summary>
    public static string CountsOf(IReadOnlyCollection<string> statuses)
    {
        var parts = statuses.GroupBy(s => s).OrderBy(g => Urgency(g.Key)).ThenByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Count()} {Written.Status(g.Key)}").ToList();
        return $"{(statuses.Count == 1 ? "one task" : $"{statuses.Count} tasks")}{(parts.Count > 0 ? ": " + string.Join(", ", parts) : string.Empty)}";
    }

    /// <summary>Whoever looks wants to see what is stuck before what is done.</summary>
    public static int Urgency(string status) => StateColour.Of(status) switch { "bad" => 0, "wait" => 1, "run" => 2, "good" => 4, _ => 3 };

    /// <summary>The worst of several where that needs somebody, else what is said of all.</summary>
    public static string Worst(string all, IEnumerable<string> each) => each.Where(s => Urgency(s) < 2).MinBy(Urgency) ?? all;

    /// <summary>What a child is called below its parent: "Order: nordkabel" below "Order" is "nordkabel".</summary>
    public static string ShortTitle(string title, string parent) =>
        title.Length > parent.Length + 2 && title.StartsWith(parent + ": ", StringComparison.Ordinal) ? title[(parent.Length + 2)..] : title;

    private static bool Needs(TaskResource task) => Urgency(task.Status) < 2;
}
