using System.Globalization;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>Why a guard does not hold, in the same words on every provider.</summary>
internal static class GuardWords
{
    private const string Granted = "approved";

    /// <summary>What a ledger without enough headroom holds.</summary>
    public static string Used(Amounts held, Reservation wanted) =>
        $"{Words(held)} used of {Words(wanted.Cap)} in {wanted.Budget} ({wanted.Key}, {wanted.Window})";

    public static string NoApproval(ApprovalId approval) => $"There is no approval {approval}.";

    /// <summary>Null for an approval that may be used.</summary>
    public static string? Approval(ApprovalId approval, string status) => status == Granted ? null : $"Approval {approval} is {status}.";

    /// <summary>Null while nothing has been appended to the company's stream since.</summary>
    public static string? Company(Guard.CompanyAt guard, int seq) => seq <= guard.Seq ? null : $"The company's stream is at {seq} by now, not at {guard.Seq}.";

    private static string Words(Amounts amounts)
    {
        var parts = new List<string>(7);
        Add(amounts.Money, "money");
        Add(amounts.ModelCost, "model cost");
        Add(amounts.Tokens, "tokens");
        Add(amounts.Calls, "calls");
        Add(amounts.ToolCalls, "calls of tools");
        Add(amounts.Time, "of time");
        Add(amounts.Recipients, "recipients");
        return parts.Count == 0 ? "nothing" : string.Join(", ", parts);

        void Add(IFormattable? amount, string what)
        {
            if (amount is not null)
            {
                parts.Add(amount.ToString(null, CultureInfo.InvariantCulture) + " " + what);
            }
        }
    }
}
