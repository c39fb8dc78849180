namespace AiManager.Host;

/// <summary>Forgets attempts that nobody looks for any more; what they did is in the journal.</summary>
internal sealed class ForgetOldRuns(IJobRuns rows, TimeProvider time) : IUpkeep
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    /// <inheritdoc/>
    public string Name => "forget-old-runs";

    /// <inheritdoc/>
    public MonitorSchedule Schedule { get; } = new MonitorSchedule.Cron("17 3 * * *", TimeZoneInfo.Utc);

    /// <inheritdoc/>
    public async Task<string> RunAsync(CancellationToken cancellationToken) =>
        $"{await rows.PruneAsync(time.GetUtcNow() - Kept, cancellationToken)} attempts older than {Kept.TotalDays:0} days are forgotten.";
}
