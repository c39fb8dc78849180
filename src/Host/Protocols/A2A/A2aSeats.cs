using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>
/// Bounds how many calls of one person may stay open at once. All of A2A's methods share one route, so the limit of the streams' routes cannot tell which
/// of them stay. Thread-safe.
/// </summary>
internal sealed class A2aSeats
{
    private ImmutableDictionary<string, int> _taken = ImmutableDictionary<string, int>.Empty;

    /// <summary>Takes one; null when the person has as many as they may.</summary>
    /// <param name="person">Whose.</param>
    /// <param name="most">How many one person may have.</param>
    public IDisposable? Take(string person, int most)
    {
        var taken = true;
        ImmutableInterlocked.Update(ref _taken, all => (taken = all.GetValueOrDefault(person) < most) ? all.SetItem(person, all.GetValueOrDefault(person) + 1) : all);
        return taken ? new Seat(this, person) : null;
    }

    private void Leave(string person) =>
        ImmutableInterlocked.Update(ref _taken, all => all[person] > 1 ? all.SetItem(person, all[person] - 1) : all.Remove(person));

    private sealed class Seat(A2aSeats seats, string person) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                seats.Leave(person);
            }
        }
    }
}
