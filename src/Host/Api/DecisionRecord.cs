using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AiManager.Host;

/// <summary>Every decision of the gate as governance reviews it: who wanted what, what was said and by which rules and facts, who of the people decided and how, and what came of it.</summary>
/// <param name="At">When it was decided.</param>
/// <param name="Position">Its place in the journal.</param>
/// <param name="Workflow">Its stream: a workflow's id, or a monitor's for its check.</param>
/// <param name="Call">The call.</param>
/// <param name="Agent">Who wanted it.</param>
/// <param name="Tool">What.</param>
/// <param name="EffectClass">What the tool does to the world, as the catalogue says now; empty for a tool that is gone.</param>
/// <param name="Verdict"><c>allow</c>, <c>transform</c>, <c>ask</c>, <c>defer</c> or <c>deny</c>.</param>
/// <param name="Rules">Ids of the rules and budgets that decided.</param>
/// <param name="Facts">As pinned for it.</param>
/// <param name="Reason">For people.</param>
/// <param name="People">Who filled a seat or said no, in order; empty where nobody was asked or nobody has answered.</param>
/// <param name="Outcome">What came of the call: <c>succeeded</c>, <c>failed</c>, <c>unknown</c>, <c>refused</c>, <c>rejected</c>, <c>expired</c>, <c>edited</c> (the next decision on the call is about what was written instead), <c>responded</c>, <c>void</c>, <c>shadowed</c>, or <c>open</c>.</param>
/// <param name="PolicyHash">Digest of the policy that was asked.</param>
/// <param name="Seq">Its place in its stream.</param>
/// <param name="Arguments">What it was decided about: what would be sent, with what rules or a person had made of it by then.</param>
/// <param name="Labels">What is known about what the arguments are made of; empty where nothing is.</param>
/// <param name="Approval">What people were asked for it; null where nobody was.</param>
internal sealed record DecisionRecord(
    DateTimeOffset At,
    long Position,
    string Workflow,
    string Call,
    string Agent,
    string Tool,
    string EffectClass,
    string Verdict,
    ImmutableArray<string> Rules,
    JsonText Facts,
    string Reason,
    ImmutableArray<DeciderRecord> People,
    string Outcome,
    string PolicyHash,
    int Seq,
    JsonText Arguments,
    ImmutableArray<string> Labels,
    string? Approval)
{
    /// <summary>
    /// The position of the decision that people were asked about and agreed to, where this one is the check again just before the call; null for a decision of its own.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? RestsOn { get; init; }
}

/// <summary>A person's part in a decision.</summary>
/// <param name="Person">Who.</param>
/// <param name="Role">In which seat; null for who said no.</param>
/// <param name="Via">How: <c>api</c>, <c>console</c>, <c>local-terminal</c>.</param>
/// <param name="Verdict"><c>agreed</c>, <c>rejected</c>, <c>edited</c> or <c>responded</c>.</param>
/// <param name="At">When.</param>
internal sealed record DeciderRecord(string Person, string? Role, string Via, string Verdict, DateTimeOffset At)
{
    /// <summary>In whose place they sat; null for who sat for themselves, and who said no.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? StandsInFor { get; init; }
}
