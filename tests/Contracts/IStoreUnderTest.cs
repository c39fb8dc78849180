using AiManager.Domain;

namespace AiManager.Contracts;

/// <summary>A store of one provider, empty when opened, gone when disposed.</summary>
public interface IStoreUnderTest : IAsyncDisposable
{
    /// <summary>The journal.</summary>
    IWorkflowJournal Journal { get; }

    /// <summary>Lists and inboxes.</summary>
    IReadModels ReadModels { get; }

    /// <summary>Large values.</summary>
    IBlobs Blobs { get; }

    /// <summary>Private words.</summary>
    IEnvelopes Envelopes { get; }

    /// <summary>Proofs.</summary>
    IJournalAudit Audit { get; }

    /// <summary>Hosts.</summary>
    INodes Nodes { get; }

    /// <summary>
    /// True where a hash ties all streams together in the order of positions. A store that several hosts write at once has none: what was swapped between streams,
    /// or taken away with its whole stream, shows only beside a seal that was kept elsewhere.
    /// </summary>
    bool TiesStreamsTogether { get; }

    /// <summary>Runs SQL behind the store's back, as somebody who edits history would.</summary>
    Task TamperAsync(string sql);

    /// <summary>Changes one column of the event at <paramref name="position"/> behind the store's back; bytes come as <c>byte[]</c>, numbers as <c>long</c>.</summary>
    Task EditAsync(long position, string column, Func<object, object> change);

    /// <summary>Looks for bytes anywhere in the files that the store keeps its tables in.</summary>
    Task<bool> HoldsOnDiskAsync(ReadOnlyMemory<byte> bytes);
}
