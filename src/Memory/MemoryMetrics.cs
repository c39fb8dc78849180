using System.Diagnostics;
using System.Diagnostics.Metrics;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>What this project measures; source and meter <c>AiManager.Memory</c>.</summary>
internal static class MemoryMetrics
{
    private const string Name = "AiManager.Memory";

    private static readonly ActivitySource Source = new(new ActivitySourceOptions(Name) { TelemetrySchemaUrl = GenAi.SchemaUrl });
    private static readonly Meter Meter = new(new MeterOptions(Name) { TelemetrySchemaUrl = GenAi.SchemaUrl });

    /// <summary>Writes in each group commit.</summary>
    public static readonly Histogram<int> WritesPerCommit = Meter.CreateHistogram(
        "aimanager.journal.commit.writes",
        "{write}",
        "Writes carried out in one group commit",
        tags: null,
        advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512] });

    /// <summary>How long each group commit took, until it was on disk.</summary>
    public static readonly Histogram<double> CommitDuration = Meter.CreateHistogram(
        "aimanager.journal.commit.duration",
        "s",
        "Time of one group commit until it is on disk",
        tags: null,
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5] });

    /// <summary>Writes whose caller was told that nothing came of them.</summary>
    public static readonly Counter<long> FailedWrites = Meter.CreateCounter<long>("aimanager.journal.failed_writes", "{write}", "Writes that the store did not take");

    /// <summary>
    /// A group commit that somebody's span waits for: under the first of them, linked to all. The looks for work that find nothing belong to no span and
    /// make none.
    /// </summary>
    public static Activity? StartCommit(IReadOnlyList<IWrite> batch)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        var origins = batch.Select(w => w.Origin).Where(o => o != default).Distinct().ToList();
        return origins is [var first, ..]
            ? Source.StartActivity("journal commit", ActivityKind.Internal, first, links: origins.Select(o => new ActivityLink(o)))?.SetTag("aimanager.journal.writes", batch.Count)
            : null;
    }
}
