namespace AiManager.Host;

/// <summary>Looks after webhooks and mail for as long as the server runs, each by itself: a receiver that is slow holds up no other. A company without any costs nothing but a look now and then.</summary>
internal sealed class OutboxService(WebhookRound webhooks, MailRound mail, IWebhookOutbox outbox, IWorkflowJournal journal, CompanyAtWork atWork, TimeProvider time, ILogger<OutboxService> logger) : BackgroundService
{
    private static readonly TimeSpan BetweenRounds = TimeSpan.FromSeconds(2);

    /// <summary>Who is told for the first time is told from here on: of what happens as soon as this host drives and listens nothing may lie before the first look.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var company = atWork.Company.Settings;
        foreach (var name in company.Mail is null ? company.Webhooks.Keys : company.Webhooks.Keys.Append(IWebhookOutbox.Mail))
        {
            try
            {
                await OutboxRound.BegunAsync(outbox, journal, name, cancellationToken);
            }
            catch (StoreUnavailableException away)
            {
                logger.WebhookFailed(away, name); // the first round tries again
            }
        }

        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var running = new Dictionary<string, Task>(StringComparer.Ordinal);
        while (!stoppingToken.IsCancellationRequested)
        {
            // A host that cannot use the configuration in force would tell what the one before says, and move the place that all hosts share.
            if (atWork.Fault is null)
            {
                var company = atWork.Company.Settings;
                foreach (var (name, settings) in company.Webhooks)
                {
                    Begin(name, () => webhooks.RunAsync(name, settings, stoppingToken));
                }

                if (company.Mail is { } settled)
                {
                    Begin(IWebhookOutbox.Mail, () => mail.RunAsync(settled, stoppingToken));
                }
            }

            await Task.Delay(BetweenRounds, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // Told to stop; what is on its way is in the outbox.
        await Task.WhenAll(running.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        void Begin(string name, Func<Task> round)
        {
            if (!running.TryGetValue(name, out var before) || before.IsCompleted)
            {
                running[name] = round();
            }
        }
    }
}
