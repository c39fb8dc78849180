using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>What authority is asked: everything that its answer depends on.</summary>
/// <param name="ToolName">The tool's name, or <c>model:NAME</c>.</param>
/// <param name="Traits">What <c>tool</c> is to a condition.</param>
/// <param name="Agent">An agent's name, or <c>system</c>.</param>
/// <param name="Args">The arguments.</param>
/// <param name="Facts">The facts that the gate computed; an error when it could not.</param>
/// <param name="Task">For which task; null for none: then a condition that reads <c>task</c> errs.</param>
/// <param name="Goal">For which goal; null for none: then a condition that reads <c>goal</c> errs.</param>
/// <param name="Playbook">The playbook that is followed; null for none.</param>
/// <param name="Now">The moment of the decision.</param>
internal sealed record AuthorityRequest(
    string ToolName, WhenRecord Traits, string Agent, WhenValue Args, WhenValue Facts, WorkTask? Task, GoalSubmitted? Goal, string? Playbook, DateTimeOffset Now)
{
    /// <summary>The arguments as JSON, for rules that change them; null where they are not known: what would be changed is then denied.</summary>
    public JsonText? ArgsJson { get; init; }

    /// <summary>What the workflow's calls have done before, for rules that look back.</summary>
    public CallHistory History { get; init; } = CallHistory.Empty;

    /// <summary>The tool, where it was found out after the rules were bound: which of them are about it is looked up then. Null for all others.</summary>
    public GovernedTool? FoundOut { get; init; }

    /// <summary>
    /// SHA-256 over the canonical form of all of this but the past, hex: equal requests, and only they, have equal digests. The past is what the journal has in
    /// front of the decision.
    /// </summary>
    public string Digest() => RequestDigest.Of(this);

    /// <summary>What the arguments are made of; null while nothing follows them: then a condition that reads <c>labels</c> errs.</summary>
    public WhenValue? Labels { get; init; }
}
