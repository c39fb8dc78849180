using System.Text.Json.Serialization;

namespace AiManager.Domain;

/// <summary>What authority says of a call, the stricter first: deny beats defer beats ask beats transform beats allow; nothing matched is a deny.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Effect>))]
public enum Effect
{
    /// <summary>It must not be made.</summary>
    [JsonStringEnumMemberName("deny")]
    Deny,

    /// <summary>Not yet: what it needs is missing or stale. It waits, and is decided again.</summary>
    [JsonStringEnumMemberName("defer")]
    Defer,

    /// <summary>It may be made once people have filled the seats.</summary>
    [JsonStringEnumMemberName("ask")]
    Ask,

    /// <summary>It may be made, with arguments that rules have changed.</summary>
    [JsonStringEnumMemberName("transform")]
    Transform,

    /// <summary>It may be made.</summary>
    [JsonStringEnumMemberName("allow")]
    Allow,
}

/// <summary>Places to fill on an approval.</summary>
/// <param name="Role">Who may sit there.</param>
/// <param name="Count">How many different people of that role; at least 1.</param>
public sealed record Seat(string Role, int Count);

/// <summary>What one step of the gate found.</summary>
/// <param name="Step"><c>exists</c>, <c>schema</c>, <c>grant</c>, <c>facts</c>, <c>authority</c>, <c>flow</c>, <c>budget</c> or <c>precondition</c>.</param>
/// <param name="Verdict"><c>passed</c>, <c>changed</c>, <c>denied</c>, <c>asked</c>, <c>deferred</c> or <c>notConfigured</c>.</param>
/// <param name="Detail">Why, for people; null when there is nothing to say.</param>
public sealed record GateStep(string Step, string Verdict, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Detail = null);

/// <summary>A budget of the goal or of one task that runs low, or is used up.</summary>
/// <param name="Budget">As in <see cref="Reservation"/>.</param>
/// <param name="Task">Whose; null for the whole goal's.</param>
/// <param name="Words">How much of what is used, for people and for agents.</param>
public sealed record BudgetNotice(
    string Budget,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TaskId? Task,
    string Words);

/// <summary>Money or tokens set aside in one ledger until the call is settled.</summary>
/// <param name="Budget">The budget's id in <c>authority.yaml</c>, or <c>task</c> or <c>goal</c> for a slice of the plan.</param>
/// <param name="Key">Which ledger of that budget: scope and key, such as <c>company|acme</c>.</param>
/// <param name="Window">A calendar day <c>2026-11-21</c>, a calendar month <c>2026-11</c>, <c>rolling</c>, or <c>all</c>.</param>
/// <param name="Amounts">How much.</param>
/// <param name="Cap">The cap it was checked against.</param>
/// <param name="Approval">The approval that let it pass its cap; null when it fits.</param>
public sealed record Reservation(
    string Budget,
    string Key,
    string Window,
    Amounts Amounts,
    Amounts Cap,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ApprovalId? Approval = null);
