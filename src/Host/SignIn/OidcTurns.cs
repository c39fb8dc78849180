namespace AiManager.Host;

/// <summary>
/// Bounds what strangers can have asked of a provider: a sign-in that was begun has one answer, whoever keeps copies of its cookie, few codes are exchanged at once, and not
/// many in a minute, from one place and from all. Nobody uses up what is for all: from half of it on a place has a few left, so that whoever comes from another still signs
/// in, and those of whom nobody says where they come from share a part of their own. Thread-safe.
/// </summary>
internal sealed class OidcTurns(TimeProvider time) : IDisposable
{
    /// <summary>Codes that are exchanged at once.</summary>
    public const int AtOnce = 4;

    /// <summary>Codes that may come from one place in a minute.</summary>
    public const int PerPlace = 20;

    /// <summary>Codes that may come from one place once half of all has been used.</summary>
    public const int WhenScarce = 3;

    /// <summary>Codes in a minute from all places together.</summary>
    public const int InAll = 300;

    /// <summary>Codes in a minute of which nobody says where they come from; they count in no other number.</summary>
    public const int Unplaced = 100;

    /// <summary>After which there is room again.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _free = new(AtOnce);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, DateTimeOffset> _answered = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _byPlace = new(StringComparer.Ordinal);
    private DateTimeOffset _since = DateTimeOffset.MinValue;
    private int _all;
    private int _unplaced;

    /// <summary>Waits for a turn, not for long.</summary>
    /// <param name="attempt">The sign-in that the code is for.</param>
    /// <param name="from">See <see cref="RequestSource"/>; null where nobody says.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<OidcTurn> TakeAsync(OidcAttempt attempt, string? from, CancellationToken cancellationToken)
    {
        if (Refusal(attempt, from) is { } refusal)
        {
            return refusal;
        }

        return await _free.WaitAsync(Longest, cancellationToken) ? new OidcTurn.Taken(_free) : new OidcTurn.TooMany("too many wait for its answer");
    }

    /// <inheritdoc/>
    public void Dispose() => _free.Dispose();

    private OidcTurn? Refusal(OidcAttempt attempt, string? from)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (now - _since >= Pause || now < _since)
            {
                (_since, _all, _unplaced) = (now, 0, 0);
                _byPlace.Clear();
                foreach (var old in _answered.Where(a => a.Value <= now).Select(a => a.Key).ToList())
                {
                    _answered.Remove(old);
                }
            }

            if (_answered.ContainsKey(attempt.State))
            {
                return new OidcTurn.Used();
            }

            if (!Counts(from))
            {
                return new OidcTurn.TooMany(from is null ? "too many were brought within a minute, and the proxy in front does not say from where" : "too many were brought within a minute");
            }

            _answered[attempt.State] = attempt.Until;
            return null;
        }
    }

    /// <summary>Counts one more where there is room; what a place brings beyond its share takes nothing from the others.</summary>
    private bool Counts(string? from)
    {
        if (from is null)
        {
            _unplaced++;
            return _unplaced <= Unplaced;
        }

        var before = _byPlace.GetValueOrDefault(from);
        if (_all >= InAll || before >= (_all < InAll / 2 ? PerPlace : WhenScarce))
        {
            return false;
        }

        (_all, _byPlace[from]) = (_all + 1, before + 1);
        return true;
    }
}
