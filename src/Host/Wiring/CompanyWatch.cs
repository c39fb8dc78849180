namespace AiManager.Host;

/// <summary>
/// On a shared store: looks at the company's stream several times a second, so that a suspension made on one host stops calls on all, and takes a
/// configuration on when somebody brings another into force.
/// </summary>
internal sealed class CompanyWatch(CompanyStream stream, CompanyAtWork atWork, IBlobs blobs, Place place, TimeProvider time, ILogger<CompanyWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(400);

    /// <summary>What refused it may pass: a share that is not mounted, a disk that is full.</summary>
    private static readonly TimeSpan BeforeTryingAgain = TimeSpan.FromMinutes(1);

    private (string? Hash, long At) _refused;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await LookAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    /// <summary>Looks once.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await stream.RefreshAsync(cancellationToken);
            if (stream.State.Bundle is { } hash && (hash != atWork.Company.Bundle.Hash || atWork.Fault is not null) && !IsRefused(hash))
            {
                await TakeOnAsync(hash, cancellationToken);
            }
        }
        catch (UnknownEventException newer)
        {
            // What it says may be that something is stopped: going on without knowing would be guessing.
            Refuse(newer.Message);
        }
        catch (StoreUnavailableException)
        {
            // Nothing can start while the store is away; the next look is soon.
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // The outer edge of the watch: a host that cannot know what is in force must not go on as if it did.
            logger.LookFailed(fault);
            Refuse("What is in force cannot be read.");
        }
    }

    private async Task TakeOnAsync(string hash, CancellationToken cancellationToken)
    {
        try
        {
            var company = place.Load(await Standing.ReadAsync(stream.State, blobs, cancellationToken));
            await company.EnsureWorldAsync(cancellationToken);
            atWork.Switch(company);
            _refused = default;
            logger.ConfigurationTakenOn(hash);
        }
        catch (Exception refused) when (refused is ConfigException or UsageException)
        {
            _refused = (hash, time.GetTimestamp());
            Refuse($"The configuration in force cannot be used on this host: {refused.Message}");
        }
    }

    private bool IsRefused(string hash) => _refused.Hash == hash && time.GetElapsedTime(_refused.At) < BeforeTryingAgain;

    private void Refuse(string fault)
    {
        if (atWork.Fault != fault)
        {
            logger.ConfigurationRefused(fault);
        }

        atWork.Refuse(fault);
    }
}
