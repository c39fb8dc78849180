using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>Everything that is remembered, in one store. Disposing it carries out what has queued and closes.</summary>
public abstract class MemoryStore : IAsyncDisposable
{
    /// <summary>The journal.</summary>
    public abstract IWorkflowJournal Journal { get; }

    /// <summary>Lists and inboxes.</summary>
    public abstract IReadModels ReadModels { get; }

    /// <summary>Large values.</summary>
    public abstract IBlobs Blobs { get; }

    /// <summary>People's words under people's keys.</summary>
    public abstract IEnvelopes Envelopes { get; }

    /// <summary>Proving the journal.</summary>
    public abstract IJournalAudit Audit { get; }

    /// <summary>The hosts that share it.</summary>
    public abstract INodes Nodes { get; }

    /// <summary>Moving finished workflows into files.</summary>
    public abstract JournalArchive Archive { get; }

    /// <summary>What ran when, and what came of it.</summary>
    public abstract IJobRuns JobRuns { get; }

    /// <summary>The way to the one writer of this store, for what features keep in tables of their own (<see cref="StatementWrite"/>).</summary>
    internal abstract IWriteQueue Writer { get; }

    /// <summary>What time it is by the clock that all hosts of this store go by, UTC; null when that is this machine's own. Throws <see cref="StoreUnavailableException"/>.</summary>
    public virtual Task<DateTimeOffset?> NowAsync(CancellationToken cancellationToken) => Task.FromResult<DateTimeOffset?>(null);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
