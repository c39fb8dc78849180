using System.Globalization;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Npgsql;

namespace AiManager.Memory;

/// <summary>
/// Vectors in PostgreSQL with its extension pgvector: a table for each space of each tenant. It holds ids and numbers, and no words. It asks once; a pause before the next try is the
/// business of whoever asked.
/// </summary>
internal sealed class PgvectorPlace : IVectorPlace
{
    private const int AtOnce = 100;
    private const int Page = 1_000;
    private const int Connections = 4;
    private const int LeastFar = 100;
    private const int MostFar = 1_000;

    private readonly VectorHome.Pgvector _home;
    private readonly NpgsqlDataSource _database;
    private readonly PgvectorSql _sql;
    private readonly string _space;
    private readonly string _table;

    // What the table is like; null until that was looked at, or when it was found to be gone.
    private Table? _known;
    private bool _canIterate;

    /// <param name="home">Where and whose.</param>
    /// <param name="connection">Of that database.</param>
    /// <param name="space">Of the vectors.</param>
    public PgvectorPlace(VectorHome.Pgvector home, string connection, string space)
    {
        var given = new NpgsqlConnectionStringBuilder(connection);
        given.ApplicationName ??= "aimanager";
        given.MaxPoolSize = Math.Min(given.MaxPoolSize, Connections);

        // The server ends what takes longer, and who waits has gone by then. A client that ends it asks the server to, and waits for that: one that hangs would hold it for good.
        given.CommandTimeout = 0;
        given.TcpKeepAlive = true;
        given.Options = string.Create(CultureInfo.InvariantCulture, $"{given.Options} -c statement_timeout={Math.Max(1, (long)home.Timeout.TotalMilliseconds)}").Trim();
        (_home, _space, _table) = (home, space, PgvectorSql.TableOf(home.Tenant, space));
        (_sql, _database) = (new PgvectorSql(_table), NpgsqlDataSource.Create(given));
        Name = string.Create(CultureInfo.InvariantCulture, $"PostgreSQL at {given.Host}:{given.Port}/{given.Database} by pgvector{(home.Connection is null ? string.Empty : $", tenant {home.Tenant}")}");
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool IsKept => true;

    /// <inheritdoc/>
    public async Task PutAsync(IReadOnlyList<PlacedVector> vectors, CancellationToken cancellationToken)
    {
        foreach (var some in vectors.Chunk(AtOnce))
        {
            var numbers = some[0].Vector.Length;
            if (some.FirstOrDefault(v => v.Vector.Length != numbers) is { } other)
            {
                throw Unfit(other.Vector.Length, numbers);
            }

            // A table that was there a moment ago may have been dropped by a host of another space; it is made again, once.
            if (!await PutAsync(some, numbers, cancellationToken) && !await PutAsync(some, numbers, cancellationToken))
            {
                throw new VectorPlaceException($"{Name}: the table {_table} has gone.");
            }
        }
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        if (ids.Count > 0)
        {
            await AskAsync(
                async session =>
                {
                    await session.RunAsync(null, _sql.Remove, ("ids", ids.ToArray()));
                    return 0;
                },
                gone: 0,
                cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<NearVector>> NearestAsync(float[] asked, int most, VectorFilter filter, CancellationToken cancellationToken) => AskAsync<IReadOnlyList<NearVector>>(
        async session =>
        {
            if (await FindAsync(session) is not { } table)
            {
                return [];
            }

            if (table.Dimensions != asked.Length)
            {
                throw Unfit(asked.Length, table.Dimensions);
            }

            await using var transaction = await session.BeginAsync();
            if (table.Index is not PgvectorIndex.None)
            {
                var far = FarFor(most, table.Index, filter).ToString(CultureInfo.InvariantCulture);
                await session.RunAsync(transaction, _canIterate ? PgvectorSql.SearchFar : PgvectorSql.SearchFarOnce, ("far", far));
            }

            await using var nearest = session.Command(
                transaction, _sql.Nearest(table.Dimensions, table.Index), ("asked", asked), ("most", most), ("kinds", filter.Kinds.ToArray()), ("except", filter.Except ?? string.Empty));
            var found = new List<NearVector>(most);
            await using (var rows = await nearest.ExecuteReaderAsync())
            {
                while (await rows.ReadAsync())
                {
                    found.Add(new NearVector(rows.GetString(0), rows.GetInt64(1), (float)rows.GetDouble(2)));
                }
            }

            await session.CommitAsync(transaction);
            return found;
        },
        gone: [],
        cancellationToken);

    /// <inheritdoc/>
    public Task<long> CountAsync(CancellationToken cancellationToken) => AskAsync(
        async session =>
        {
            await using var count = session.Command(null, _sql.Count);
            return (long)(await count.ExecuteScalarAsync())!;
        },
        gone: 0,
        cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<IReadOnlyList<PlacedId>> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (IReadOnlyList<PlacedId> page = await PageAsync(string.Empty, cancellationToken); page.Count > 0; page = await PageAsync(page[^1].Id, cancellationToken))
        {
            yield return page;
        }
    }

    /// <inheritdoc/>
    public async Task ClearAsync(CancellationToken cancellationToken)
    {
        await AskAsync(
            async session =>
            {
                // The first that is asked of a database: whether it can hold vectors at all must come out here, and not when the first entry is found by nobody.
                await ExtendAsync(session);
                await using var transaction = await BeginAloneAsync(session);
                var names = new List<string>();
                await using (var list = session.Command(transaction, PgvectorSql.OfTenant, ("tenant", _home.Tenant)))
                {
                    await using var rows = await list.ExecuteReaderAsync();
                    while (await rows.ReadAsync())
                    {
                        names.Add(rows.GetString(0));
                    }
                }

                foreach (var drop in names.Select(PgvectorSql.Drop).OfType<string>())
                {
                    await session.RunAsync(transaction, drop);
                }

                await session.RunAsync(transaction, PgvectorSql.Strike, ("tenant", _home.Tenant));
                await session.CommitAsync(transaction);
                return 0;
            },
            gone: 0,
            cancellationToken);
        _known = null;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _database.DisposeAsync();

    /// <summary>False where the table that was known has gone.</summary>
    private Task<bool> PutAsync(PlacedVector[] some, int numbers, CancellationToken cancellationToken) => AskAsync(
        async session =>
        {
            var table = await FindAsync(session) ?? await MakeAsync(session, numbers);
            if (table.Dimensions != numbers)
            {
                throw Unfit(numbers, table.Dimensions);
            }

            await session.RunAsync(
                null, _sql.Put, ("ids", some.Select(v => v.Id).ToArray()), ("seqs", some.Select(v => v.Seq).ToArray()), ("kinds", some.Select(v => v.Kind).ToArray()),
                ("streams", some.Select(v => v.Stream).ToArray()), ("numbers", Flat(some, numbers)), ("length", numbers));
            return true;
        },
        gone: false,
        cancellationToken);

    private Task<IReadOnlyList<PlacedId>> PageAsync(string after, CancellationToken cancellationToken) => AskAsync<IReadOnlyList<PlacedId>>(
        async session =>
        {
            var page = new List<PlacedId>();
            await using var list = session.Command(null, _sql.List, ("after", after), ("most", Page));
            await using var rows = await list.ExecuteReaderAsync();
            while (await rows.ReadAsync())
            {
                page.Add(new PlacedId(rows.GetString(0), rows.GetInt64(1)));
            }

            return page;
        },
        gone: [],
        cancellationToken);

    /// <summary>Halves are looked through for twice as many, and a version that does not go on by itself looks further from the start where a filter will leave out some.</summary>
    private int FarFor(int most, PgvectorIndex index, VectorFilter filter)
    {
        var wanted = index is PgvectorIndex.Halves ? 2 * most : most;
        return Math.Clamp(_canIterate || filter == VectorFilter.None ? wanted : 4 * wanted, LeastFar, MostFar);
    }

    /// <summary>What is known of the table; null when there is none.</summary>
    private async Task<Table?> FindAsync(PgvectorSession session)
    {
        if (_known is { } known)
        {
            return known;
        }

        try
        {
            await using var find = session.Command(null, PgvectorSql.Known, ("name", _table));
            await using (var rows = await find.ExecuteReaderAsync())
            {
                if (!await rows.ReadAsync())
                {
                    return null;
                }

                known = new Table(rows.GetInt32(0), (PgvectorIndex)rows.GetInt32(1));
            }
        }
        catch (PostgresException missing) when (missing.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return null;
        }

        _canIterate = (await OfferAsync(session)).CanIterate;
        return _known = known;
    }

    /// <summary>Makes the table, and answers what it is like: another host may have been faster.</summary>
    private async Task<Table> MakeAsync(PgvectorSession session, int dimensions)
    {
        var index = (await ExtendAsync(session)).IndexFor(dimensions);
        await using (var transaction = await BeginAloneAsync(session))
        {
            foreach (var statement in _sql.Make(dimensions, index))
            {
                await session.RunAsync(transaction, statement);
            }

            await session.RunAsync(transaction, PgvectorSql.Enter, ("name", _table), ("tenant", _home.Tenant), ("space", _space), ("dimensions", dimensions), ("indexed", (int)index));
            await session.CommitAsync(transaction);
        }

        return await FindAsync(session) ?? throw new VectorPlaceException($"{Name}: the table {_table} has gone.");
    }

    /// <summary>Takes the extension into use where the database offers it, and answers which one that is.</summary>
    private async Task<PgvectorOffer> ExtendAsync(PgvectorSession session)
    {
        var offer = await OfferAsync(session);
        if (offer.Installed is not null)
        {
            return offer;
        }

        if (offer.Available is null)
        {
            throw new VectorPlaceException($"{Name}: this server does not offer the extension vector. Install pgvector on it, or leave 'pgvector' out of 'memory'.");
        }

        try
        {
            await session.RunAsync(null, PgvectorSql.Extend);
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new VectorPlaceException($"{Name}: the server offers pgvector {offer.Available}, and this user may not take it into use. Have an administrator run there: create extension vector", refused);
        }

        return await OfferAsync(session);
    }

    private static async Task<PgvectorOffer> OfferAsync(PgvectorSession session)
    {
        await using var ask = session.Command(null, PgvectorSql.Offer);
        await using var rows = await ask.ExecuteReaderAsync();
        await rows.ReadAsync();
        return new PgvectorOffer(rows.IsDBNull(0) ? null : rows.GetString(0), rows.IsDBNull(1) ? null : rows.GetString(1));
    }

    private static async Task<NpgsqlTransaction> BeginAloneAsync(PgvectorSession session)
    {
        var transaction = await session.BeginAsync();
        await session.RunAsync(transaction, PgvectorSql.Lock, ("key", AdvisoryKeys.VectorTables));
        await session.RunAsync(transaction, PgvectorSql.Register);
        return transaction;
    }

    /// <summary>Asks within the longest wait, and says for people what kept it from being answered.</summary>
    private async Task<T> AskAsync<T>(Func<PgvectorSession, Task<T>> work, T gone, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var waits = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var isOver = waits.Token;
        var asked = Task.Run(() => OverAsync(work, isOver), CancellationToken.None);

        // What is under way when nobody waits any more may still fail; that was said already.
        _ = asked.ContinueWith(t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        try
        {
            return await asked.WaitAsync(_home.Timeout, cancellationToken);
        }
        catch (PostgresException missing) when (missing.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            _known = null;
            return gone;
        }
        catch (Exception slow) when (slow is TimeoutException or NpgsqlException { InnerException: TimeoutException } or PostgresException { SqlState: PostgresErrorCodes.QueryCanceled })
        {
            throw new VectorPlaceException($"{Name} has not answered within {_home.Timeout.TotalSeconds:0.#} s.", slow);
        }
        catch (PostgresException refused)
        {
            throw new VectorPlaceException($"{Name}: {refused.MessageText}.", refused);
        }
        catch (Exception broken) when (broken is NpgsqlException or IOException or SocketException)
        {
            throw new VectorPlaceException($"{Name} cannot be reached.", broken);
        }
        finally
        {
            await waits.CancelAsync();
        }
    }

    private async Task<T> OverAsync<T>(Func<PgvectorSession, Task<T>> work, CancellationToken isOver)
    {
        await using var connection = await _database.OpenConnectionAsync(isOver);
        return await work(new PgvectorSession(connection, isOver));
    }

    private static float[] Flat(PlacedVector[] vectors, int numbers)
    {
        var flat = new float[vectors.Length * numbers];
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i].Vector.Span.CopyTo(flat.AsSpan(i * numbers));
        }

        return flat;
    }

    private VectorPlaceException Unfit(int given, int wanted) => new($"{Name}: vectors of {given} numbers do not fit the table {_table}, whose vectors have {wanted}.");

    private sealed record Table(int Dimensions, PgvectorIndex Index);
}
