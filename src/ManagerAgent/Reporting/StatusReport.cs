using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AiManager.ManagerAgent;

/// <summary>What kind of thing a report's line says.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReportKind>))]
public enum ReportKind
{
    /// <summary>It was done.</summary>
    [JsonStringEnumMemberName("done")]
    Done,

    /// <summary>It was not done, and why.</summary>
    [JsonStringEnumMemberName("notDone")]
    NotDone,

    /// <summary>Somebody has to act.</summary>
    [JsonStringEnumMemberName("waiting")]
    Waiting,

    /// <summary>What it cost.</summary>
    [JsonStringEnumMemberName("cost")]
    Cost,

    /// <summary>What it saved, and how that was reckoned.</summary>
    [JsonStringEnumMemberName("saved")]
    Saved,

    /// <summary>What would have happened: of a call that was not made because the run is in shadow, or had a rule in shadow counted.</summary>
    [JsonStringEnumMemberName("shadow")]
    Shadow,
}

/// <summary>One line, with the events that it rests on.</summary>
/// <param name="Text">One sentence.</param>
/// <param name="Kind">What it says.</param>
/// <param name="Events">Positions in the journal, of this workflow's events; never empty.</param>
public sealed record ReportLine(string Text, ReportKind Kind, ImmutableArray<long> Events)
{
    /// <summary>How many events it rests on, those that are not named too.</summary>
    [JsonIgnore]
    public int Rests { get; init; } = Events.Length;
}

/// <summary>The status report: a projection of a workflow's events and nothing else, so that every line can be checked.</summary>
/// <param name="Lines">What was done, what was not, what waits, what it cost, what it saved.</param>
public sealed record StatusReport(ImmutableArray<ReportLine> Lines)
{
    /// <summary>Reports on a workflow.</summary>
    /// <param name="snapshot">The workflow.</param>
    /// <param name="currency">The company's.</param>
    /// <param name="words">Who is who.</param>
    /// <param name="minutesPerTask">What a task takes a person, as the company reckons; 0 leaves the saving out.</param>
    public static StatusReport Of(WorkflowSnapshot snapshot, string currency, PlainWords words, decimal minutesPerTask)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(words);
        var lines = new ReportWriter(snapshot, currency, words);
        lines.WriteTasks();
        PeopleReport.Write(lines, snapshot.State);
        lines.WriteAcceptance();
        lines.WriteLooks();
        ShadowReport.Write(snapshot, currency, lines);
        lines.WriteWaiting();
        lines.WriteEnding();
        lines.WriteCost();
        lines.WriteSaving(minutesPerTask);
        return new StatusReport(lines.ToImmutable());
    }
}
