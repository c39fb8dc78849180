using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AiManager.Domain;

/// <summary>How the goal is to be reached: a versioned graph of tasks without cycles.</summary>
/// <param name="Version">1 for the first plan, one more at each revision.</param>
/// <param name="Tasks">In an order in which every task stands behind those it needs.</param>
public sealed record Plan(int Version, ImmutableArray<WorkTask> Tasks);

/// <summary>One piece of work for one executor.</summary>
/// <param name="Id">Derived from workflow, plan version and key.</param>
/// <param name="Key">Short name within the plan, such as <c>quotes</c>; children of a template add <c>/1</c>, <c>/2</c> …</param>
/// <param name="Title">What a person reads in the plan.</param>
/// <param name="Instruction">What the executor is asked to do.</param>
/// <param name="Needs">Tasks whose results it builds on.</param>
/// <param name="Skill">Who can do it.</param>
/// <param name="Deliverable">What must come out, and how that is checked.</param>
/// <param name="Grant">What it may do; fixed when the plan is adopted.</param>
/// <param name="ForEach">For a template: the list to expand over, a <see cref="Reference"/>; else null.</param>
/// <param name="Template">For a child of a template: the template; else null.</param>
/// <param name="Item">For a child of a template: its element of the list; else JSON null.</param>
/// <param name="Deadline">UTC; null when it has none of its own.</param>
/// <param name="Risk">How much care it needs.</param>
public sealed record WorkTask(
    TaskId Id,
    string Key,
    string Title,
    string Instruction,
    ImmutableArray<TaskId> Needs,
    string Skill,
    DeliverableContract Deliverable,
    Grant Grant,
    string? ForEach,
    TaskId? Template,
    JsonText Item,
    DateTimeOffset? Deadline,
    Risk Risk)
{
    /// <summary>
    /// Whose slice of the budget it draws on: the repetitions of a template share their template's, and a revised plan goes on with what was left under the same
    /// key, so that neither a longer list nor another plan makes a slice larger.
    /// </summary>
    [JsonIgnore]
    public string SliceKey => Template is null ? Key : Key[..Math.Max(0, Key.LastIndexOf('/'))];
}

/// <summary>How much harm a task can do when it goes wrong.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Risk>))]
public enum Risk
{
    /// <summary>Reading and thinking.</summary>
    [JsonStringEnumMemberName("low")]
    Low,

    /// <summary>Changes that can be undone.</summary>
    [JsonStringEnumMemberName("medium")]
    Medium,

    /// <summary>Money, messages to the outside, changes that stay.</summary>
    [JsonStringEnumMemberName("high")]
    High,
}

/// <summary>What must come out of a task.</summary>
/// <param name="Schema">A JSON Schema (the subset that <see cref="JsonSchema"/> knows) for the deliverable.</param>
/// <param name="Check">Evidence that somebody other than the doer can gather: a read-only call; null when there is none.</param>
/// <param name="Review">What a reviewing agent must find true; used when there is no check.</param>
public sealed record DeliverableContract(JsonText Schema, EvidenceCheck? Check, string? Review);

/// <summary>A read-only call whose result proves a deliverable.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="Args">An object; a string value that begins with <c>$</c> is a <see cref="Reference"/>.</param>
/// <param name="Is">A <c>when</c> condition over <c>result</c> and <c>args</c>.</param>
/// <param name="When">A <see cref="Reference"/> that must be there for the check to apply; null: always.</param>
public sealed record EvidenceCheck(string Tool, JsonText Args, string Is, string? When = null);
