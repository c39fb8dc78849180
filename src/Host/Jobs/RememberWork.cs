namespace AiManager.Host;

/// <summary>Remembers what workflows did, brings vectors into the space in use, and forgets what is older than the company keeps.</summary>
internal sealed class RememberWork(CompanyAtWork atWork, MemoryDesk desk, TimeProvider time) : IUpkeep
{
    /// <inheritdoc/>
    public string Name => "memory";

    /// <inheritdoc/>
    public MonitorSchedule Schedule { get; } = new MonitorSchedule.Every(TimeSpan.FromMinutes(5));

    /// <inheritdoc/>
    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        var read = await desk.CatchUpAsync(cancellationToken);
        var embedded = await desk.EmbedAsync(_ => Task.CompletedTask, cancellationToken);
        var forgotten = await desk.ForgetOlderAsync(atWork.Company.Settings.Memory, time.GetUtcNow(), cancellationToken);
        var stats = await desk.Memories.StatsAsync(cancellationToken);
        return $"{read} workflow{(read == 1 ? " was" : "s were")} read, {embedded} {(embedded == 1 ? "entry" : "entries")} embedded anew, {forgotten} forgotten.{(stats.WordsAlone is { } why ? $" Recall goes by words alone: {why}" : string.Empty)}";
    }
}
