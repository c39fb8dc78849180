namespace AiManager.Domain;

/// <summary>Finds what an author probably meant.</summary>
internal static class Spelling
{
    /// <returns>" Did you mean 'x'?" with the nearest candidate, or nothing where none is near.</returns>
    public static string Suggest(string written, IEnumerable<string> candidates)
    {
        var tolerance = Math.Min(3, 1 + (written.Length / 4));
        var nearest = candidates
            .Where(candidate => Math.Abs(candidate.Length - written.Length) <= tolerance)
            .Select(candidate => (Candidate: candidate, Distance: Distance(written.ToUpperInvariant(), candidate.ToUpperInvariant())))
            .Where(pair => pair.Distance <= tolerance && pair.Distance < written.Length)
            .OrderBy(pair => pair.Distance).ThenBy(pair => pair.Candidate, StringComparer.Ordinal)
            .FirstOrDefault();
        return nearest.Candidate is null ? "" : $" Did you mean '{nearest.Candidate}'?";
    }

    /// <summary>Levenshtein's: how many characters must be put in, left out or exchanged.</summary>
    private static int Distance(string left, string right)
    {
        var above = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var row = 1; row <= left.Length; row++)
        {
            var current = new int[right.Length + 1];
            current[0] = row;
            for (var column = 1; column <= right.Length; column++)
            {
                var exchange = above[column - 1] + (left[row - 1] == right[column - 1] ? 0 : 1);
                current[column] = Math.Min(exchange, 1 + Math.Min(above[column], current[column - 1]));
            }
            above = current;
        }
        return above[^1];
    }
}
