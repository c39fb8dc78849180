using System.Net;

namespace AiManager.Host;

/// <summary>
/// Bounds what strangers can have asked of a provider: a sign-in that was begun has one answer, whoever keeps copies of its cookie, few codes are exchanged at once, and not
/// many in a minute, from one address and from all. Thread-safe.
/// </summary>
internal sealed class OidcTurns(TimeProvider time) : IDisposable
{
    /// <summary>Codes that are exchanged at once.</summary>
    public const int AtOnce = 4;

    /// <summary>Codes that one address may bring in a minute.</summary>
    public const int PerAddress = 20;

    /// <summary>Codes in a minute, whoever brings them.</summary>
    public const int InAll = 300;

    /// <summary>After which there is room again.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _free = new(AtOnce);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, DateTimeOffset> _answered = new(StringComparer.Ordinal);
    private readonly Dictionary<IPAddress, int> _byAddress = [];
    private DateTimeOffset _since = DateTimeOffset.MinValue;
    private int _all;

    /// <summary>Waits for a turn, not for long.</summary>
    /// <param name="attempt">The sign-in that the code is for.</param>
    /// <param name="from">Who brings it; null where a proxy stands in front, and all come from one address.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<OidcTurn> TakeAsync(OidcAttempt attempt, IPAddress? from, CancellationToken cancellationToken)
    {
        if (Refusal(attempt, from) is { } refusal)
        {
            return refusal;
        }

        return await _free.WaitAsync(Longest, cancellationToken) ? new OidcTurn.Taken(_free) : new OidcTurn.TooMany("too many wait for its answer");
    }

    /// <inheritdoc/>
    public void Dispose() => _free.Dispose();

    private OidcTurn? Refusal(OidcAttempt attempt, IPAddress? from)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (now - _since >= Pause || now < _since)
            {
                (_since, _all) = (now, 0);
                _byAddress.Clear();
                foreach (var old in _answered.Where(a => a.Value <= now).Select(a => a.Key).ToList())
                {
                    _answered.Remove(old);
                }
            }

            if (_answered.ContainsKey(attempt.State))
            {
                return new OidcTurn.Used();
            }

            // What one address brings beyond its share takes nothing from the others.
            if (_all >= InAll || (from is not null && _byAddress.GetValueOrDefault(from) >= PerAddress))
            {
                return new OidcTurn.TooMany("too many were brought within a minute");
            }

            _all++;
            if (from is not null)
            {
                _byAddress[from] = _byAddress.GetValueOrDefault(from) + 1;
            }

            _answered[attempt.State] = attempt.Until;
            return null;
        }
    }
}
