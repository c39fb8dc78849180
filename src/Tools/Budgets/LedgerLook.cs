using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Ledgers as one look at several calls sees them: each is read once, however many of the calls share it. Not thread-safe; ends with the look.</summary>
internal sealed class LedgerLook(IReadModels readModels)
{
    private readonly Dictionary<LedgerPlace, Amounts> _read = [];

    /// <summary>Reads several in one go, for calls that are going to look at them.</summary>
    public async Task ReadEachAsync(IEnumerable<LedgerPlace> places, CancellationToken cancellationToken)
    {
        var wanted = places.Where(p => !_read.ContainsKey(p)).Distinct().ToImmutableArray();
        if (!wanted.IsEmpty)
        {
            foreach (var (place, amounts) in wanted.Zip(await readModels.LedgersAsync(wanted, cancellationToken)))
            {
                _read[place] = amounts;
            }
        }
    }

    /// <summary>What is used of a ledger, as when it was first looked at.</summary>
    public async Task<Amounts> ReadAsync(string budget, string ledger, (string Window, DateTimeOffset? Since) period, CancellationToken cancellationToken)
    {
        var asked = new LedgerPlace(budget, ledger, period.Window, period.Since);
        await ReadEachAsync([asked], cancellationToken);
        return _read[asked];
    }
}
