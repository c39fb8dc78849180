using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.Sockets;
using Npgsql;
using NpgsqlTypes;

namespace AiManager.Memory;

/// <summary>
/// Vectors in PostgreSQL with its extension pgvector: a table for each space of each tenant. It holds ids and numbers, and no words. It asks once; a pause before the next try is the
/// business of whoever asked.
/// </summary>
internal sealed class PgvectorPlace : IVectorPlace
{
    private const int AtOnce = 100;
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
                async connection =>
                {
                    await using var remove = Command(connection, null, _sql.Remove);
                    Add(remove, "ids", ids.ToArray());
                    return await remove.ExecuteNonQueryAsync();
                },
                gone: 0,
                cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<NearVector>> NearestAsync(float[] asked, int most, VectorFilter filter, CancellationToken cancellationToken) => AskAsync<IReadOnlyList<NearVector>>(
        async connection =>
        {
            if (await FindAsync(connection) is not { } table)
            {
                return [];
            }

            if (table.Dimensions != asked.Length)
            {
                throw Unfit(asked.Length, table.Dimensions);
            }

            await using var transaction = await connection.BeginTransactionAsync();
            if (table.Index is not PgvectorIndex.None)
            {
                await using var far = Command(connection, transaction, _canIterate ? PgvectorSql.SearchFar : PgvectorSql.SearchFarOnce);
                Add(far, "far", FarFor(most, table.Index, filter).ToString(CultureInfo.InvariantCulture));
                await far.ExecuteNonQueryAsync();
            }

            await using var nearest = Command(connection, transaction, _sql.Nearest(table.Dimensions, table.Index));
            Add(nearest, "asked", asked);
            Add(nearest, "most", most);
            Add(nearest, "kinds", filter.Kinds.ToArray());
            Add(nearest, "except", filter.Except ?? string.Empty);
            var found = new List<NearVector>(most);
            await using (var rows = await nearest.ExecuteReaderAsync())
            {
                while (await rows.ReadAsync())
                {
                    found.Add(new NearVector(rows.GetString(0), rows.GetInt64(1), (float)rows.GetDouble(2)));
                }
            }

            await transaction.CommitAsync();
            return found;
        },
        gone: [],
        cancellationToken);

    /// <inheritdoc/>
    public Task<long> CountAsync(CancellationToken cancellationToken) => AskAsync(
        async connection =>
        {
            await using var count = Command(connection, null, _sql.Count);
            return (long)(await count.ExecuteScalarAsync())!;
        },
        gone: 0,
        cancellationToken);

