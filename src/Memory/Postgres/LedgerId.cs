using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>Which ledger.</summary>
internal readonly record struct LedgerId(string Budget, string Key, string Period)
{
    public static LedgerId Of(Reservation reservation) => new(reservation.Budget, reservation.Key, reservation.Window);

    public static LedgerId Of(LedgerEntryKey entry) => new(entry.Budget, entry.Key, entry.Period);
}
