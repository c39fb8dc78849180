using System.Collections.Concurrent;

namespace AiManager.Memory;

/// <summary>
/// In how many entries words stand. Each question asks that of each of its words, and a server may have to look through all entries for a word that stands in most of them: counts are kept
/// until one entry in fifty has changed, which makes no word much rarer. Thread-safe.
/// </summary>
internal sealed class WordCounts
{
    private const int Most = 10_000;
    private const int OneIn = 50;

    private readonly ConcurrentDictionary<string, (long Count, MemoryHead Head)> _known = new(StringComparer.Ordinal);

    /// <summary>As it is known, or as it is counted now.</summary>
    /// <param name="word">Which.</param>
    /// <param name="head">Where the entries stand now; of no generation where nobody has looked, and then it is counted.</param>
    /// <param name="entries">How many there are.</param>
    /// <param name="count">Counts.</param>
    public async Task<long> OfAsync(string word, MemoryHead head, long entries, Func<Task<long>> count)
    {
        if (head.Generation >= 0 && _known.TryGetValue(word, out var known) && known.Head.Generation == head.Generation && Math.Abs(head.Seq - known.Head.Seq) * OneIn <= entries)
        {
            return known.Count;
        }

        var counted = await count();
        if (_known.Count >= Most)
        {
            _known.Clear();
        }

        _known[word] = (counted, head);
        return counted;
    }
}
