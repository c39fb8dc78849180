using AiManager.Domain;
using Npgsql;

namespace AiManager.Memory;

/// <summary>The shared store: one database of a PostgreSQL server, 14 or newer. Any number of processes read and write it at the same time.</summary>
public sealed class PostgresStore : MemoryStore
{
    private const string Provider = "Postgres";
    private readonly NpgsqlDataSource _proofs;
    private readonly PostgresWakeups _wakeups;
    private readonly SqlMemories _memories;

    private PostgresStore(IWriteQueue writer, NpgsqlDataSource reads, NpgsqlDataSource proofs, PostgresWakeups wakeups, WorkSignal signal, string connection, TimeProvider time)
        : base(writer, reads, InboxSql.Postgres, time)
    {
        _proofs = proofs;
        _wakeups = wakeups;
        Journal = new PostgresJournal(writer, reads, signal);
        Audit = new PostgresAudit(writer, proofs, Envelopes);
        _memories = new SqlMemories(reads, new PostgresMemorySql(), () => Vectors, time, address: connection);
        Archive = new PostgresArchive(writer, proofs, Envelopes, Audit);
    }

    /// <inheritdoc/>
    public override IWorkflowJournal Journal { get; }

    /// <inheritdoc/>
    public override IJournalAudit Audit { get; }

    /// <inheritdoc/>
    public override JournalArchive Archive { get; }

    /// <inheritdoc/>
    public override IMemories? Memories => _memories;

    /// <summary>True for a connection string that can be read and names a host.</summary>
    public static bool CanRead(string connectionString)
    {
        try
        {
            PostgresConnections.Of(connectionString, reads: 1, TimeSpan.FromMinutes(1));
            return true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    /// <summary>
    /// Opens the store in a database that exists, makes its tables when there are none, and brings them to the schema that this program knows; hosts that start at
    /// once wait for each other. Throws <see cref="StoreVersionException"/> when the schema is too new and <see cref="StoreUnavailableException"/> when the
    /// store cannot be reached or used; neither says the password.
    /// </summary>
    /// <param name="connectionString">As Npgsql reads it: <c>Host=…;Database=…;Username=…;Password=…</c>.</param>
    /// <param name="options">The rest.</param>
    /// <param name="cancellationToken">Stops connecting.</param>
    public static async Task<PostgresStore> OpenAsync(string connectionString, PostgresStoreOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var connections = PostgresConnections.Of(connectionString, options.ReadConnections, options.LongestPause);
        var log = options.Loggers.CreateLogger(typeof(PostgresStore).FullName!);
        try
        {
            log.Opened(connections.Name, await PostgresSchema.UpgradeAsync(connections.Listening, Migration.Of(Provider), cancellationToken));
        }
        catch (Exception cause) when (cause is NpgsqlException || PostgresErrors.IsOfTheConnection(cause))
        {
            throw new StoreUnavailableException($"The store {connections.Name} cannot be opened: {cause.Message}", cause);
        }

        var reads = NpgsqlDataSource.Create(connections.Reading);
        var signal = new WorkSignal(options.Time);
        var wakeups = new PostgresWakeups(connections.Listening, reads, signal, options.Time, log);
        await wakeups.StartedAsync;
        var committer = new PostgresCommitter(connections.Writing, options.CrashPoints, options.Time);
        return new PostgresStore(new CommitQueue(committer, signal, log), reads, NpgsqlDataSource.Create(connections.Proving), wakeups, signal, connectionString, options.Time);
    }

    /// <inheritdoc/>
    public override async Task<DateTimeOffset?> NowAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var command = Reads.CreateCommand("select (extract(epoch from clock_timestamp()) * 1000000)::bigint");
            return UnixMicros.Read((long)(await command.ExecuteScalarAsync(cancellationToken))!);
        }
        catch (Exception cause) when (cause is NpgsqlException || PostgresErrors.IsOfTheConnection(cause))
        {
            throw new StoreUnavailableException($"The store cannot be read now: {cause.Message}", cause);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await Writer.DisposeAsync();
        await _wakeups.DisposeAsync();
        await _memories.DisposeAsync();
        await Reads.DisposeAsync();
        await _proofs.DisposeAsync();
    }
}
