namespace AiManager.Memory;

/// <summary>Reciprocal rank fusion: several orders become one, without comparing scores of different kinds.</summary>
internal static class RankFusion
{
    /// <summary>How little the difference between the first places counts; the constant of the method's authors.</summary>
    private const double Smoothing = 60;

    /// <summary>All that stand in any order, best first; equals by <paramref name="tieBreak"/>, so that the answer is always the same.</summary>
    public static List<(T Item, double Score)> Fuse<T>(IReadOnlyList<IReadOnlyList<T>> orders, Comparison<T> tieBreak)
        where T : notnull
    {
        var scores = new Dictionary<T, double>();
        foreach (var order in orders)
        {
            for (var place = 0; place < order.Count; place++)
            {
                scores[order[place]] = scores.GetValueOrDefault(order[place]) + (1 / (Smoothing + place + 1));
            }
        }

        var fused = scores.Select(s => (s.Key, s.Value)).ToList();
        fused.Sort((a, b) => b.Value.CompareTo(a.Value) is not 0 and var order ? order : tieBreak(a.Key, b.Key));
        return fused;
    }
}
