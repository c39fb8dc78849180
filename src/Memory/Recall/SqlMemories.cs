using System.Collections.Immutable;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>
/// Memories in tables, the same on every provider but for <see cref="MemorySql"/>. Words are searched by the engine, vectors by <see cref="VectorRecall"/>; both orders are fused by
/// reciprocal rank. The tables hold the vectors too: wherever else they are searched, that is a copy.
/// </summary>
/// <param name="database">Where the tables are, or will be.</param>
/// <param name="sql">The provider's own statements.</param>
/// <param name="options">How entries become vectors and where those are searched, as it is wanted now.</param>
/// <param name="time">The clock.</param>
/// <param name="isReadOnly">True where the tables are there and somebody else writes them.</param>
/// <param name="address">How others connect to that database; null where it is a file.</param>
internal sealed class SqlMemories(DbDataSource database, MemorySql sql, Func<VectorOptions> options, TimeProvider time, bool isReadOnly = false, string? address = null) : IMemories, IAsyncDisposable
{
    private const int Depth = 150;
    private const int MostFound = 200;
    private const int MostWords = 64;
    private const int AtOnce = 64;
    private const double LeastLikeness = 0.2;

    private readonly MemoryTables _tables = new(database, sql, isReadOnly, address);

    private readonly WordCounts _counts = new();

    // Of configurations that were in force before, too: somebody may be asking one still.
    private readonly List<VectorRecall> _recalls = [];
    private VectorRecall? _recall;

    /// <inheritdoc/>
    public async Task<bool> PutAsync(ImmutableArray<MemoryEntry> entries, JournalRead? read, CancellationToken cancellationToken)
    {
        var recall = Recall();
        var written = await _tables.WriteAsync(
            async connection =>
            {
                if (read is { } part && (await SqlQueries.ListAsync(connection, MemorySql.Position, row => row.GetInt64(0), cancellationToken)).FirstOrDefault() != part.From)
                {
                    return -1;
                }

                var forgotten = entries.IsEmpty ? [] : (await SqlQueries.ListAsync(connection, MemorySql.Forgotten, row => row.GetString(0), cancellationToken)).ToHashSet(StringComparer.Ordinal);
                foreach (var entry in entries.Select(MemoryRows.Readable))
                {
                    if (entry.People.Any(p => forgotten.Contains(DigestOf(p))))
                    {
                        // An earlier one that did not name them yet must not stay as it was either.
                        await ForgetOneAsync(connection, entry.Id, cancellationToken);
                        continue;
                    }

                    await PutAsync(connection, entry, recall, cancellationToken);
                }

                if (read is { } whole && whole.Until > whole.From)
                {
                    await MemoryTables.RunAsync(connection, MemorySql.SetPosition, cancellationToken, ("@value", whole.Until));
                }

                return entries.Length;
            },
            cancellationToken);
        return written >= 0;
    }

    /// <inheritdoc/>
    public async Task<long> PositionAsync(CancellationToken cancellationToken) => await _tables.NumberAsync(MemorySql.Position, cancellationToken) ?? 0;

    /// <inheritdoc/>
    public async Task<ImmutableArray<FoundMemory>> SearchAsync(MemoryQuestion question, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(question);
        var words = RecallWords.Of(question.Query).Distinct(StringComparer.Ordinal).Take(MostWords).ToList();
        if (words.Count == 0)
        {
            return [];
        }

        var kinds = question.Kinds.IsEmpty ? string.Empty : MemoryRows.Joined(question.Kinds.Select(MemoryKindNames.Write));
        var byWords = await _tables.ListAsync(
            sql.ByWords, row => row.GetInt64(0), cancellationToken, ("@words", sql.AnyOf(words)), ("@kinds", kinds), ("@except", question.Except?.ToString() ?? string.Empty), ("@limit", Depth));
        var byLikeness = await ByLikenessAsync(question, words, cancellationToken);
        var likeness = byLikeness.ToDictionary(f => f.Seq);
        var fused = RankFusion.Fuse<long>([byWords, [.. byLikeness.Select(f => f.Seq)]], (a, b) => a.CompareTo(b)).Take(Math.Clamp(question.Most, 1, MostFound)).ToList();
        var rows = await _tables.ListAsync(sql.BySeqs, MemoryRows.Read, cancellationToken, ("@seqs", JsonSerializer.Serialize(fused.Select(f => f.Item))));
        var bySeq = rows.ToDictionary(r => r.Seq, r => r.Entry);
        return [.. fused.Where(f => bySeq.ContainsKey(f.Item)).Select(f => new FoundMemory(bySeq[f.Item], f.Score, likeness.TryGetValue(f.Item, out var like) ? like.Likeness : null))];
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<FoundMemory>> AlikeAsync(MemoryQuestion question, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(question);
        var found = (await SearchAsync(question with { Most = MostFound }, cancellationToken))
            .Select(f => (Found: f, Words: (IReadOnlySet<string>)RecallWords.Of(MemoryRows.TextOf(f.Entry)).ToHashSet(StringComparer.Ordinal)))
            .OrderByDescending(f => f.Found.Likeness ?? 0).ToList();
        var likest = found.Where(f => f.Found.Likeness >= LeastLikeness).Take(CommonCore.Likest).Select(f => f.Words).ToList();
        if (likest.Count < CommonCore.Fewest)
        {
            return [.. found.Take(question.Most).Select(f => f.Found)];
        }

        var recall = Recall();
        var rarity = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var word in CommonCore.WordsOf(likest))
        {
            rarity[word] = await RarityAsync(recall, word, cancellationToken);
        }

        var core = new CommonCore(likest, word => rarity[word]);
        return
        [
            .. found.Select(f => f.Found with { Likeness = core.ShareOf(f.Words), Score = core.ShareOf(f.Words) })
                .OrderByDescending(f => f.Score).ThenBy(f => f.Entry.Id, StringComparer.Ordinal).Take(question.Most),
        ];
    }

