namespace AiManager.Memory;

/// <summary>Keeps the best of many, in a heap with the worst on top.</summary>
internal sealed class BestPlaces(int most)
{
    private readonly PriorityQueue<int, (float Likeness, int Later)> _kept = new(most + 1);

    /// <summary>What is no better than this is not kept.</summary>
    public float Worst { get; private set; } = float.NegativeInfinity;

    /// <summary>Keeps a place if it is among the best; of equals the earlier stays.</summary>
    public void Offer(int place, float likeness)
    {
        if (_kept.Count == most && likeness <= Worst)
        {
            return;
        }

        _kept.Enqueue(place, (likeness, -place));
        if (_kept.Count > most)
        {
            _kept.Dequeue();
        }

        if (_kept.Count == most)
        {
            _kept.TryPeek(out _, out var worst);
            Worst = worst.Likeness;
        }
    }

    /// <summary>What was kept, best first.</summary>
    public List<(int Place, float Likeness)> InOrder() =>
        [.. _kept.UnorderedItems.Select(k => (Place: k.Element, k.Priority.Likeness)).OrderByDescending(k => k.Likeness).ThenBy(k => k.Place)];
}
