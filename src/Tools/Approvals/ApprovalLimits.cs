using AiManager.Domain;

namespace AiManager.Tools;

/// <summary><c>approvals</c> of <c>authority.yaml</c>: how much one person may decide, so that somebody who is tired does not wave through what nobody looked at.</summary>
/// <param name="PerPersonPerHour">Decisions within the last 60 minutes; equal calls of a batch count once. Null for any number.</param>
/// <param name="Escalates">Whether an approval that somebody may not decide any more is escalated at once, where its rules name to whom.</param>
public sealed record ApprovalLimits(long? PerPersonPerHour, bool Escalates)
{
    /// <summary>The ledger's budget. No budget of a company is called like that: ids have no slash.</summary>
    public const string Budget = "approvals/hour";

    /// <summary>Over which time decisions are counted.</summary>
    public static TimeSpan Window { get; } = TimeSpan.FromHours(1);

    /// <summary>No limit.</summary>
    public static ApprovalLimits None { get; } = new(null, false);

    /// <summary>What one decision takes of a person's hour; null without a limit.</summary>
    public Reservation? Take(string person) =>
        PerPersonPerHour is { } most ? new Reservation(Budget, person, "rolling", new Amounts(ToolCalls: 1), new Amounts(ToolCalls: most)) : null;

    /// <summary>Binds <c>approvals</c>; mistakes go to <paramref name="reader"/>.</summary>
    internal static ApprovalLimits Read(ConfigNode.Map root, ConfigReader reader)
    {
        if (reader.OptionalMap(root, "approvals") is not { } map)
        {
            return None;
        }

        reader.Keys(map, ["perPersonPerHour", "onExceeded"]);
        var onExceeded = reader.OptionalText(map, "onExceeded");
        if (onExceeded is not (null or "wait" or "escalate"))
        {
            reader.Fault(map["onExceeded"]!.Place, "'onExceeded' must be wait or escalate.");
        }

        if (map["perPersonPerHour"] is null)
        {
            reader.Fault(map.Place, "'perPersonPerHour' is missing.");
        }

        return new ApprovalLimits(reader.OptionalWhole(map, "perPersonPerHour", 1), onExceeded == "escalate");
    }
}
