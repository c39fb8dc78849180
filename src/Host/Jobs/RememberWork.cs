namespace AiManager.Host;

/// <summary>Remembers what workflows did, brings vectors into the space in use, and forgets what is older than the company keeps.</summary>
internal sealed class RememberWork(CompanyAtWork atWork, MemoryDesk desk, TimeProvider time) : IUpkeep
{
    private const int AtOnce = 500;

    /// <inheritdoc/>
    public string Name => "memory";

    /// <inheritdoc/>
    public MonitorSchedule Schedule { get; } = new MonitorSchedule.Every(TimeSpan.FromMinutes(5));

    /// <inheritdoc/>
    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        var read = await desk.CatchUpAsync(cancellationToken);
        var embedded = 0;
        for (var some = AtOnce; some == AtOnce; embedded += some)
        {
            some = await desk.Memories.ReembedAsync(AtOnce, cancellationToken);
        }

        var forgotten = await desk.ForgetOlderAsync(atWork.Company.Settings.Memory, time.GetUtcNow(), cancellationToken);
        return $"{read} workflows were read, {embedded} entries embedded anew, {forgotten} forgotten.";
    }
}
