using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>What a batch has to lock or to know before anything in it can be decided, each in the one order in which every host locks.</summary>
internal sealed class TouchedRows
{
    private readonly SortedSet<string> _streams = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _approvals = new(StringComparer.Ordinal);
    private readonly HashSet<string> _singletons = new(StringComparer.Ordinal);
    private readonly HashSet<LedgerId> _ledgers = [];
    private readonly HashSet<LedgerEntryKey> _entries = [];
    private readonly HashSet<(LedgerId Ledger, long Since)> _windows = [];

    public TouchedRows(IReadOnlyList<IWrite> batch)
    {
        foreach (var write in batch)
        {
            switch (write)
            {
                case AppendWrite append:
                    Touch(append);
                    break;
                case RenewWrite renew:
                    _streams.Add(renew.Claim.Stream);
                    break;
                case ReleaseWrite release:
                    _streams.Add(release.Claim.Stream);
                    break;
            }
        }
    }

    /// <summary>Positions that the batch needs at most.</summary>
    public int Events { get; private set; }

    public IReadOnlyCollection<string> Streams => _streams;

    public IReadOnlyCollection<string> Approvals => _approvals;

    public IReadOnlyCollection<string> Singletons => _singletons;

    public IReadOnlyCollection<LedgerId> Ledgers => _ledgers;

    public IReadOnlyCollection<LedgerEntryKey> Entries => _entries;

    /// <summary>Rolling sums that guards ask for.</summary>
    public IReadOnlyCollection<(LedgerId Ledger, long Since)> Windows => _windows;

    /// <summary>True when the company's stream is appended to: whoever has looked at it is waited for.</summary>
    public bool ChangesCompany => _streams.Contains(CompanyState.Stream);

    /// <summary>True when a guard looks at the company's stream.</summary>
    public bool SeesCompany { get; private set; }

    /// <summary>Locks for what may have no row to lock: singleton keys and ledgers, sorted.</summary>
    public ImmutableArray<long> Advisory() =>
        [.. _singletons.Select(AdvisoryKeys.Singleton).Concat(_ledgers.Select(AdvisoryKeys.Ledger)).Distinct().Order()];

    private void Touch(AppendWrite append)
    {
        var request = append.Request;
        _streams.Add(request.Stream);
        Events += append.Facts.Length;
        foreach (var guard in request.Guards.IsDefault ? [] : request.Guards)
        {
            switch (guard)
            {
                case Guard.Headroom { Reservation: var wanted, Since: var since }:
                    _ledgers.Add(LedgerId.Of(wanted));
                    if (since is { } from)
                    {
                        _windows.Add((LedgerId.Of(wanted), UnixMicros.Write(from)));
                    }

                    break;
                case Guard.ApprovalUnused unused:
                    _approvals.Add(unused.Approval.ToString());
                    break;
                case Guard.SingletonFree free:
                    _singletons.Add(free.Key);
                    break;
                case Guard.CompanyAt:
                    SeesCompany = true;
                    break;
            }
        }

        foreach (var change in request.Changes.IsDefault ? [] : request.Changes)
        {
            switch (change)
            {
                case ReadModelChange.Reserve reserve:
                    Touch(reserve.Entry, reserve.Reservation);
                    break;
                case ReadModelChange.Settle settle:
                    Touch(settle.Entry, settle.Actual);
                    break;
            }
        }
    }

    private void Touch(string entry, Reservation ledger)
    {
        _ledgers.Add(LedgerId.Of(ledger));
        _entries.Add(new LedgerEntryKey(entry, ledger.Budget, ledger.Key, ledger.Window));
    }
}
