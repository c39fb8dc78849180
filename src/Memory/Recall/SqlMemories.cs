using System.Collections.Immutable;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>
/// Memories in tables, the same on every provider but for <see cref="MemorySql"/>. Vectors are read into memory once and then only what changed; they are compared exactly there, and
/// words are searched by the engine. Both orders are fused by reciprocal rank.
/// </summary>
/// <param name="database">Where the tables are, or will be.</param>
/// <param name="sql">The provider's own statements.</param>
/// <param name="isReadOnly">True where the tables are there and somebody else writes them.</param>
internal sealed class SqlMemories(DbDataSource database, MemorySql sql, bool isReadOnly = false) : IMemories, IDisposable
{
    private const int Depth = 150;
    private const int MostFound = 200;
    private const int MostWords = 64;
    private const int Chunk = 2_000;
    private const double LeastLikeness = 0.2;

    private readonly SqlQueries _queries = new(database);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private MemoryVectors _vectors = new();
    private long _generation;
    private bool _isPrepared = isReadOnly;

    /// <inheritdoc/>
    public async Task PutAsync(ImmutableArray<MemoryEntry> entries, long? position, CancellationToken cancellationToken) =>
        await WriteAsync(
            async connection =>
            {
                var forgotten = entries.IsEmpty ? [] : (await SqlQueries.ListAsync(connection, MemorySql.Forgotten, row => row.GetString(0), cancellationToken)).ToHashSet(StringComparer.Ordinal);
                foreach (var entry in entries.Where(e => !e.People.Any(p => forgotten.Contains(DigestOf(p)))))
                {
                    await PutAsync(connection, entry, cancellationToken);
                }

                if (position is { } read)
                {
                    await RunAsync(connection, MemorySql.SetPosition, cancellationToken, ("@value", read));
                }

                return entries.Length;
            },
            cancellationToken);

