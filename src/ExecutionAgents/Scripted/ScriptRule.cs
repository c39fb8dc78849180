using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.ExecutionAgents;

/// <summary>One entry of a script: when it speaks, and what it says.</summary>
internal sealed record ScriptRule(string Name, ConfigPlace Place, ScriptWhen When, ScriptReply Reply);

/// <summary>When a rule speaks. Everything given must hold; what is not given is not asked.</summary>
internal sealed record ScriptWhen
{
    public ImmutableArray<string> Roles { get; init; } = [];

    public ImmutableArray<string> Steps { get; init; } = [];

    /// <summary>One of these must be found in the goal.</summary>
    public ImmutableArray<ScriptPattern> Goal { get; init; } = [];

    /// <summary>None of these may be found in the goal.</summary>
    public ImmutableArray<ScriptPattern> GoalNot { get; init; } = [];

    /// <summary>Patterns for the task's key, with <c>*</c> for any run of characters.</summary>
    public ImmutableArray<TaskPattern> Task { get; init; } = [];

    public ImmutableArray<(ScriptPath Path, ScriptTest Test)> Context { get; init; } = [];

    public ImmutableArray<ScriptResultTest> Results { get; init; } = [];

    /// <summary>True when <see cref="Results"/> looks only at calls made after the last feedback: whoever is told to try again looks again.</summary>
    public bool IsFresh { get; init; }

    /// <summary>Searched in everything that the conversation brought as data; named groups become <c>$said</c>.</summary>
    public ScriptPattern? Says { get; init; }

    /// <summary>Whether the conversation ends with feedback; null when it does not matter.</summary>
    public bool? Feedback { get; init; }

    /// <summary>What the feedback that the conversation ends with must say.</summary>
    public ScriptPattern? FeedbackSays { get; init; }

    /// <summary>The scope for the reply, or null when the rule does not speak.</summary>
    public ScriptScope? Fit(ScriptConversation conversation)
    {
        if (!IsFor(conversation) || !GoalFits(conversation.Goal) || !FeedbackFits(conversation.Feedback))
        {
            return null;
        }

        var scope = conversation.Scope;
        if (!Context.All(c => c.Test.Holds(scope.Find(c.Path), scope)) || !Results.All(r => r.Holds(conversation.LastCall(r.Tool, IsFresh), scope)))
        {
            return null;
        }

        if (Says is null)
        {
            return conversation.NewScope();
        }

        return Says.Match(conversation.Data) is { Success: true } match ? conversation.NewScope(match) : null;
    }

    private bool IsFor(ScriptConversation conversation) =>
        (Roles.IsEmpty || Roles.Contains(conversation.Role))
        && (Steps.IsEmpty || Steps.Contains(conversation.Step))
        && (Task.IsEmpty || (conversation.TaskKey is { } key && Task.Any(t => t.IsMatch(key))));

    private bool GoalFits(string goal) => (Goal.IsEmpty || Goal.Any(g => g.IsMatch(goal))) && !GoalNot.Any(g => g.IsMatch(goal));

    private bool FeedbackFits(string? feedback) =>
        (Feedback is null || Feedback == feedback is not null) && (FeedbackSays is null || (feedback is not null && FeedbackSays.IsMatch(feedback)));
}

/// <summary>What must have come of the last call of a tool.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="Outcome"><c>none</c>: it was not called; <c>any</c>; <c>succeeded</c>, <c>refused</c>, <c>answered</c>, <c>failed</c>, <c>unknown</c>; null when only the result matters.</param>
/// <param name="Result">Tests on the result.</param>
internal sealed record ScriptResultTest(string Tool, string? Outcome, ImmutableArray<(ScriptPath Path, ScriptTest Test)> Result)
{
    public static readonly ImmutableArray<string> Outcomes = ["none", "any", "succeeded", "refused", "answered", "failed", "unknown"];

    /// <param name="last">The call, or null when there is none.</param>
    /// <param name="scope">What names mean.</param>
    public bool Holds(ScriptCall? last, ScriptScope scope)
    {
        if (last is null)
        {
            return Outcome == "none";
        }

        return (Outcome is null or "any" || Outcome == last.Outcome) && Result.All(r => r.Test.Holds(r.Path.Below(last.Result, skip: 0), scope));
    }
}

/// <summary>What a rule says.</summary>
internal abstract record ScriptReply
{
    private ScriptReply()
    {
    }

    public sealed record Text(ScriptTemplate Template) : ScriptReply;

    public sealed record Json(ScriptTemplate Template) : ScriptReply;

    /// <summary>A template that gives a list of <c>{tool, args}</c>.</summary>
    public sealed record Calls(ScriptTemplate Template) : ScriptReply;
}
