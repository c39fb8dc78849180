namespace AiManager.Domain;

/// <summary>Where the journal was at some time: found by halving, in some dozens of looks by key, because nobody keeps it.</summary>
public static class JournalHead
{
    /// <summary>Hosts' clocks differ by less; what was written within it of a moment may stand on either side.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromMinutes(10);

    /// <summary>The last position of what was written before a moment; 0 where nothing was. Times rise with positions but for <see cref="Skew"/>, which is allowed for.</summary>
    public static async Task<long> FindAsync(IWorkflowJournal journal, DateTimeOffset before, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(journal);

        // Positions may have gaps, and an event stands for the gap in front of it.
        var (low, high) = (0L, await journal.HeadAsync(cancellationToken));
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = await journal.ReadAllAsync(middle, 1, cancellationToken) is [var found] && found.At - Skew < before ? (found.Position, high) : (low, middle);
        }

        return low;
    }
}
