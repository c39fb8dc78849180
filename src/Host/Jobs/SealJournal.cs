using AiManager.Memory;

namespace AiManager.Host;

/// <summary>Seals the journal; of several hosts one at a time does. Seals that are not in the folder yet go there, whoever made them.</summary>
internal sealed class SealJournal(CompanyAtWork atWork, IWorkflowJournal journal, Place place, TimeProvider time) : IUpkeep
{
    /// <inheritdoc/>
    public string Name => "seal";

    /// <inheritdoc/>
    public MonitorSchedule Schedule => new MonitorSchedule.Every(atWork.Company.Settings.Seals.Every);

    /// <inheritdoc/>
    public async Task<string> RunAsync(CancellationToken cancellationToken) =>
        await SealAsync(journal, atWork.Company.Settings.Seals.To, place, time.GetUtcNow(), cancellationToken);

    /// <summary>Seals, and writes to <paramref name="folder"/> what is not there yet; answers in a sentence. Throws <see cref="UsageException"/>.</summary>
    public static async Task<string> SealAsync(IWorkflowJournal journal, string? folder, Place place, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (folder is not null && IsInside(folder, place.DataFolder))
        {
            throw new UsageException($"Seals in '{folder}' would lie inside the data folder: whoever can edit the one could edit the other.");
        }

        var seals = new JournalSeals(journal);
        var made = await seals.SealAsync(now, SealKey.Signer(Environment.GetEnvironmentVariable), cancellationToken);
        var said = made is null ? "Nothing was appended since the last seal." : $"Seal {made.Number} covers position {made.Through}: {made.Heads.Length} streams had gone on.";
        return folder is null ? said : $"{said} {SealFolder.Write(folder, await seals.AllAsync(cancellationToken))} seals were written to {folder}.";
    }

    private static bool IsInside(string folder, string data)
    {
        var (inner, outer) = (RealPath.Of(folder), RealPath.Of(data));
        return inner is null || outer is null || (inner + Path.DirectorySeparatorChar).StartsWith(outer + Path.DirectorySeparatorChar, StringComparison.Ordinal);
    }
}