    /// <inheritdoc/>
    public async Task<long> PositionAsync(CancellationToken cancellationToken)
    {
        await PrepareAsync(cancellationToken);
        return (await _queries.ListAsync(MemorySql.Position, row => row.GetInt64(0), cancellationToken)).FirstOrDefault();
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<FoundMemory>> SearchAsync(MemoryQuestion question, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(question);
        await PrepareAsync(cancellationToken);
        var words = RecallWords.Of(question.Query).Distinct(StringComparer.Ordinal).Take(MostWords).ToList();
        if (words.Count == 0)
        {
            return [];
        }

        var kinds = question.Kinds.IsEmpty ? string.Empty : Joined(question.Kinds.Select(MemoryKindNames.Write));
        var except = question.Except?.ToString() ?? string.Empty;
        var byWords = await _queries.ListAsync(
            sql.ByWords, row => row.GetInt64(0), cancellationToken, ("@words", sql.AnyOf(words)), ("@kinds", kinds), ("@except", except), ("@limit", Depth));
        var byLikeness = await ByLikenessAsync(question.Query, words, kinds, except, cancellationToken);
        var likeness = byLikeness.ToDictionary(f => f.Seq, f => (double)f.Likeness);
        var fused = RankFusion.Fuse<long>([byWords, [.. byLikeness.Select(f => f.Seq)]], (a, b) => a.CompareTo(b)).Take(Math.Clamp(question.Most, 1, MostFound)).ToList();
        var rows = await _queries.ListAsync(sql.BySeqs, Read, cancellationToken, ("@seqs", JsonSerializer.Serialize(fused.Select(f => f.Item))));
        var bySeq = rows.ToDictionary(r => r.Seq, r => r.Entry);
        return [.. fused.Where(f => bySeq.ContainsKey(f.Item)).Select(f => new FoundMemory(bySeq[f.Item], f.Score, likeness.TryGetValue(f.Item, out var like) ? like : null))];
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<FoundMemory>> AlikeAsync(MemoryQuestion question, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(question);
        var found = (await SearchAsync(question with { Most = MostFound }, cancellationToken))
            .Select(f => (Found: f, Words: (IReadOnlySet<string>)RecallWords.Of($"{f.Entry.Title}\n{f.Entry.Text}").ToHashSet(StringComparer.Ordinal)))
            .OrderByDescending(f => f.Found.Likeness ?? 0).ToList();
        var likest = found.Where(f => f.Found.Likeness >= LeastLikeness).Take(CommonCore.Likest).Select(f => f.Words).ToList();
        if (likest.Count < CommonCore.Fewest)
        {
            return [.. found.Take(question.Most).Select(f => f.Found)];
        }

        var rarity = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var word in CommonCore.WordsOf(likest))
        {
            rarity[word] = await RarityAsync(word, cancellationToken);
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
        await WriteAsync(
            async connection =>
            {
                foreach (var id in await SqlQueries.ListAsync(connection, "select id from memories", row => row.GetString(0), cancellationToken))
                {
                    await UnindexAsync(connection, id, cancellationToken);
                }

                await RunAsync(connection, MemorySql.Clear, cancellationToken);
                await RunAsync(connection, MemorySql.ForgetPosition, cancellationToken);
                return await RunAsync(connection, MemorySql.NextGeneration, cancellationToken);
            },
            cancellationToken);

    /// <inheritdoc/>
    public async Task<int> ReembedAsync(int most, CancellationToken cancellationToken)
    {
        await PrepareAsync(cancellationToken);
        var rows = await _queries.ListAsync(MemorySql.OutsideOf, Read, cancellationToken, ("@space", HashedEmbedding.Space), ("@limit", most));
        if (rows.Length > 0)
        {
            await PutAsync([.. rows.Select(r => r.Entry)], null, cancellationToken);
        }

        return rows.Length;
    }

    /// <inheritdoc/>
    public async Task<MemoryStats> StatsAsync(CancellationToken cancellationToken)
    {
        await PrepareAsync(cancellationToken);
        var counts = await _queries.ListAsync(MemorySql.Counts, row => KeyValuePair.Create(row.GetString(0), row.GetInt64(1)), cancellationToken);
        var outside = await _queries.ListAsync(MemorySql.Outside, row => row.GetInt64(0), cancellationToken, ("@space", HashedEmbedding.Space));
        return new MemoryStats(counts.ToImmutableSortedDictionary(StringComparer.Ordinal), HashedEmbedding.Space, outside[0], await PositionAsync(cancellationToken));
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task<List<(long Seq, float Likeness)>> ByLikenessAsync(string query, List<string> words, string kinds, string except, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await CatchUpAsync(cancellationToken);
            var with = new Dictionary<string, float>(StringComparer.Ordinal);
            foreach (var word in words)
            {
                with[word] = await RarityAsync(word, cancellationToken);
            }

            var asked = HashedEmbedding.OfQuestion([.. RecallWords.Of(query)], word => with.GetValueOrDefault(word));
            return _vectors.Search(asked, Depth, kinds, except);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Among entries whose vectors have been read.</summary>
    private async Task<float> RarityAsync(string word, CancellationToken cancellationToken)
    {
        var count = (await _queries.ListAsync(sql.With, row => row.GetInt64(0), cancellationToken, ("@words", sql.One(word)))).FirstOrDefault();
        return HashedEmbedding.Rarity(count, Math.Max(_vectors.Live, count));
    }

    private async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        var (generation, last) = (await _queries.ListAsync(MemorySql.Head, row => (row.GetInt64(0), row.GetInt64(1)), cancellationToken))[0];
        if (generation != _generation || _vectors.IsStale)
        {
            (_vectors, _generation) = (new MemoryVectors(), generation);
        }

        while (_vectors.Seq < last)
        {
            var changes = await _queries.ListAsync(MemorySql.Changes, ReadChange, cancellationToken, ("@after", _vectors.Seq), ("@limit", Chunk));
            foreach (var change in changes)
            {
                _vectors.Take(change);
            }

            if (changes.Length < Chunk)
            {
                return;
            }
        }
    }

    private async Task PutAsync(DbConnection connection, MemoryEntry entry, CancellationToken cancellationToken)
    {
        await UnindexAsync(connection, entry.Id, cancellationToken);
        var text = $"{entry.Title}\n{entry.Text}";
        var words = string.Join(' ', RecallWords.Of(text));
        (string, object?)[] values =
        [
            ("@id", entry.Id), ("@kind", MemoryKindNames.Write(entry.Kind)), ("@stream", entry.Workflow.ToString()), ("@people", Joined(entry.People)), ("@is_open", entry.IsOpen ? 1L : 0L),
            ("@title", entry.Title), ("@body", entry.Text), ("@labels", Joined(entry.Labels)), ("@at_micros", UnixMicros.Write(entry.At)), ("@space", HashedEmbedding.Space),
            ("@vector", MemoryMarshal.AsBytes<float>(HashedEmbedding.OfText(text)).ToArray()),
        ];
        await RunAsync(connection, sql.Put, cancellationToken, sql.Index is null ? [.. values, ("@words", words)] : values);
        if (sql.Index is { } index)
        {
            await RunAsync(connection, index, cancellationToken, ("@id", entry.Id), ("@words", words));
        }
    }

    private Task<int> UnindexAsync(DbConnection connection, string id, CancellationToken cancellationToken) =>
        sql.Unindex is { } unindex ? RunAsync(connection, unindex, cancellationToken, ("@id", id)) : Task.FromResult(0);

    private async Task<int> ForgetAsync(string which, string? forGood, CancellationToken cancellationToken, params (string Name, object? Value)[] values)
    {
        var forgotten = await WriteAsync(
            async connection =>
            {
                if (forGood is not null)
                {
                    await RunAsync(connection, MemorySql.MarkForgotten, cancellationToken, ("@person", forGood));
                }

                var ids = await SqlQueries.ListAsync(connection, which, row => row.GetString(0), cancellationToken, values);
                foreach (var id in ids)
                {
                    await UnindexAsync(connection, id, cancellationToken);
                    await RunAsync(connection, sql.Forget, cancellationToken, ("@id", id));
                }

                return ids.Length;
            },
            cancellationToken);
        if (forgotten > 0)
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            foreach (var statement in sql.Scrub)
            {
                await RunAsync(connection, statement, cancellationToken);
            }
        }

        return forgotten;
    }

    /// <summary>In one transaction, alone among writers.</summary>
    private async Task<int> WriteAsync(Func<DbConnection, Task<int>> write, CancellationToken cancellationToken)
    {
        await PrepareAsync(cancellationToken);
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await LockAsync(connection, cancellationToken);
            var done = await write(connection);
            await transaction.CommitAsync(cancellationToken);
            return done;
        }
        catch (DbException cause)
        {
            throw new StoreUnavailableException($"The memory cannot be written now: {cause.Message}", cause);
        }
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _isPrepared))
        {
            return;
        }

        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await LockAsync(connection, cancellationToken);
            foreach (var statement in sql.Schema)
            {
                await RunAsync(connection, statement, cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
            Volatile.Write(ref _isPrepared, true);
        }
        catch (DbException cause)
        {
            throw new StoreUnavailableException($"The memory cannot be opened now: {cause.Message}", cause);
        }
    }

    private async Task LockAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        if (sql.Lock is { } alone)
        {
            await RunAsync(connection, alone, cancellationToken, ("@key", AdvisoryKeys.Memory));
        }
    }

