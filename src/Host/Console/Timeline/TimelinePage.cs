using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>A stretch of a workflow's timeline.</summary>
/// <param name="Workflow">Which.</param>
/// <param name="Goal">In the requester's words.</param>
/// <param name="Zoom"><c>compact</c>, <c>all</c> or <c>raw</c>.</param>
/// <param name="Days">Oldest first, each with what happened on it.</param>
/// <param name="After">The seq before the first line.</param>
/// <param name="Earlier">Where the stretch before this begins; null where nothing is before.</param>
/// <param name="Later">Where the next one begins; null at the end.</param>
internal sealed record TimelinePage(
    WorkflowId Workflow, string Goal, string Zoom, ImmutableArray<TimelineDay> Days, int After, int? Earlier, int? Later)
{
    /// <summary>Lines of one stretch; half as many as stored, where each is long.</summary>
    public const int Size = 100;

    /// <summary>How far one can look.</summary>
    public static readonly ImmutableArray<string> Zooms = ["compact", "all", "raw"];

    /// <summary>Where its news come from; null where somebody looks at a place that they chose, and when the workflow is over.</summary>
    public string? Live { get; init; }

    /// <summary>Each event's payload, by seq; only for <c>raw</c>.</summary>
    public IReadOnlyDictionary<int, string> Raw { get; init; } = new Dictionary<int, string>();

    /// <summary>The only events that were asked for; null for all.</summary>
    public TimelineChoice? Only { get; init; }

    /// <summary>Seqs of what is shown, the first and the last; null for nothing.</summary>
    public (int First, int Last)? Shown => Days.IsEmpty ? null : (Days.Min(d => d.Entries[0].Line.Seq), Days.Max(d => d.Entries[^1].LastSeq));

    /// <summary>The same at another place.</summary>
    public string Address(int after, string? zoom = null) => $"/workflows/{Workflow}/timeline?zoom={zoom ?? Zoom}&after={Math.Max(0, after)}";

    /// <summary>The same stretch at another zoom; from the end, the end, where one goes on seeing what comes.</summary>
    public string Zoomed(string zoom) => Later is null ? $"/workflows/{Workflow}/timeline?zoom={zoom}" : Address(After, zoom);

    /// <summary>Where one looks at the newest, and goes on seeing what comes.</summary>
    public string Newest => $"/workflows/{Workflow}/timeline?zoom={Zoom}";

    /// <summary>The stretch behind a seq, or the last one. Pure.</summary>
    /// <param name="workflow">Which.</param>
    /// <param name="goal">In the requester's words.</param>
    /// <param name="zoom">How far one looks.</param>
    /// <param name="told">All that happened.</param>
    /// <param name="after">The seq before the first line; null for the end.</param>
    /// <param name="only">The only events that are wanted; null for all.</param>
    /// <param name="zone">Where days begin.</param>
    public static TimelinePage Of(WorkflowId workflow, string goal, string zoom, IEnumerable<StoryLine> told, int? after, TimelineChoice? only, TimeZoneInfo zone)
    {
        var size = zoom == "raw" ? Size / 2 : Size;
        ImmutableArray<StoryLine> lines = [.. told.Where(l => only is not null ? only.Seqs.Contains(l.Seq) : zoom != "compact" || l.Weight != StoryWeight.Detail)];
        var first = only is not null ? 0 : after is { } seq ? lines.Count(l => l.Seq <= seq) : Math.Max(0, lines.Length - size);
        ImmutableArray<StoryLine> shown = [.. lines.Skip(first).Take(size)];
        return new TimelinePage(
            workflow,
            goal,
            zoom,
            [
                .. shown.GroupBy(l => Written.DayOf(l.At, zone)).OrderBy(d => d.Key).Select(d => new TimelineDay(
                    d.Key,
                    zoom == "compact" ? TimelineEntry.Gather(d) : [.. d.Select(l => new TimelineEntry(l, 1, l.Seq, l.At))])),
            ],
            SeqBefore(lines, first),
            first == 0 ? null : SeqBefore(lines, Math.Max(0, first - size)),
            first + shown.Length < lines.Length ? shown[^1].Seq : null)
        {
            Only = only,
        };
    }

    private static int SeqBefore(ImmutableArray<StoryLine> lines, int index) => index == 0 ? 0 : lines[index - 1].Seq;
}

/// <summary>What happened on one day.</summary>
/// <param name="Day">Where the clock of whoever looks hangs.</param>
/// <param name="Entries">Oldest first; at least one.</param>
internal sealed record TimelineDay(DateOnly Day, ImmutableArray<TimelineEntry> Entries);

/// <summary>A line, or several neighbours that say the same.</summary>
/// <param name="Line">The first of them.</param>
/// <param name="Count">How many there are.</param>
/// <param name="LastSeq">The last one's.</param>
/// <param name="Until">When the last one was.</param>
internal sealed record TimelineEntry(StoryLine Line, int Count, int LastSeq, DateTimeOffset Until)
{
    /// <summary>Puts neighbours together that say the same of the same.</summary>
    public static ImmutableArray<TimelineEntry> Gather(IEnumerable<StoryLine> lines)
    {
        var entries = ImmutableArray.CreateBuilder<TimelineEntry>();
        foreach (var line in lines)
        {
            if (entries.Count > 0 && entries[^1].Line is var before && (before.Actor, before.Type, before.Text, before.State) == (line.Actor, line.Type, line.Text, line.State))
            {
                entries[^1] = entries[^1] with { Count = entries[^1].Count + 1, LastSeq = line.Seq, Until = line.At };
            }
            else
            {
                entries.Add(new TimelineEntry(line, 1, line.Seq, line.At));
            }
        }

        return entries.ToImmutable();
    }
}

/// <summary>Some events of a workflow, such as those that a line of its report rests on.</summary>
/// <param name="Seqs">Theirs, in order.</param>
internal sealed record TimelineChoice(ImmutableArray<int> Seqs)
{
    private const int Most = 100;

    /// <summary>As an address has them: <c>19.22.23</c>; null when nothing is said.</summary>
    public static TimelineChoice? Read(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        var parts = text.Split('.');
        return parts.Length <= Most
            ? new TimelineChoice([.. parts.Select(p => RequestText.Whole("only", p, 1, int.MaxValue) ?? throw Refused()).Distinct().Order()])
            : throw Refused();

        static BadHttpRequestException Refused() => new($"'only' must be at most {Most} numbers of events with dots between them, such as 19.22.23.");
    }

    /// <summary>Where they are shown.</summary>
    public static string Address(WorkflowId workflow, IEnumerable<int> seqs) => $"/workflows/{workflow}/timeline?zoom=all&only={string.Join('.', seqs.Take(Most))}";

    /// <summary>How many, in words.</summary>
    public static string Words(int count) => count == 1 ? "one event" : $"{count} events";
}
