using System.Data.Common;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>Everything that is remembered, in one store. Disposing it carries out what has queued and closes.</summary>
public abstract class MemoryStore : IAsyncDisposable
{
    private VectorOptions _vectors = VectorOptions.Offline;

    /// <param name="writer">The one writer.</param>
    /// <param name="reads">Connections for reading.</param>
    /// <param name="inbox">How inboxes are read there.</param>
    /// <param name="time">The clock.</param>
    private protected MemoryStore(IWriteQueue writer, DbDataSource reads, InboxSql inbox, TimeProvider time)
    {
        (Writer, Reads) = (writer, reads);
        ReadModels = new SqlReadModels(reads, inbox);
        Blobs = new SqlBlobs(writer, reads);
        Envelopes = new Envelopes(writer, reads, time);
        Nodes = new SqlNodes(writer, reads);
        JobRuns = new SqlJobRuns(writer, reads);
        Webhooks = new SqlWebhookOutbox(writer, reads);
        AuditIndex = new SqlAuditIndex(writer, reads);
    }

    /// <summary>The journal.</summary>
    public abstract IWorkflowJournal Journal { get; }

    /// <summary>Lists and inboxes.</summary>
    public IReadModels ReadModels { get; }

    /// <summary>Large values.</summary>
    public IBlobs Blobs { get; }

    /// <summary>People's words under people's keys.</summary>
    public IEnvelopes Envelopes { get; }

    /// <summary>Proving the journal.</summary>
    public abstract IJournalAudit Audit { get; }

    /// <summary>The hosts that share it.</summary>
    public INodes Nodes { get; }

    /// <summary>Moving finished workflows into files.</summary>
    public abstract JournalArchive Archive { get; }

    /// <summary>What ran when, and what came of it.</summary>
    public IJobRuns JobRuns { get; }

    /// <summary>What is on its way to webhooks outside.</summary>
    public IWebhookOutbox Webhooks { get; }

    /// <summary>Where in the journal stands what auditors look for.</summary>
    public IAuditIndex AuditIndex { get; }

    /// <summary>What is remembered of workflows. It is made from the journal, so losing it loses time and nothing else. Null where it is only read and nothing is there yet.</summary>
    public abstract IMemories? Memories { get; }

    /// <summary>How what is remembered becomes vectors, and where those are searched, from now on. Default without anything outside.</summary>
    public VectorOptions Vectors
    {
        get => Volatile.Read(ref _vectors);
        set => Volatile.Write(ref _vectors, value);
    }

    /// <summary>The way to the one writer of this store, for what features keep in tables of their own (<see cref="StatementWrite"/>).</summary>
    internal IWriteQueue Writer { get; }

    /// <summary>Connections for reading; the provider closes them.</summary>
    private protected DbDataSource Reads { get; }

    /// <summary>What time it is by the clock that all hosts of this store go by, UTC; null when that is this machine's own. Throws <see cref="StoreUnavailableException"/>.</summary>
    public virtual Task<DateTimeOffset?> NowAsync(CancellationToken cancellationToken) => Task.FromResult<DateTimeOffset?>(null);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
