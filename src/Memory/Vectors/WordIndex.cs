namespace AiManager.Memory;

/// <summary>BM25 over texts that are all there from the beginning. Immutable, so any number of threads may ask.</summary>
internal sealed class WordIndex
{
    private const double Saturation = 1.2;
    private const double LengthWeight = 0.75;

    private readonly Dictionary<string, List<(int Text, int Count)>> _postings = new(StringComparer.Ordinal);
    private readonly int[] _lengths;
    private readonly double _averageLength;

    /// <param name="texts">Known from here on by their places.</param>
    public WordIndex(IReadOnlyList<string> texts)
    {
        _lengths = new int[texts.Count];
        for (var i = 0; i < texts.Count; i++)
        {
            foreach (var group in RecallWords.Of(texts[i]).GroupBy(w => w, StringComparer.Ordinal))
            {
                var count = group.Count();
                _lengths[i] += count;
                if (!_postings.TryGetValue(group.Key, out var list))
                {
                    _postings[group.Key] = list = [];
                }

                list.Add((i, count));
            }
        }

        _averageLength = _lengths.Length == 0 ? 1 : Math.Max(1, _lengths.Average());
    }

    /// <summary>How rare a word is here.</summary>
    public float Rarity(string word) => HashedEmbedding.Rarity(_postings.GetValueOrDefault(word)?.Count ?? 0, _lengths.Length);

    /// <summary>Texts with one of the words, best first.</summary>
    /// <param name="words">Each counts once.</param>
    /// <param name="isWanted">Texts that may be found.</param>
    /// <param name="most">How many.</param>
    public List<int> Search(IEnumerable<string> words, Func<int, bool> isWanted, int most)
    {
        var scores = new Dictionary<int, double>();
        foreach (var word in words.Distinct(StringComparer.Ordinal))
        {
            var rarity = Rarity(word);
            foreach (var (text, count) in _postings.GetValueOrDefault(word) ?? [])
            {
                if (isWanted(text))
                {
                    var length = 1 - LengthWeight + (LengthWeight * _lengths[text] / _averageLength);
                    scores[text] = scores.GetValueOrDefault(text) + (rarity * count * (Saturation + 1) / (count + (Saturation * length)));
                }
            }
        }

        return [.. scores.OrderByDescending(s => s.Value).ThenBy(s => s.Key).Take(most).Select(s => s.Key)];
    }
}
