namespace AiManager.Domain;

/// <summary>Something that somebody has stopped.</summary>
/// <param name="Kind">One of <see cref="Kinds"/>.</param>
/// <param name="Name">Which one; <c>*</c> for everything.</param>
/// <param name="Reason">In their words.</param>
/// <param name="By">Who did.</param>
/// <param name="At">When, UTC.</param>
public sealed record Suspension(string Kind, string Name, PrivateText Reason, Actor By, DateTimeOffset At)
{
    /// <summary>A tool, for everybody.</summary>
    public const string Tool = "tool";

    /// <summary>An agent, wherever it works.</summary>
    public const string Agent = "agent";

    /// <summary>A workflow, and those that serve it.</summary>
    public const string Workflow = "workflow";

    /// <summary>Everything.</summary>
    public const string All = "all";

    /// <summary>The name of everything.</summary>
    public const string AllName = "*";

    /// <summary>The key of everything.</summary>
    public const string Everything = All + "/" + AllName;

    /// <summary>What can be stopped.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [Tool, Agent, Workflow, All];

    /// <summary>What it is found by.</summary>
    public string Key => KeyOf(Kind, Name);

    /// <summary>What somebody who is stopped is told.</summary>
    public string Words => $"{(Kind == All ? "Everything" : Name)} is suspended: {Reason.Words}";

    /// <summary>That work is held for it.</summary>
    /// <param name="task">Which task; null for the whole workflow.</param>
    public WorkHeld Hold(TaskId? task) => new(task, Key, Reason);

    /// <summary>The key of what has this kind and name.</summary>
    public static string KeyOf(string kind, string name) => $"{kind}/{name}";
}
