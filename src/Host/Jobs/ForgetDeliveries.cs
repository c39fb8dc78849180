namespace AiManager.Host;

/// <summary>Forgets messages to webhooks that are long over.</summary>
internal sealed class ForgetDeliveries(IWebhookOutbox outbox, TimeProvider time) : IUpkeep
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <inheritdoc/>
    public string Name => "forget-deliveries";

    /// <inheritdoc/>
    public MonitorSchedule Schedule { get; } = new MonitorSchedule.Cron("27 3 * * *", TimeZoneInfo.Utc);

    /// <inheritdoc/>
    public async Task<string> RunAsync(CancellationToken cancellationToken) =>
        $"{await outbox.PruneAsync(time.GetUtcNow() - Kept, cancellationToken)} messages to webhooks older than {Kept.TotalDays:0} days are forgotten.";
}
