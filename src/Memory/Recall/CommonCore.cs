namespace AiManager.Memory;

/// <summary>
/// What the likest of many texts have in common, and how much of that another has. Texts about one thing say it in other words, but those words come back among them; what else
/// each of them says does not. Pure.
/// </summary>
internal sealed class CommonCore
{
    /// <summary>So many of the likest are looked at.</summary>
    public const int Likest = 15;

    /// <summary>Of fewer it cannot be told what they have in common.</summary>
    public const int Fewest = 5;

    /// <summary>A word that fewer of them have is one of them's own.</summary>
    private const double LeastShare = 0.4;

    private readonly Dictionary<string, double> _weights = new(StringComparer.Ordinal);
    private readonly double _all;

    /// <param name="likest">The words of each.</param>
    /// <param name="rarity">How rare a word is among everything.</param>
    public CommonCore(IReadOnlyList<IReadOnlySet<string>> likest, Func<string, double> rarity)
    {
        foreach (var word in WordsOf(likest))
        {
            var share = likest.Count(t => t.Contains(word)) / (double)likest.Count;
            _weights[word] = share * share * rarity(word);
        }

        _all = _weights.Values.Sum();
    }

    /// <summary>The words that enough of them have; one letter or figure says nothing.</summary>
    public static IEnumerable<string> WordsOf(IReadOnlyList<IReadOnlySet<string>> likest) =>
        likest.SelectMany(t => t).Where(w => w.Length > 1).GroupBy(w => w, StringComparer.Ordinal).Where(g => g.Count() >= LeastShare * likest.Count).Select(g => g.Key);

    /// <summary>From 0 to 1, how much of it a text has; 0 where there is nothing in common.</summary>
    public double ShareOf(IReadOnlySet<string> words) => _all > 0 ? _weights.Where(w => words.Contains(w.Key)).Sum(w => w.Value) / _all : 0;
}
