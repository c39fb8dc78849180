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

    /// <summary>What ran when, and what came of it.</summary>
    public abstract IJobRuns JobRuns { get; }

    /// <summary>The way to the one writer of this store, for what features keep in tables of their own (<see cref="StatementWrite"/>).</summary>
    internal abstract IWriteQueue Writer { get; }

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
