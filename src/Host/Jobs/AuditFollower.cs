using AiManager.Memory;

namespace AiManager.Host;

/// <summary>Reads the journal into the audit's index for as long as the server runs, a page at a time with a pause behind each: a long journal of before is read beside everything else.</summary>
internal sealed class AuditFollower(AuditIndexReader reader, TimeProvider time, ILogger<AuditFollower> logger) : BackgroundService
{
    private static readonly TimeSpan BetweenPages = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BeforeTryingAgain = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            TimeSpan pause;
            try
            {
                pause = await reader.ReadOnAsync(stoppingToken) ? BetweenPages : BetweenLooks;
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                // The outer edge of the loop: the store is away. Whoever searches meanwhile is told how far that went.
                logger.AuditNotFollowed(fault);
                pause = BeforeTryingAgain;
            }

            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