    /// <inheritdoc/>
    public Task<int> ForgetPersonAsync(string person, CancellationToken cancellationToken) =>
        ForgetAsync(sql.OfPerson, DigestOf(person), cancellationToken, ("@person", person));

    /// <inheritdoc/>
    public Task<int> ForgetOlderAsync(MemoryKind kind, DateTimeOffset before, CancellationToken cancellationToken) =>
        ForgetAsync(MemorySql.Older, null, cancellationToken, ("@kind", MemoryKindNames.Write(kind)), ("@before", UnixMicros.Write(before)));

    /// <inheritdoc/>
    public async Task ClearAsync(CancellationToken cancellationToken) =>
        await _tables.WriteAsync(
            async connection =>
            {
                foreach (var id in await SqlQueries.ListAsync(connection, "select id from memories", row => row.GetString(0), cancellationToken))
                {
                    await UnindexAsync(connection, id, cancellationToken);
                }

                await MemoryTables.RunAsync(connection, MemorySql.Clear, cancellationToken);
                await MemoryTables.RunAsync(connection, MemorySql.OweScrub, cancellationToken);
                await MemoryTables.RunAsync(connection, MemorySql.ForgetPosition, cancellationToken);
                return await MemoryTables.RunAsync(connection, MemorySql.NextGeneration, cancellationToken);
            },
            cancellationToken);

    /// <inheritdoc/>
    public async Task<int> ReembedAsync(int most, CancellationToken cancellationToken)
    {
        var recall = Recall();
        var done = 0;
        if (OutsideOf(await CountsAsync(cancellationToken), recall) == 0)
        {
            return done;
        }

        try
        {
            while (done < most)
            {
                var rows = await _tables.ListAsync(
                    MemorySql.OutsideOf, MemoryRows.Read, cancellationToken, ("@space", recall.Space), ("@without", recall.Without), ("@limit", Math.Min(AtOnce, most - done)));
                if (rows.IsEmpty)
                {
                    break;
                }

                await SettleAsync(recall, rows, cancellationToken);
                done += rows.Length;
            }
        }
        catch (EmbeddingException)
        {
            // Why stands in the figures; those that were not reached are taken up at the next try.
        }

        return done;
    }

    /// <inheritdoc/>
    public async Task<bool> PlaceVectorsAsync(CancellationToken cancellationToken)
    {
        var isPlaced = await Recall().TendAsync(cancellationToken);
        await ScrubAsync(cancellationToken);
        return isPlaced;
    }

    /// <inheritdoc/>
    public bool IsFilling => Recall().IsFilling;

