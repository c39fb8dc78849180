using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>What ran when, where, and what came of it: one row for each attempt, written when it begins, so that a killed one is not forgotten.</summary>
public interface IJobRuns
{
    /// <summary>Writes down that an attempt begins. An id that is there already stays as it is.</summary>
    Task BeginAsync(JobRun run, CancellationToken cancellationToken);

    /// <summary>Writes down how an attempt ended. False when it has ended already, or there is none.</summary>
    /// <param name="id">Which.</param>
    /// <param name="endedAt">UTC.</param>
    /// <param name="outcome">One word; see <see cref="JobOutcome"/>.</param>
    /// <param name="detail">For people.</param>
    /// <param name="workflow">What came of it; null for none.</param>
    /// <param name="cancellationToken">Stops waiting; it may still have been written.</param>
    Task<bool> EndAsync(string id, DateTimeOffset endedAt, string outcome, string detail, WorkflowId? workflow, CancellationToken cancellationToken);

    /// <summary>Attempts, newest first, a page at a time. Throws <see cref="FormatException"/> for a cursor that is none.</summary>
    Task<Page<JobRun>> ListAsync(JobRunQuery query, CancellationToken cancellationToken);

    /// <summary>The newest attempt of each job that there is or was, by name. Reads as many rows as there are jobs.</summary>
    Task<ImmutableArray<JobRun>> LastAsync(CancellationToken cancellationToken);

    /// <summary>How many of the newest attempts came out how, by when they began. Reads no more than <see cref="JobCount.Most"/> of them, however many there are.</summary>
    /// <param name="since">Begun at or after; the first stretch begins here.</param>
    /// <param name="width">How long a stretch is.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    Task<ImmutableArray<JobCount>> CountAsync(DateTimeOffset since, TimeSpan width, CancellationToken cancellationToken);

    /// <summary>Attempts that have not ended, oldest first.</summary>
    Task<ImmutableArray<JobRun>> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Forgets attempts that ended before a time. Answers how many.</summary>
    Task<int> PruneAsync(DateTimeOffset endedBefore, CancellationToken cancellationToken);
}

/// <summary>One attempt.</summary>
/// <param name="Id">The same for the same attempt.</param>
/// <param name="Job">Such as <c>monitor/nightly-restock</c> or <c>upkeep</c>.</param>
/// <param name="Trigger">How it was set off.</param>
/// <param name="Node">The host.</param>
/// <param name="ScheduledFor">UTC; null when no schedule asked for it.</param>
/// <param name="StartedAt">UTC.</param>
/// <param name="EndedAt">UTC; null while it runs.</param>
/// <param name="Outcome">One word; null while it runs.</param>
/// <param name="Detail">For people; empty while there is nothing to say.</param>
/// <param name="Workflow">What came of it; null for none.</param>
/// <param name="Attempt">From 1.</param>
public sealed record JobRun(
    string Id,
    string Job,
    string Trigger,
    string Node,
    DateTimeOffset? ScheduledFor,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    string? Outcome,
    string Detail,
    WorkflowId? Workflow,
    int Attempt);

/// <summary>How many attempts that began within a stretch of time came out so.</summary>
/// <param name="Stretch">Which stretch, from 0.</param>
/// <param name="Outcome">A word of <see cref="JobOutcome"/>, of what has not ended too.</param>
/// <param name="Count">How many.</param>
public sealed record JobCount(int Stretch, string Outcome, int Count)
{
    /// <summary>So many attempts are counted, the newest.</summary>
    public const int Most = 5_000;
}

/// <summary>The words for how an attempt ended.</summary>
public static class JobOutcome
{
    /// <summary>A goal was submitted.</summary>
    public const string Submitted = "submitted";

    /// <summary>Somebody else's workflow pursues the goal already.</summary>
    public const string Joined = "joined";

    /// <summary>The condition did not hold.</summary>
    public const string NothingToDo = "nothingToDo";

    /// <summary>It was not run, for the reason in the detail.</summary>
    public const string Skipped = "skipped";

    /// <summary>Its time passed while no host ran, and nothing makes up for it.</summary>
    public const string Missed = "missed";

    /// <summary>It waits for the run before.</summary>
    public const string Queued = "queued";

    /// <summary>It did what it does.</summary>
    public const string Done = "done";

    /// <summary>It could not.</summary>
    public const string Failed = "failed";

    /// <summary>Its host died.</summary>
    public const string Lost = "lost";

    /// <summary>It has not ended. Only for asking.</summary>
    public const string Running = "running";

    /// <summary>All of them.</summary>
    public static ImmutableArray<string> All { get; } = [Submitted, Joined, NothingToDo, Skipped, Missed, Queued, Done, Failed, Lost, Running];
}

/// <summary>Which attempts to list.</summary>
/// <param name="Text">Part of the job's name, the detail or the workflow, case-insensitive; null for all.</param>
/// <param name="Status">A word of <see cref="JobOutcome"/>; null for all.</param>
/// <param name="Cursor">From <see cref="Page{T}.Next"/>; null for the first page.</param>
/// <param name="Limit">1 to 200.</param>
/// <param name="Job">Exactly this job; null for all.</param>
/// <param name="Node">On this host; null for all.</param>
/// <param name="From">Begun at or after; null for all.</param>
/// <param name="To">Begun before; null for all.</param>
public sealed record JobRunQuery(
    string? Text = null, string? Status = null, string? Cursor = null, int Limit = 50, string? Job = null, string? Node = null, DateTimeOffset? From = null, DateTimeOffset? To = null);
