using System.Runtime.CompilerServices;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>What a rule's condition may read: the types, when it is loaded, and the values, when it is asked.</summary>
internal static class PolicyScope
{
    private static readonly WhenType Text = new WhenType.Text();
    private static readonly WhenType Agent = Record(("name", Text));
    private static readonly WhenType Task = Record(("key", Text), ("title", Text), ("skill", Text), ("risk", Text));
    private static readonly WhenType Goal = Record(("requester", Text), ("playbook", Text));
    private static readonly ConditionalWeakTable<WorkTask, WhenRecord> Tasks = [];
    private static readonly WhenValue NoLabels = new WhenError("what the arguments are made of is not known");

    /// <summary>No fields at all: a model has neither arguments nor facts that a rule could read.</summary>
    public static WhenType Nothing { get; } = new WhenType.Record(new Dictionary<string, WhenType>(StringComparer.Ordinal));

    public static WhenScope Types(WhenType args, WhenType facts, WhenType lists) => new()
    {
        Args = args,
        Facts = facts,
        Tool = ToolTraits.Type,
        Agent = Agent,
        Task = Task,
        Goal = Goal,
        Lists = lists,
        Labels = new WhenType.List(Text),
        Now = new WhenType.Timestamp(),
    };

    public static WhenFacts Values(AuthorityRequest request, WhenRecord lists) => new()
    {
        Args = request.Args,
        Facts = request.Facts,
        Tool = request.Traits,
        Agent = Record(("name", new WhenText(request.Agent))),
        Task = TaskOf(request),
        Goal = GoalOf(request),
        Lists = lists,
        Labels = LabelsOf(request),
        Now = new WhenTimestamp(request.Now),
    };

    /// <summary>What <c>task</c> is; null where there is none. Made once for each task.</summary>
    public static WhenRecord? TaskOf(AuthorityRequest request) => request.Task is { } known
        ? Tasks.GetValue(known, task => Record(("key", new WhenText(task.Key)), ("title", new WhenText(task.Title)), ("skill", new WhenText(task.Skill)), ("risk", new WhenText(NameOf(task.Risk)))))
        : null;

    /// <summary>What <c>goal</c> is; null where there is none.</summary>
    public static WhenRecord? GoalOf(AuthorityRequest request) => request.Goal is { } goal
        ? Record(("requester", new WhenText(goal.Requester)), ("playbook", (request.Playbook ?? goal.Playbook) is { } playbook ? new WhenText(playbook) : WhenNull.Value))
        : null;

    /// <summary>What <c>labels</c> is.</summary>
    public static WhenValue LabelsOf(AuthorityRequest request) => request.Labels ?? NoLabels;

    /// <summary>The first field of <c>args</c> or <c>facts</c> that an expression reads and a tool does not have; null when it has them all.</summary>
    public static WhenPath? Lacking(IEnumerable<WhenPath> fields, WhenType args, WhenType facts) =>
        fields.FirstOrDefault(f => !Has(f.Root == WhenRoot.Args ? args : facts, f.Fields));

    private static bool Has(WhenType type, IEnumerable<string> path)
    {
        foreach (var name in path)
        {
            switch (type)
            {
                case WhenType.Record record when record.Fields.TryGetValue(name, out var field):
                    type = field;
                    break;
                case WhenType.Record { IsOpen: false }:
                    return false;
                default:
                    return true;
            }
        }

        return true;
    }

    private static string NameOf(Risk risk) => risk switch
    {
        Risk.Low => "low",
        Risk.Medium => "medium",
        _ => "high",
    };

    private static WhenType.Record Record(params ReadOnlySpan<(string Name, WhenType Type)> fields)
    {
        var types = new Dictionary<string, WhenType>(StringComparer.Ordinal);
        foreach (var (name, type) in fields)
        {
            types.Add(name, type);
        }

        return new WhenType.Record(types);
    }

    private static WhenRecord Record(params ReadOnlySpan<(string Name, WhenValue Value)> fields)
    {
        var values = new Dictionary<string, WhenValue>(StringComparer.Ordinal);
        foreach (var (name, value) in fields)
        {
            values.Add(name, value);
        }

        return new WhenRecord(values);
    }
}
