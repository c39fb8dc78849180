using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>Seals a journal: what went on since the last seal, chained to it. Several hosts may try at once; one does.</summary>
/// <param name="journal">Whose.</param>
public sealed class JournalSeals(IWorkflowJournal journal)
{
    private const int PageSize = 500;
    private const int MostAttempts = 10;

    /// <summary>
    /// Seals what the journal holds by now. Null when nothing but seals has been appended since the last one. Throws <see cref="StoreUnavailableException"/>.
    /// </summary>
    /// <param name="at">When, UTC.</param>
    /// <param name="sign">Signs 32 bytes; null for no signature.</param>
    /// <param name="cancellationToken">Stops waiting; the seal may be there.</param>
    public async Task<JournalSealed?> SealAsync(DateTimeOffset at, Func<byte[], string>? sign, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            var (seals, seq) = await ReadAsync(cancellationToken);
            var last = seals.LastOrDefault();
            var (heads, through) = await HeadsAsync(last?.Through ?? 0, cancellationToken);
            if (heads.All(h => h.Stream == JournalSealed.Stream))
            {
                return null;
            }

            var (number, root, previous) = ((last?.Number ?? 0) + 1, SealHash.Root(heads), last?.Hash ?? SealHash.Genesis);
            var hash = SealHash.Of(number, through, root, previous);
            var made = new JournalSealed(number, through, root, previous, hash, sign?.Invoke(Convert.FromHexString(hash)), heads);
            var request = new AppendRequest(JournalSealed.Stream, seq, null, [EventCodec.Encode(made, at, Actor.System, string.Empty)], [], []);
            if (await journal.AppendAsync(request, cancellationToken) is AppendResult.Appended)
            {
                return made;
            }
        }

        throw new StoreUnavailableException($"Others sealed the journal {MostAttempts} times in a row. Try again.");
    }

    /// <summary>Every seal that the journal itself holds, oldest first.</summary>
    public async Task<ImmutableArray<JournalSealed>> AllAsync(CancellationToken cancellationToken) => (await ReadAsync(cancellationToken)).Seals;

    private async Task<(ImmutableArray<JournalSealed> Seals, int Seq)> ReadAsync(CancellationToken cancellationToken)
    {
        var seals = ImmutableArray.CreateBuilder<JournalSealed>();
        for (var seq = 0; ;)
        {
            var page = await journal.ReadAsync(JournalSealed.Stream, seq, PageSize, cancellationToken);
            seals.AddRange(page.Select(e => EventCodec.Decode(e).Event).OfType<JournalSealed>());
            seq = page.IsEmpty ? seq : page[^1].Seq;
            if (page.Length < PageSize)
            {
                return (seals.ToImmutable(), seq);
            }
        }
    }

    private async Task<(ImmutableArray<SealedHead> Heads, long Through)> HeadsAsync(long after, CancellationToken cancellationToken)
    {
        var heads = new Dictionary<string, SealedHead>(StringComparer.Ordinal);
        while (true)
        {
            var page = await journal.ReadAllAsync(after, PageSize, cancellationToken);
            foreach (var stored in page)
            {
                heads[stored.Stream] = new SealedHead(stored.Stream, stored.Seq, stored.Position, Convert.ToHexStringLower(stored.Hash.Span));
                after = stored.Position;
            }

            if (page.Length < PageSize)
            {
                return ([.. heads.Values.OrderBy(h => h.Position)], after);
            }
        }
    }
}
