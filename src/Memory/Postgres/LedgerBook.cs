using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>The ledgers that a batch touches, as its writes leave them one after the other. An amount beyond 64 bits throws <see cref="OverflowException"/>.</summary>
internal sealed class LedgerBook(LockedRows locked)
{
    private readonly List<(LedgerId Ledger, long At, LedgerUnits Units)> _moves = [];

    /// <summary>What to add to each ledger's total; a ledger that only now holds something is here even if that is zero.</summary>
    public Dictionary<LedgerId, LedgerUnits> Added { get; } = [];

    /// <summary>Entries that are new or have changed.</summary>
    public Dictionary<LedgerEntryKey, LedgerEntry> Entries { get; } = [];

    public LedgerUnits Total(LedgerId ledger) => locked.Totals.GetValueOrDefault(ledger) + Added.GetValueOrDefault(ledger);

    /// <summary>What entries hold that began at <paramref name="since"/> or later.</summary>
    public LedgerUnits Since(LedgerId ledger, long since)
    {
        var held = locked.Rolling[(ledger, since)];
        foreach (var move in _moves)
        {
            if (move.Ledger == ledger && move.At >= since)
            {
                held += move.Units;
            }
        }

        return held;
    }

    /// <summary>Sets an amount aside; what was set aside under the same entry already stays as it is.</summary>
    public void Reserve(ReadModelChange.Reserve change)
    {
        var wanted = change.Reservation;
        var key = new LedgerEntryKey(change.Entry, wanted.Budget, wanted.Key, wanted.Window);
        if (Entry(key) is null)
        {
            var units = LedgerUnits.Of(wanted.Amounts);
            Put(key, new LedgerEntry(UnixMicros.Write(change.At), units, IsSettled: false), units);
        }
    }

    /// <summary>Puts what it came to in the place of what was set aside. Without anything set aside there is nothing to settle.</summary>
    public void Settle(ReadModelChange.Settle change)
    {
        var actual = change.Actual;
        var key = new LedgerEntryKey(change.Entry, actual.Budget, actual.Key, actual.Window);
        if (Entry(key) is { } held)
        {
            var units = LedgerUnits.Of(actual.Amounts);
            Put(key, held with { Units = units, IsSettled = true }, units - held.Units);
        }
    }

    private LedgerEntry? Entry(LedgerEntryKey key) =>
        Entries.TryGetValue(key, out var changed) ? changed : locked.Held.TryGetValue(key, out var held) ? held : null;

    private void Put(LedgerEntryKey key, LedgerEntry entry, LedgerUnits added)
    {
        var ledger = LedgerId.Of(key);
        Added[ledger] = Added.GetValueOrDefault(ledger) + added;
        _ = Total(ledger);
        Entries[key] = entry;
        _moves.Add((ledger, entry.At, added));
    }
}
