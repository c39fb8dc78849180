namespace AiManager.Host;

/// <summary>Looks after webhooks for as long as the server runs. A company without any costs nothing.</summary>
internal sealed class WebhookService(WebhookRound round, CompanyAtWork atWork, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan BetweenRounds = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                var switched = atWork.SwitchedAsync(stoppingToken);
                if (atWork.Company.Settings.Webhooks.IsEmpty)
                {
                    await switched;
                    continue;
                }

                await round.RunAsync(stoppingToken);
                await Task.Delay(BetweenRounds, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Told to stop; what is on its way is in the outbox.
        }
    }
}
