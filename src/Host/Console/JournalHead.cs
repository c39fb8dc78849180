namespace AiManager.Host;

/// <summary>Where the journal ends.</summary>
internal static class JournalHead
{
    /// <summary>Its last position, by halving: nobody keeps it, and it takes some dozens of looks by key. 0 for an empty one.</summary>
    public static async Task<long> FindAsync(IWorkflowJournal journal, CancellationToken cancellationToken)
    {
        long low = 0, high = 1;
        while (!(await journal.ReadAllAsync(high, 1, cancellationToken)).IsEmpty)
        {
            (low, high) = (high, high * 2);
        }

        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = (await journal.ReadAllAsync(middle, 1, cancellationToken)).IsEmpty ? (low, middle) : (middle + 1, high);
        }

        return low;
    }
}