    [SuppressMessage("Security", "CA2100", Justification = "Every caller passes constant text; values are parameters.")]
    private static async Task<int> RunAsync(DbConnection connection, string statement, CancellationToken cancellationToken, params (string Name, object? Value)[] values)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        foreach (var (name, value) in values)
        {
            command.Add(name, value);
        }

        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string DigestOf(string person) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(person)));

    private static string Joined(IEnumerable<string> names) => names.ToList() is { Count: > 0 } some ? $",{string.Join(',', some)}," : string.Empty;

    private static ImmutableArray<string> Apart(string joined) => [.. joined.Split(',', StringSplitOptions.RemoveEmptyEntries)];

    private static (long Seq, MemoryEntry Entry) Read(DbDataReader row) => (
        row.GetInt64(9),
        new MemoryEntry(
            row.GetString(0),
            MemoryKindNames.Read(row.GetString(1)) ?? throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"'{row.GetString(1)}' is no kind of memory.")),
            PrefixedId.Read<WorkflowId>(row.GetString(2)),
            Apart(row.GetString(3)),
            row.GetInt64(4) != 0,
            row.GetString(5),
            row.GetString(6),
            Apart(row.GetString(7)),
            UnixMicros.Read(row.GetInt64(8))));

    private static MemoryChange ReadChange(DbDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt64(4) != 0, row.GetString(5), row.GetFieldValue<byte[]>(6));
}