    /// <inheritdoc/>
    public async Task<MemoryStats> StatsAsync(CancellationToken cancellationToken)
    {
        var recall = Recall();
        var counts = await CountsAsync(cancellationToken);
        return new MemoryStats(
            counts.GroupBy(c => c.Kind, StringComparer.Ordinal).ToImmutableSortedDictionary(k => k.Key, k => k.Sum(c => c.Number), StringComparer.Ordinal),
            recall.Space,
            OutsideOf(counts, recall),
            await PositionAsync(cancellationToken))
        {
            Without = counts.Where(c => c.Space == recall.Without).Sum(c => c.Number),
            Place = recall.Place,
            Behind = await recall.BehindAsync(cancellationToken),
            WordsAlone = recall.Reason,
        };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var recall in _recalls)
        {
            await recall.DisposeAsync();
        }
    }

    /// <summary>By what is wanted now.</summary>
    private VectorRecall Recall()
    {
        var wanted = options();
        lock (_recalls)
        {
            if (_recall?.Options.IsSame(wanted) != true)
            {
                _recalls.Add(_recall = VectorRecall.Of(wanted, _tables, time));
            }

            return _recall;
        }
    }

    private Task<ImmutableArray<(string Space, string Kind, long Number)>> CountsAsync(CancellationToken cancellationToken) =>
        _tables.ListAsync(MemorySql.Counts, row => (Space: row.GetString(0), Kind: row.GetString(1), Number: row.GetInt64(2)), cancellationToken);

    private static long OutsideOf(ImmutableArray<(string Space, string Kind, long Number)> counts, VectorRecall recall) =>
        counts.Where(c => c.Space != recall.Space && c.Space != recall.Without).Sum(c => c.Number);

    private async Task<IReadOnlyList<NearVector>> ByLikenessAsync(MemoryQuestion question, List<string> words, CancellationToken cancellationToken)
    {
        var recall = Recall();
        if (!recall.IsAtHand && !options().MayBeTold(question.Labels))
        {
            return [];
        }

        var near = await recall.FindAsync(question, words, word => RarityAsync(recall, word, cancellationToken), Depth, cancellationToken);
        if (near.Count == 0 || !recall.MayBeBehind)
        {
            return near;
        }

        // A place that is behind, or has been cleared behind its back, may know a seq that is of another entry now.
        var now = await _tables.ListAsync(sql.BySeqs, MemoryRows.Read, cancellationToken, ("@seqs", JsonSerializer.Serialize(near.Select(n => n.Seq))));
        var ids = now.ToDictionary(r => r.Seq, r => r.Entry.Id);
        return [.. near.Where(n => ids.TryGetValue(n.Seq, out var id) && id == n.Id)];
    }

    private async Task<float> RarityAsync(VectorRecall recall, string word, CancellationToken cancellationToken)
    {
        var count = await _counts.OfAsync(word, recall.Head, recall.Count, async () => await _tables.NumberAsync(sql.With, cancellationToken, ("@words", sql.One(word))) ?? 0);
        return HashedEmbedding.Rarity(count, Math.Max(recall.Count, count));
    }

    /// <summary>Gives entries their vectors, or writes down that they are to have none: what their labels keep here, and what the model refuses even alone.</summary>
    private async Task SettleAsync(VectorRecall recall, ImmutableArray<(long Seq, MemoryEntry Entry)> rows, CancellationToken cancellationToken)
    {
        var told = rows.Where(r => recall.IsAtHand || options().MayBeTold(r.Entry.Labels)).ToList();
        await SetAsync(recall.Without, [.. rows.Except(told).Select(r => (r.Seq, r.Entry, Array.Empty<float>()))], cancellationToken);
        if (told.Count == 0)
        {
            return;
        }

        try
        {
            var vectors = await recall.EmbedAsync([.. told.Select(r => MemoryRows.TextOf(r.Entry))], cancellationToken);
            await SetAsync(recall.Space, [.. told.Select((r, i) => (r.Seq, r.Entry, vectors[i]))], cancellationToken);
        }
        catch (EmbeddingException refused) when (refused.IsRefusal && told.Count > 1)
        {
            // One text that is refused must not keep its neighbours from theirs.
            var half = told.Count / 2;
            await SettleAsync(recall, [.. told.Take(half)], cancellationToken);
            await SettleAsync(recall, [.. told.Skip(half)], cancellationToken);
        }
        catch (EmbeddingException refused) when (refused.IsRefusal)
        {
            await SetAsync(recall.Without, [(told[0].Seq, told[0].Entry, [])], cancellationToken);
        }
    }

    /// <summary>Writes vectors, but for entries that were replaced or forgotten while the model was asked.</summary>
    private async Task SetAsync(string space, ImmutableArray<(long Seq, MemoryEntry Entry, float[] Vector)> settled, CancellationToken cancellationToken)
    {
        if (settled.IsEmpty)
        {
            return;
        }

        await _tables.WriteAsync(
            async connection =>
            {
                foreach (var (seq, entry, vector) in settled)
                {
                    var still = await SqlQueries.ListAsync(connection, MemorySql.IsStill, row => row.GetInt64(0), cancellationToken, ("@id", entry.Id), ("@seq", seq));
                    if (still[0] == 1)
                    {
                        await UnindexAsync(connection, entry.Id, cancellationToken);
                        await MemoryTables.RunAsync(connection, MemorySql.SetVector, cancellationToken, ("@id", entry.Id), ("@space", space), ("@vector", MemoryRows.WriteVector(vector)));
                        await IndexAsync(connection, entry, cancellationToken);
                    }
                }

                return settled.Length;
            },
            cancellationToken);
    }

    private async Task PutAsync(DbConnection connection, MemoryEntry entry, VectorRecall recall, CancellationToken cancellationToken)
    {
        await UnindexAsync(connection, entry.Id, cancellationToken);
        var vector = recall.IsAtHand ? await recall.AtHandAsync(MemoryRows.TextOf(entry), cancellationToken) : [];
        (string, object?)[] values =
        [
            ("@id", entry.Id), ("@kind", MemoryKindNames.Write(entry.Kind)), ("@stream", entry.Workflow.ToString()), ("@people", MemoryRows.Joined(entry.People)), ("@is_open", entry.IsOpen ? 1L : 0L),
            ("@title", entry.Title), ("@body", entry.Text), ("@labels", MemoryRows.Joined(entry.Labels)), ("@at_micros", UnixMicros.Write(entry.At)),
            ("@space", recall.IsAtHand ? recall.Space : string.Empty), ("@vector", MemoryRows.WriteVector(vector)),
        ];
        await MemoryTables.RunAsync(connection, sql.Put, cancellationToken, sql.Index is null ? [.. values, ("@words", WordsOf(entry))] : values);
        await IndexAsync(connection, entry, cancellationToken);
    }

    private static string WordsOf(MemoryEntry entry) => string.Join(' ', RecallWords.Of(MemoryRows.TextOf(entry)));

    private Task<int> IndexAsync(DbConnection connection, MemoryEntry entry, CancellationToken cancellationToken) =>
        sql.Index is { } index ? MemoryTables.RunAsync(connection, index, cancellationToken, ("@id", entry.Id), ("@words", WordsOf(entry))) : Task.FromResult(0);

    private Task<int> UnindexAsync(DbConnection connection, string id, CancellationToken cancellationToken) =>
        sql.Unindex is { } unindex ? MemoryTables.RunAsync(connection, unindex, cancellationToken, ("@id", id)) : Task.FromResult(0);

    private async Task<int> ForgetAsync(string which, string? forGood, CancellationToken cancellationToken, params (string Name, object? Value)[] values)
    {
        var forgotten = await _tables.WriteAsync(
            async connection =>
            {
                if (forGood is not null)
                {
                    await MemoryTables.RunAsync(connection, MemorySql.MarkForgotten, cancellationToken, ("@person", forGood));
                }

                var ids = await SqlQueries.ListAsync(connection, which, row => row.GetString(0), cancellationToken, values);
                foreach (var id in ids)
                {
                    await ForgetOneAsync(connection, id, cancellationToken);
                }

                return ids.Length;
            },
            cancellationToken);

        // What was taken out must not go on lying elsewhere or in files. Whatever keeps that from being done now, it is owed, and the next upkeep does it.
        if (forgotten > 0)
        {
            await PlaceVectorsAsync(cancellationToken);
        }

        return forgotten;
    }

    /// <summary>Takes one out, if it is there; then bytes of it are left in files, and a scrub is owed.</summary>
    private async Task ForgetOneAsync(DbConnection connection, string id, CancellationToken cancellationToken)
    {
        await UnindexAsync(connection, id, cancellationToken);
        if (await MemoryTables.RunAsync(connection, sql.Forget, cancellationToken, ("@id", id)) > 0)
        {
            await MemoryTables.RunAsync(connection, MemorySql.OweScrub, cancellationToken);
        }
    }

    private async Task ScrubAsync(CancellationToken cancellationToken)
    {
        if (await _tables.NumberAsync(MemorySql.OwedScrubs, cancellationToken) is not { } owed)
        {
            return;
        }

        await _tables.RunAloneAsync(sql.Scrub, cancellationToken);
        if (sql.CutLog is not { } cut || await _tables.NumberAsync(cut, cancellationToken) is null or 0)
        {
            await _tables.WriteAsync(connection => MemoryTables.RunAsync(connection, MemorySql.PayScrub, cancellationToken, ("@value", owed)), cancellationToken);
        }
    }

    private static string DigestOf(string person) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(person)));
}
