using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>
/// What is remembered of workflows: derived from the journal, so that it can be thrown away and made again, and searched by words and by likeness. Entries are replaced by
/// id. Any number of hosts read and write it.
/// </summary>
public interface IMemories
{
    /// <summary>
    /// Writes entries, each in place of the one of its id, and how far the journal has been read; all or none. Entries that may be made from the words of somebody who was
    /// forgotten are left out, also when they were read before that: it is looked at in the same transaction. False, and nothing is written, where somebody else has read on, or all was cleared,
    /// since these were read: theirs may be of later.
    /// </summary>
    /// <param name="entries">At most 1,000.</param>
    /// <param name="read">What part of the journal they were read from; null for entries that are not from there, which are always written.</param>
    /// <param name="cancellationToken">Stops waiting; it may still have been written, and writing it again changes nothing.</param>
    Task<bool> PutAsync(ImmutableArray<MemoryEntry> entries, JournalRead? read, CancellationToken cancellationToken);

    /// <summary>How far the journal has been read; 0 at first.</summary>
    Task<long> PositionAsync(CancellationToken cancellationToken);

    /// <summary>
    /// What fits best, best first. Entries whose vectors are of another space than the one in use are found by their words alone: two spaces are never compared.
    /// </summary>
    Task<ImmutableArray<FoundMemory>> SearchAsync(MemoryQuestion question, CancellationToken cancellationToken);

    /// <summary>
    /// What is about the same as the question, the likest first: where enough of the likest have something in common, their <see cref="FoundMemory.Likeness"/> is how much of that each
    /// has; where not, it is that of the vectors.
    /// </summary>
    Task<ImmutableArray<FoundMemory>> AlikeAsync(MemoryQuestion question, CancellationToken cancellationToken);

    /// <summary>
    /// Takes out what was made from somebody's words, and answers how many entries that were. Nothing of them can be found or read here afterwards, and no such entry is ever taken
    /// again, not even after <see cref="ClearAsync"/>.
    /// </summary>
    Task<int> ForgetPersonAsync(string person, CancellationToken cancellationToken);

    /// <summary>Takes out entries of a kind that are older, and answers how many.</summary>
    Task<int> ForgetOlderAsync(MemoryKind kind, DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>Takes out everything, so that it is made again from the journal's beginning.</summary>
    Task ClearAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Settles for at most <paramref name="most"/> entries what their vector in the space in use is; answers for how many. Fewer than <paramref name="most"/> when that is all of them, or when the
    /// model that makes vectors is away; what was done stays done. An entry whose labels keep it from an outside model gets none.
    /// </summary>
    Task<int> ReembedAsync(int most, CancellationToken cancellationToken);

    /// <summary>
    /// Brings vectors to where they are searched, all of them again where that place has lost some. False where it is away now: until it is back, entries are found by their words alone,
    /// and nothing is lost.
    /// </summary>
    Task<bool> PlaceVectorsAsync(CancellationToken cancellationToken);

    /// <summary>True when the last question was answered by words alone because vectors are being read into this process: asked again in a while, more may be found.</summary>
    bool IsFilling { get; }

    /// <summary>What is there.</summary>
    Task<MemoryStats> StatsAsync(CancellationToken cancellationToken);
}

/// <summary>A part of the journal that was read.</summary>
/// <param name="From">Where it begins: everything up to there was remembered when it was read.</param>
/// <param name="Until">Up to where everything is remembered with it; the same as <paramref name="From"/> while there is more of it to be written.</param>
public readonly record struct JournalRead(long From, long Until);

/// <summary>What an entry tells of.</summary>
public enum MemoryKind
{
    /// <summary>A workflow: its goal, and what became of it.</summary>
    Workflow,

    /// <summary>A task that was done, and what it gave.</summary>
    Task,

    /// <summary>What a person decided, and why.</summary>
    Decision,
}

/// <summary>How kinds are written.</summary>
public static class MemoryKindNames
{
    private static readonly ImmutableArray<string> Known = ["workflow", "task", "decision"];

    /// <summary>All names.</summary>
    public static ImmutableArray<string> All => Known;

    /// <summary>The written form.</summary>
    public static string Write(MemoryKind kind) => Known[(int)kind];

    /// <summary>Reads the written form; null when it is none.</summary>
    public static MemoryKind? Read(string name) => Known.IndexOf(name) is >= 0 and var at ? (MemoryKind)at : null;
}

/// <summary>Something remembered.</summary>
/// <param name="Id">The id of the workflow, the task, the escalation or the approval that it tells of.</param>
/// <param name="Kind">What it tells of.</param>
/// <param name="Workflow">In which workflow.</param>
/// <param name="People">Whose words it may be made from, by id; empty when nobody's.</param>
/// <param name="IsOpen">True while what it tells of is not over.</param>
/// <param name="Title">One line.</param>
/// <param name="Text">What is remembered.</param>
/// <param name="Labels">What is confidential about it, as the journal says of the workflow's calls.</param>
/// <param name="At">When it happened, UTC.</param>
public sealed record MemoryEntry(
    string Id, MemoryKind Kind, WorkflowId Workflow, ImmutableArray<string> People, bool IsOpen, string Title, string Text, ImmutableArray<string> Labels, DateTimeOffset At);

/// <summary>A question to what is remembered.</summary>
/// <param name="Query">In words.</param>
/// <param name="Most">How many entries at most, 1 to 200.</param>
public sealed record MemoryQuestion(string Query, int Most = 10)
{
    /// <summary>Of which kinds; empty for all.</summary>
    public ImmutableArray<MemoryKind> Kinds { get; init; } = [];

    /// <summary>Leaves out what this workflow did; null for nothing.</summary>
    public WorkflowId? Except { get; init; }

    /// <summary>What is confidential about the question itself: where that may not be told to an outside model, it is answered by words alone. Empty for nothing.</summary>
    public ImmutableArray<string> Labels { get; init; } = [];
}

/// <summary>An entry that was found.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Score">How well it fits; only its order means anything.</param>
/// <param name="Likeness">From 0 to 1, how much its vector is like the question's; null when it has none in the space in use.</param>
public sealed record FoundMemory(MemoryEntry Entry, double Score, double? Likeness);

/// <summary>What is remembered, in numbers.</summary>
/// <param name="Entries">By kind.</param>
/// <param name="Space">The space of vectors in use.</param>
/// <param name="Outside">Entries of which it is still to be settled what their vector in that space is.</param>
/// <param name="Position">How far the journal has been read.</param>
public sealed record MemoryStats(ImmutableSortedDictionary<string, long> Entries, string Space, long Outside, long Position)
{
    /// <summary>Entries that are to have no vector there: labels keep their words from the model, or the model refuses them. They are found by words.</summary>
    public long Without { get; init; }

    /// <summary>Where vectors are searched, for people.</summary>
    public string Place { get; init; } = string.Empty;

    /// <summary>Changes that have not been brought there yet.</summary>
    public long Behind { get; init; }

    /// <summary>Why recall goes by words alone at the moment, for people; null when it does not.</summary>
    public string? WordsAlone { get; init; }
}
