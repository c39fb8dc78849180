using System.Numerics.Tensors;

namespace AiManager.Memory;

/// <summary>
/// The embedding that needs no weights: words, pairs of words and runs of letters, each hashed to a place and a sign. What is stored holds how often each is there and nothing
/// else, so that a new text shifts none before it; how rare a word is weighs the question.
/// </summary>
internal static class HashedEmbedding
{
    /// <summary>The space of these vectors: two of another space must never be compared.</summary>
    public const string Space = "hashed-1/512";

    /// <summary>How many numbers a vector has.</summary>
    public const int Dimensions = 512;

    /// <summary>Hashed to so few places, two texts about different things are this much alike.</summary>
    public const float Chance = 0.05f;

    private const float PairWeight = 0.5f;
    private const float RunWeight = 0.35f;
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    /// <summary>The vector of a text that is stored, of length 1; all zeros when the text has no words.</summary>
    public static float[] OfText(string text) => Of([.. RecallWords.Of(text)], _ => 1);

    /// <summary>The vector of a question, of length 1.</summary>
    /// <param name="words">Its words.</param>
    /// <param name="rarity">How rare a word is among what is stored; 0 leaves it out.</param>
    public static float[] OfQuestion(IReadOnlyList<string> words, Func<string, float> rarity) => Of(words, rarity);

    /// <summary>How rare a word is that <paramref name="with"/> of <paramref name="all"/> texts have; what none has counts as rarest.</summary>
    public static float Rarity(long with, long all) => MathF.Log(1 + ((all - with + 0.5f) / (with + 0.5f)));

    private static float[] Of(IReadOnlyList<string> words, Func<string, float> weight)
    {
        var counts = new Dictionary<ulong, float>();
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            var rarity = weight(word);
            Add(counts, Hash('w', word), rarity);
            if (i > 0)
            {
                Add(counts, Hash('p', words[i - 1], word), PairWeight * MathF.Min(rarity, weight(words[i - 1])));
            }

            AddRuns(counts, word, rarity);
        }

        var vector = new float[Dimensions];
        foreach (var (feature, count) in counts)
        {
            // Ten times the same word is not ten times as much about it.
            var value = MathF.Sqrt(count);
            vector[(int)(feature % Dimensions)] += (feature >> 63) == 0 ? value : -value;
        }

        var length = TensorPrimitives.Norm<float>(vector);
        if (length > 0)
        {
            TensorPrimitives.Divide(vector, length, vector);
        }

        return vector;
    }

    /// <summary>Runs of three to five letters of the word with its borders: what misspelt and inflected words share.</summary>
    private static void AddRuns(Dictionary<ulong, float> counts, string word, float rarity)
    {
        var bordered = $"<{word}>";
        for (var length = 3; length <= 5; length++)
        {
            for (var start = 0; start + length <= bordered.Length; start++)
            {
                Add(counts, Hash('r', bordered.AsSpan(start, length)), RunWeight * rarity / length);
            }
        }
    }

    private static void Add(Dictionary<ulong, float> counts, ulong feature, float weight) => counts[feature] = counts.GetValueOrDefault(feature) + weight;

    /// <summary>FNV-1a with a last stir: the same on every machine and in every release, as stored vectors must be.</summary>
    private static ulong Hash(char kind, ReadOnlySpan<char> first, ReadOnlySpan<char> second = default)
    {
        var hash = (Offset ^ kind) * Prime;
        foreach (var c in first)
        {
            hash = (hash ^ c) * Prime;
        }

        hash = (hash ^ ' ') * Prime;
        foreach (var c in second)
        {
            hash = (hash ^ c) * Prime;
        }

        hash ^= hash >> 33;
        hash *= 0xff51afd7ed558ccd;
        return hash ^ (hash >> 29);
    }
}
