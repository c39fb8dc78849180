using AiManager.Memory;

namespace AiManager.Host;

/// <summary>Moves workflows that ended long ago into files, where the company says so; of several hosts one at a time does.</summary>
internal sealed class ArchiveFinished(CompanyAtWork atWork, JournalArchive archive, Place place, TimeProvider time) : IUpkeep
{
    /// <inheritdoc/>
    public string Name => "archive";

    /// <inheritdoc/>
    public MonitorSchedule Schedule { get; } = new MonitorSchedule.Cron("47 2 * * *", TimeZoneInfo.Utc);

    /// <inheritdoc/>
    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        if (atWork.Company.Settings.Retention is not { } retention)
        {
            return "The company says nothing of retention: nothing is archived.";
        }

        var now = time.GetUtcNow();
        var moved = await archive.ArchiveAsync(Path.Combine(place.DataFolder, retention.To), now - retention.ArchiveAfter, now, cancellationToken);
        return ArchiveCommand.Say(moved);
    }
}
