using System.Collections.Immutable;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>A goal, as it is handed in.</summary>
/// <param name="Goal">In plain words.</param>
/// <param name="Playbook">A playbook to follow; null leaves the choice to the manager.</param>
/// <param name="Deadline">UTC; null for none.</param>
/// <param name="Budget">A cap for the whole workflow; null for the company's.</param>
/// <param name="Inputs">Values that travel with the goal, an object; null for none.</param>
/// <param name="Contract">The requester's own contract; null when it is to be made.</param>
internal sealed record SubmitBody(
    string Goal, string? Playbook = null, DateTimeOffset? Deadline = null, Amounts? Budget = null, JsonText? Inputs = null, ContractBody? Contract = null);

/// <summary>An intent contract, as a requester writes it.</summary>
/// <param name="Outcome">What is true when the goal is reached.</param>
/// <param name="Constraints">What must not happen on the way.</param>
/// <param name="Acceptance">How "reached" is proved.</param>
internal sealed record ContractBody(string Outcome, ImmutableArray<string>? Constraints = null, ImmutableArray<AcceptanceBody>? Acceptance = null);

/// <summary>One proof: a tool with a condition, or a review.</summary>
internal sealed record AcceptanceBody(string? Tool = null, JsonText? Args = null, string? Is = null, string? Review = null);

/// <summary>A decision on an approval.</summary>
/// <param name="Decision"><c>approve</c>, <c>edit</c>, <c>reject</c> or <c>respond</c>.</param>
/// <param name="Reason">In their words; null for none.</param>
/// <param name="Arguments">With <c>edit</c>: all arguments as they should be.</param>
/// <param name="Result">With <c>respond</c>: what to go on with in place of the tool's result; null for words only.</param>
/// <param name="Standing">With <c>approve</c>: propose a rule that agrees to others like it in advance; null for this call only.</param>
internal sealed record DecisionBody(string Decision, string? Reason = null, JsonText? Arguments = null, JsonText? Result = null, StandingBody? Standing = null)
{
    /// <summary>Yes, in one seat.</summary>
    public const string Approve = "approve";

    /// <summary>No.</summary>
    public const string Reject = "reject";

    /// <summary>With other arguments.</summary>
    public const string Edit = "edit";

    /// <summary>The answer itself, instead of the call.</summary>
    public const string Respond = "respond";

    /// <summary>The body that says <paramref name="answer"/>.</summary>
    public static DecisionBody Of(ApprovalAnswer answer) => answer switch
    {
        ApprovalAnswer.Edit edit => new DecisionBody(Edit, edit.Reason, Arguments: edit.Args),
        ApprovalAnswer.Respond respond => new DecisionBody(Respond, respond.Reason, Result: respond.Result),
        _ => new DecisionBody(answer is ApprovalAnswer.Approve ? Approve : Reject, answer.Reason),
    };
}

/// <summary>Others like it, agreed in advance.</summary>
/// <param name="Until">UTC, within 30 days; null for 30 days.</param>
/// <param name="Uses">How often; null for any number.</param>
internal sealed record StandingBody(DateTimeOffset? Until = null, long? Uses = null);

/// <summary>One decision for several approvals.</summary>
/// <param name="Ids">Which, each once.</param>
/// <param name="Decision"><c>approve</c> or <c>reject</c>.</param>
/// <param name="Reason">In their words; null for none.</param>
internal sealed record BatchBody(ImmutableArray<string> Ids, string Decision, string? Reason = null);

/// <summary>A key that is wanted.</summary>
/// <param name="Person">Whose.</param>
/// <param name="Scopes">What it is limited to; none for whatever the person may.</param>
/// <param name="Expires">How long it is good, such as <c>90d</c>; null for as long as nobody revokes it.</param>
internal sealed record KeyBody(string Person, ImmutableArray<string>? Scopes = null, string? Expires = null);

/// <summary>A key that was made.</summary>
/// <param name="Key">The secret itself, shown once.</param>
internal sealed record KeyResource(string Key);

/// <summary>A message to the manager.</summary>
internal sealed record MessageBody(string Text);

/// <summary>The workflow that pursues the same.</summary>
internal sealed record JoinBody(string Into);

/// <summary>Why something is stopped or ended; null for no reason given.</summary>
internal sealed record ReasonBody(string? Reason = null);

/// <summary>An answer to an escalation.</summary>
/// <param name="Answer">One of its choices, or any words for a finding.</param>
/// <param name="Words">What to say with a choice; null for nothing.</param>
internal sealed record AnswerBody(string Answer, string? Words = null);
