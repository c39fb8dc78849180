using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>The journal: append-only streams, the leases on them, and what must change in the same transaction.</summary>
public interface IWorkflowJournal
{
    /// <summary>
    /// Appends to one stream, all or none; answers when it is on disk. Guards are looked at in the same transaction, before anything is written.
    /// Throws <see cref="StoreUnavailableException"/> when the store cannot take it now (away, full): then nothing was acknowledged.
    /// </summary>
    /// <param name="request">What to append, and under which conditions.</param>
    /// <param name="cancellationToken">Stops waiting; the append may still have landed, so read before trying again.</param>
    Task<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken);

    /// <summary>Events of one stream behind <paramref name="afterSeq"/>, oldest first, at most <paramref name="limit"/>.</summary>
    Task<ImmutableArray<StoredEvent>> ReadAsync(string stream, int afterSeq, int limit, CancellationToken cancellationToken);

    /// <summary>The same of several streams in one go, in the order of <paramref name="places"/>.</summary>
    /// <param name="places">Behind what. A stream may be named more than once.</param>
    /// <param name="types">Only events of these types; null for all.</param>
    /// <param name="limit">Of each at most so many.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    Task<ImmutableArray<ImmutableArray<StoredEvent>>> ReadEachAsync(ImmutableArray<StreamPlace> places, ImmutableArray<string>? types, int limit, CancellationToken cancellationToken);

    /// <summary>The last position up to which events of all streams can be read by now; 0 where there are none.</summary>
    Task<long> HeadAsync(CancellationToken cancellationToken);

    /// <summary>Events of all streams behind <paramref name="afterPosition"/>, in position order; none younger than a transaction still running.</summary>
    Task<ImmutableArray<StoredEvent>> ReadAllAsync(long afterPosition, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Takes the lease of one workflow that has something to do, or whose due time has come, and raises its epoch; null when there is none.
    /// Higher priority first, then who waited longest.
    /// </summary>
    /// <param name="node">Who claims.</param>
    /// <param name="now">UTC.</param>
    /// <param name="lease">How long it holds without being renewed.</param>
    /// <param name="only">This workflow or none; null for any.</param>
    /// <param name="cancellationToken">Stops waiting; a lease taken meanwhile runs out by itself.</param>
    Task<Claim?> ClaimAsync(string node, DateTimeOffset now, TimeSpan lease, string? only, CancellationToken cancellationToken);

    /// <summary>Holds on to a lease until <paramref name="until"/>. False when somebody else has it: then stop.</summary>
    Task<bool> RenewAsync(Claim claim, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>
    /// Lets go. The workflow stays claimable when events behind <paramref name="foldedSeq"/> are there, so that nothing appended
    /// meanwhile is slept over. Harmless when the lease is somebody else's by now.
    /// </summary>
    Task ReleaseAsync(Claim claim, int foldedSeq, CancellationToken cancellationToken);

    /// <summary>When the next due row falls due; null when there is none.</summary>
    Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Completes when something was appended from outside a lease, in this process or (as far as the store hears of it) in another, or after <paramref name="patience"/>.
    /// What was appended just before counts too.
    /// </summary>
    Task WaitForWorkAsync(TimeSpan patience, CancellationToken cancellationToken);
}

/// <summary>A place in a stream.</summary>
/// <param name="Stream">Which.</param>
/// <param name="AfterSeq">Behind this event of it; 0 for its beginning.</param>
public sealed record StreamPlace(string Stream, int AfterSeq);

/// <summary>An append and its conditions.</summary>
/// <param name="Stream">A workflow's id, or <c>company</c>.</param>
/// <param name="ExpectedSeq">The last seq that the caller has folded; 0 for a new stream.</param>
/// <param name="Epoch">The driver's epoch; null for an append from outside, which also makes the workflow claimable.</param>
/// <param name="Events">In order; 1 to 256.</param>
/// <param name="Guards">All must hold.</param>
/// <param name="Changes">Read-model rows that follow from the events.</param>
public sealed record AppendRequest(
    string Stream,
    int ExpectedSeq,
    long? Epoch,
    ImmutableArray<NewEvent> Events,
    ImmutableArray<Guard> Guards,
    ImmutableArray<ReadModelChange> Changes);

/// <summary>What came of an append.</summary>
public abstract record AppendResult
{
    private AppendResult()
    {
    }

    /// <summary>On disk.</summary>
    /// <param name="Positions">One for each event, in order.</param>
    public sealed record Appended(ImmutableArray<long> Positions) : AppendResult;

    /// <summary>Somebody else was first; nothing was written. Read what is behind your seq, fold it and decide again.</summary>
    public sealed record Conflict(int ActualSeq) : AppendResult;

    /// <summary>A later epoch holds the lease; nothing was written. Stop.</summary>
    public sealed record Fenced(long Epoch) : AppendResult;

    /// <summary>A guard does not hold; nothing was written.</summary>
    /// <param name="Guard">The first that does not hold.</param>
    /// <param name="Detail">For <see cref="Guard.SingletonFree"/>: the workflow that has it. For a ledger: what is used, for people.</param>
    public sealed record Refused(Guard Guard, string Detail) : AppendResult;
}

/// <summary>A condition that holds at the moment of writing, or nothing is written.</summary>
public abstract record Guard
{
    private Guard()
    {
    }

    /// <summary>
    /// What the ledger holds (reserved and settled) plus the reservation's amounts is within its cap.
    /// For window <c>rolling</c>, entries since <paramref name="Since"/> count; otherwise the ledger's window does.
    /// A reservation with an approval passes whatever the cap: the approval was given for that.
    /// </summary>
    public sealed record Headroom(Reservation Reservation, DateTimeOffset? Since) : Guard;

    /// <summary>The approval has been granted and no call has started with it.</summary>
    public sealed record ApprovalUnused(ApprovalId Approval) : Guard;

    /// <summary>No open workflow other than <paramref name="Workflow"/> has this singleton key.</summary>
    public sealed record SingletonFree(string Key, WorkflowId Workflow) : Guard;

    /// <summary>
    /// Nothing stands in the company's stream behind <paramref name="Seq"/>: what was decided on what is stopped, and on nothing older. Whoever appends to that
    /// stream waits for the appends that have looked already, and those behind it see it: between a suspension and a start there is no moment that is neither.
    /// </summary>
    public sealed record CompanyAt(int Seq) : Guard;
}

/// <summary>A lease on a workflow.</summary>
/// <param name="Stream">Which workflow.</param>
/// <param name="Node">Who holds it.</param>
/// <param name="Epoch">Higher than that of every holder before.</param>
public sealed record Claim(string Stream, string Node, long Epoch);

/// <summary>The store cannot serve now; what was being written was not acknowledged and may be tried again.</summary>
public sealed class StoreUnavailableException(string message, Exception? cause = null) : Exception(message, cause);
