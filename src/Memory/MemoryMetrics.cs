using System.Diagnostics.Metrics;

namespace AiManager.Memory;

/// <summary>What this project measures; meter <c>AiManager.Memory</c>.</summary>
internal static class MemoryMetrics
{
    private static readonly Meter Meter = new("AiManager.Memory");

    /// <summary>Writes in each group commit.</summary>
    public static readonly Histogram<int> WritesPerCommit = Meter.CreateHistogram<int>("aimanager.journal.commit.writes", "{write}", "Writes carried out in one group commit");

    /// <summary>How long each group commit took, until it was on disk.</summary>
    public static readonly Histogram<double> CommitDuration = Meter.CreateHistogram<double>("aimanager.journal.commit.duration", "s", "Time of one group commit until it is on disk");

    /// <summary>Writes whose caller was told that nothing came of them.</summary>
    public static readonly Counter<long> FailedWrites = Meter.CreateCounter<long>("aimanager.journal.failed_writes", "{write}", "Writes that the store did not take");
}
