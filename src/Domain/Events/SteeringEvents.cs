using System.Text.Json.Serialization;

namespace AiManager.Domain;

/// <summary>The manager answers what people have said to it. What it does about it stands in the events beside this one.</summary>
/// <param name="Upto">How many of the workflow's messages it has heard by now, from the first.</param>
/// <param name="Effect">What becomes of them.</param>
/// <param name="Answer">In plain words, to whoever said the last of them; as private as what they said.</param>
public sealed record MessageAnswered(int Upto, MessageEffect Effect, PrivateText Answer) : WorkflowEvent, ICarryPrivateText
{
    /// <inheritdoc/>
    [JsonIgnore]
    public PrivateText? Private => Answer;

    /// <inheritdoc/>
    public WorkflowEvent WithPrivate(PrivateText text) => this with { Answer = text };
}

/// <summary>What the manager makes of a message.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MessageEffect>))]
public enum MessageEffect
{
    /// <summary>It changes nothing: a question, or something to know.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>Single tasks are left out.</summary>
    [JsonStringEnumMemberName("drop")]
    Drop,

    /// <summary>The plan is made anew, for the same contract.</summary>
    [JsonStringEnumMemberName("revise")]
    Revise,

    /// <summary>It wants something else than was agreed: a person signs that first.</summary>
    [JsonStringEnumMemberName("contract")]
    Contract,
}

/// <summary>What the contract would say if somebody signed it. Nothing follows from it until then.</summary>
/// <param name="Escalation">By which it is put before people.</param>
/// <param name="Contract">The whole contract, as it would be.</param>
public sealed record ContractProposed(EscalationId Escalation, Contract Contract) : WorkflowEvent;

/// <summary>What was proposed has been signed, and is what the goal means from now on. The plan is made anew for it.</summary>
/// <param name="Escalation">The question that was answered with yes.</param>
public sealed record ContractChanged(EscalationId Escalation) : WorkflowEvent;

/// <summary>A new plan was wanted and none came out: the one in force goes on.</summary>
/// <param name="Reason">Why, in one plain sentence.</param>
public sealed record PlanKept(string Reason) : WorkflowEvent;
