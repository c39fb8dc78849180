using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AiManager.Domain;

/// <summary>A person who was asked wrote other arguments.</summary>
/// <param name="Approval">What they were asked.</param>
/// <param name="By">The person's id.</param>
public sealed record ArgumentEdit(ApprovalId Approval, string By);

/// <summary>
/// Rules, or a person who was asked, changed what a call would send. What is decided, approved and made from here on is this, and no longer what was proposed.
/// </summary>
/// <param name="Call">The call.</param>
/// <param name="Args">The arguments as they are now, canonical.</param>
/// <param name="Changes">What was changed; empty when what had been changed was changed back.</param>
/// <param name="Facts">The facts about the call as it was before, on which the rules, or the person, decided to change it.</param>
/// <param name="Edit">Who changed it; null for rules.</param>
public sealed record CallChanged(
    CallId Call,
    JsonText Args,
    ImmutableArray<ArgumentChange> Changes,
    JsonText Facts,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ArgumentEdit? Edit = null) : WorkflowEvent;

/// <summary>A person who was asked answered in the tool's place. Follows the end of what they were asked; an event of its own, so that no older program overlooks it.</summary>
/// <param name="Call">The call; it is not made.</param>
/// <param name="Approval">What they were asked.</param>
/// <param name="Result">What they give in place of the tool's result, an object; null when they gave words only.</param>
public sealed record CallAnswered(
    CallId Call, ApprovalId Approval, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonText? Result) : WorkflowEvent;

/// <summary>Why a call waits without a person.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeferralKind>))]
public enum DeferralKind
{
    /// <summary>A rule says: not yet.</summary>
    [JsonStringEnumMemberName("defer")]
    Defer,

    /// <summary>It may be made, and is held back for a while.</summary>
    [JsonStringEnumMemberName("hold")]
    Hold,
}

/// <summary>The call waits for time to pass. Nothing runs meanwhile; a due row wakes its workflow.</summary>
/// <param name="Call">The call.</param>
/// <param name="Kind">Why.</param>
/// <param name="Until">UTC; then it is decided again.</param>
public sealed record CallDeferred(CallId Call, DeferralKind Kind, DateTimeOffset Until) : WorkflowEvent;

/// <summary>The time that a call waited for has come: it is decided again.</summary>
/// <param name="Call">The call.</param>
public sealed record DeferralEnded(CallId Call) : WorkflowEvent;

/// <summary>The workflow runs in shadow from its first step: it reads and decides, and makes no effect. It never leaves it.</summary>
/// <param name="Playbook">The playbook that says so.</param>
public sealed record ShadowBegun(string Playbook) : WorkflowEvent;

/// <summary>In shadow: the call was decided and, whatever the verdict, not made. Final.</summary>
/// <param name="Call">The call.</param>
/// <param name="Seats">Who would have been asked; empty when nobody would.</param>
/// <param name="Cost">What it would have spent; null when nothing.</param>
public sealed record CallShadowed(
    CallId Call, ImmutableArray<Seat> Seats, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Money? Cost) : WorkflowEvent;

/// <summary>A rule has people look at a call. An item in their inbox that nobody waits for.</summary>
/// <param name="Escalation">The item; derived from the call, the role and which look it is.</param>
/// <param name="Call">The call.</param>
/// <param name="Role">Who should look.</param>
/// <param name="IsSecondLook">True after the call: somebody must have looked, also when the goal is over. False for a notice, which closes with the goal.</param>
/// <param name="Text">What there is to see, for people.</param>
public sealed record LookAsked(EscalationId Escalation, CallId Call, string Role, bool IsSecondLook, string Text) : WorkflowEvent;
