using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Ledgers as one look at several calls sees them: each is read once, however many of the calls share it. Not thread-safe; ends with the look.</summary>
internal sealed class LedgerLook(IReadModels readModels)
{
    private readonly Dictionary<(string Budget, string Ledger, string Window, DateTimeOffset? Since), Amounts> _read = [];

    /// <summary>What is used of a ledger, as when it was first looked at.</summary>
    public async Task<Amounts> ReadAsync(string budget, string ledger, (string Window, DateTimeOffset? Since) period, CancellationToken cancellationToken)
    {
        var asked = (budget, ledger, period.Window, period.Since);
        return _read.TryGetValue(asked, out var known) ? known : _read[asked] = await readModels.LedgerAsync(budget, ledger, period.Window, period.Since, cancellationToken);
    }
}