    /// <inheritdoc/>
    public async Task ClearAsync(CancellationToken cancellationToken)
    {
        await AskAsync(
            async connection =>
            {
                // The first that is asked of a database: whether it can hold vectors at all must come out here, and not when the first entry is found by nobody.
                await ExtendAsync(connection);
                await using var transaction = await BeginAloneAsync(connection);
                var names = new List<string>();
                await using (var list = Command(connection, transaction, PgvectorSql.OfTenant))
                {
                    Add(list, "tenant", _home.Tenant);
                    await using var rows = await list.ExecuteReaderAsync();
                    while (await rows.ReadAsync())
                    {
                        names.Add(rows.GetString(0));
                    }
                }

                foreach (var drop in names.Select(PgvectorSql.Drop).OfType<string>())
                {
                    await RunAsync(connection, transaction, drop);
                }

                await RunAsync(connection, transaction, PgvectorSql.Strike, ("tenant", _home.Tenant));
                await transaction.CommitAsync();
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
        async connection =>
        {
            var table = await FindAsync(connection) ?? await MakeAsync(connection, numbers);
            if (table.Dimensions != numbers)
            {
                throw Unfit(numbers, table.Dimensions);
            }

            await using var insert = Command(connection, null, _sql.Put);
            Add(insert, "ids", some.Select(v => v.Id).ToArray());
            Add(insert, "seqs", some.Select(v => v.Seq).ToArray());
            Add(insert, "kinds", some.Select(v => v.Kind).ToArray());
            Add(insert, "streams", some.Select(v => v.Stream).ToArray());
            Add(insert, "numbers", Flat(some, numbers));
            Add(insert, "length", numbers);
            await insert.ExecuteNonQueryAsync();
            return true;
        },
        gone: false,
        cancellationToken);

    /// <summary>Halves are looked through for twice as many, and a version that does not go on by itself looks further from the start where a filter will leave out some.</summary>
    private int FarFor(int most, PgvectorIndex index, VectorFilter filter)
    {
        var wanted = index is PgvectorIndex.Halves ? 2 * most : most;
        return Math.Clamp(_canIterate || filter == VectorFilter.None ? wanted : 4 * wanted, LeastFar, MostFar);
    }

    /// <summary>What is known of the table; null when there is none.</summary>
    private async Task<Table?> FindAsync(NpgsqlConnection connection)
    {
        if (_known is { } known)
        {
            return known;
        }

        try
        {
            await using var find = Command(connection, null, PgvectorSql.Known);
            Add(find, "name", _table);
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

        _canIterate = (await OfferAsync(connection)).CanIterate;
        return _known = known;
    }

    /// <summary>Makes the table, and answers what it is like: another host may have been faster.</summary>
    private async Task<Table> MakeAsync(NpgsqlConnection connection, int dimensions)
    {
        var index = (await ExtendAsync(connection)).IndexFor(dimensions);
        await using (var transaction = await BeginAloneAsync(connection))
        {
            foreach (var statement in _sql.Make(dimensions, index))
            {
                await RunAsync(connection, transaction, statement);
            }

            await RunAsync(
                connection, transaction, PgvectorSql.Enter, ("name", _table), ("tenant", _home.Tenant), ("space", _space), ("dimensions", dimensions), ("indexed", (int)index));
            await transaction.CommitAsync();
        }

        return await FindAsync(connection) ?? throw new VectorPlaceException($"{Name}: the table {_table} has gone.");
    }

    /// <summary>Takes the extension into use where the database offers it, and answers which one that is.</summary>
    private async Task<PgvectorOffer> ExtendAsync(NpgsqlConnection connection)
    {
        var offer = await OfferAsync(connection);
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
            await RunAsync(connection, null, PgvectorSql.Extend);
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new VectorPlaceException($"{Name}: the server offers pgvector {offer.Available}, and this user may not take it into use. Have an administrator run there: create extension vector", refused);
        }

        return await OfferAsync(connection);
    }

    private static async Task<PgvectorOffer> OfferAsync(NpgsqlConnection connection)
    {
        await using var ask = Command(connection, null, PgvectorSql.Offer);
        await using var rows = await ask.ExecuteReaderAsync();
        await rows.ReadAsync();
        return new PgvectorOffer(rows.IsDBNull(0) ? null : rows.GetString(0), rows.IsDBNull(1) ? null : rows.GetString(1));
    }

    private static async Task<NpgsqlTransaction> BeginAloneAsync(NpgsqlConnection connection)
    {
        var transaction = await connection.BeginTransactionAsync();
        await RunAsync(connection, transaction, PgvectorSql.Lock, ("key", AdvisoryKeys.VectorTables));
        await RunAsync(connection, transaction, PgvectorSql.Register);
        return transaction;
    }

    private static async Task RunAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, string statement, params (string Name, object Value)[] values)
    {
        await using var command = Command(connection, transaction, statement);
        foreach (var (name, value) in values)
        {
            Add(command, name, value);
        }

        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Asks within the longest wait, and says for people what kept it from being answered.</summary>
    private async Task<T> AskAsync<T>(Func<NpgsqlConnection, Task<T>> work, T gone, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var asked = Task.Run(() => OverAsync(work), CancellationToken.None);

        // What goes on when nobody waits any more may still fail; that was said already.
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
    }

    private async Task<T> OverAsync<T>(Func<NpgsqlConnection, Task<T>> work)
    {
        await using var connection = await _database.OpenConnectionAsync();
        return await work(connection);
    }

    [SuppressMessage("Security", "CA2100", Justification = "Statements of PgvectorSql: constant but for a digest of ours and a number; values are parameters.")]
    private static NpgsqlCommand Command(NpgsqlConnection connection, NpgsqlTransaction? transaction, string statement) => new(statement, connection, transaction);

    private static void Add(NpgsqlCommand command, string name, object value) => command.Parameters.Add(value switch
    {
        float[] numbers => new NpgsqlParameter(name, NpgsqlDbType.Array | NpgsqlDbType.Real) { Value = numbers },
        string[] words => new NpgsqlParameter(name, NpgsqlDbType.Array | NpgsqlDbType.Text) { Value = words },
        long[] seqs => new NpgsqlParameter(name, NpgsqlDbType.Array | NpgsqlDbType.Bigint) { Value = seqs },
        _ => new NpgsqlParameter(name, value),
    });

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
