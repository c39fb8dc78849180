namespace AiManager.Memory;

/// <summary>Keeps the best of many, in a heap with the worst on top.</summary>
internal sealed class BestPlaces(int most)
{
    private readonly PriorityQueue<int, (float Likeness, int Later)> _kept = new(most + 1);
    private float _worst = float.NegativeInfinity;

    /// <summary>Keeps a place if it is among the best; of equals the earlier stays.</summary>
    public void Offer(int place, float likeness)
    {
        if (_kept.Count == most && likeness <= _worst)
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
            _worst = worst.Likeness;
        }
    }

    /// <summary>What was kept, best first.</summary>
    public List<(int Place, float Likeness)> InOrder() =>
        [.. _kept.UnorderedItems.Select(k => (Place: k.Element, k.Priority.Likeness)).OrderByDescending(k => k.Likeness).ThenBy(k => k.Place)];
}
