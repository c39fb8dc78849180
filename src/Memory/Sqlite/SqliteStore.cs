using AiManager.Domain;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AiManager.Memory;

/// <summary>
/// The embedded store: one file in the data folder, WAL, synchronous FULL. One process writes it; the folder's lock, which is not this class's business,
/// keeps others out. Any number may read.
/// </summary>
public sealed class SqliteStore : MemoryStore
{
    /// <summary>The file's name in the data folder.</summary>
    public const string FileName = "aimanager.db";

    private const string Provider = "Sqlite";
    private readonly string _readOnly;
    private readonly Lazy<SqliteMemories?> _memories;

    private SqliteStore(string file, IWriteQueue writer, WorkSignal signal, TimeProvider time, bool isReadOnly = false)
        : base(writer, SystemSqlite.CreateKeptReads(ReadOnly(file)), InboxSql.Sqlite, time)
    {
        _readOnly = ReadOnly(file);
        _memories = new Lazy<SqliteMemories?>(() => SqliteMemories.Open(Path.GetDirectoryName(file)!, () => Vectors, time, isReadOnly));
        Journal = new SqlJournal(writer, Reads, signal);
        Audit = new SqliteAudit(writer, Reads, Envelopes);
        Archive = new SqliteArchive(writer, Reads, Envelopes, Audit);
    }

    /// <inheritdoc/>
    public override IWorkflowJournal Journal { get; }

    /// <inheritdoc/>
    public override IJournalAudit Audit { get; }

    /// <inheritdoc/>
    public override JournalArchive Archive { get; }

    /// <inheritdoc/>
    public override IMemories? Memories => _memories.Value?.Memories;

    /// <summary>
    /// Opens the store of a folder, makes it when there is none, and brings it to the schema that this program knows.
    /// Throws <see cref="StoreVersionException"/> when it is too new and <see cref="StoreUnavailableException"/> when it cannot be opened.
    /// </summary>
    public static SqliteStore Open(string folder, SqliteStoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        SystemSqlite.Init();
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, FileName);
        try
        {
            var log = options.Loggers.CreateLogger(typeof(SqliteStore).FullName!);
            using (var connection = new SqliteConnection(ReadWrite(file)))
            {
                connection.Open();
                log.Opened(file, SchemaUpgrade.Apply(connection, Migration.Of(Provider)));
            }

            var signal = new WorkSignal(options.Time);
            var committer = new SqliteCommitter(() => SqliteFile.OpenWriter(file), options.CrashPoints, options.Time);
            return new SqliteStore(file, new CommitQueue(committer, signal, log), signal, options.Time);
        }
        catch (SqliteException cause)
        {
            throw new StoreUnavailableException($"The store {file} cannot be opened: {cause.Message}", cause);
        }
    }

    /// <summary>
    /// Opens the store of a folder for reading, beside a process that may be writing it; writing throws <see cref="InvalidOperationException"/>.
    /// Throws <see cref="FileNotFoundException"/> when there is none, otherwise as <see cref="Open"/>.
    /// </summary>
    public static SqliteStore OpenReadOnly(string folder, TimeProvider time)
    {
        SystemSqlite.Init();
        var file = Path.Combine(folder, FileName);
        if (!File.Exists(file))
        {
            throw new FileNotFoundException($"There is no store in {folder}.", file);
        }

        try
        {
            using var connection = new SqliteConnection(ReadOnly(file));
            connection.Open();
            SchemaUpgrade.Check(connection, Migration.Of(Provider));
            return new SqliteStore(file, new NoWrites(), new WorkSignal(time), time, isReadOnly: true);
        }
        catch (SqliteException cause)
        {
            throw new StoreUnavailableException($"The store {file} cannot be opened: {cause.Message}", cause);
        }
    }

    /// <summary>
    /// Lets every lease go. Only for the process that has just taken the folder: whoever drove there is dead, and waiting for its leases to run out would
    /// gain nothing. Epochs stay, so that a late append of the dead would still be fenced.
    /// </summary>
    public Task FreeLeasesAsync() => UpkeepAsync(database => SqliteException.ThrowExceptionForRC(
        raw.sqlite3_exec(database, "update streams set owner = null, lease_until = null where owner is not null"), database));

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        // Readers first: the last connection to close writes the log back, which a read-only one cannot.
        await Reads.DisposeAsync();
        using (var pooled = new SqliteConnection(_readOnly))
        {
            SqliteConnection.ClearPool(pooled);
        }

        if (_memories is { IsValueCreated: true, Value: { } memories })
        {
            await memories.DisposeAsync();
        }

        await Writer.DisposeAsync();
    }

    /// <summary>Runs <paramref name="work"/> on the writer's own connection, between transactions.</summary>
    internal async Task UpkeepAsync(Action<sqlite3> work)
    {
        var write = new SqliteUpkeep(work);
        Writer.Enqueue(write);
        await write.Task;
    }

    private static string ReadWrite(string file) =>
        new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadWriteCreate, ForeignKeys = true, Pooling = false }.ToString();

    private static string ReadOnly(string file) =>
        new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, ForeignKeys = true }.ToString();
}
