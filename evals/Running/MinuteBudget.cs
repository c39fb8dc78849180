namespace AiManager.Evals;

/// <summary>
/// So much a minute, refilled as time passes, with a clock that is handed in: those of System.Threading.RateLimiting read the machine's own. What a question costs is known when it
/// was answered: until then its estimate is taken, and what it took more is owed. Not for several callers at once.
/// </summary>
/// <param name="perMinute">How much; also what is there at first.</param>
/// <param name="time">The clock.</param>
internal sealed class MinuteBudget(int perMinute, TimeProvider time)
{
    private double _left = perMinute;
    private long _seen = time.GetTimestamp();

    /// <summary>How long until <paramref name="amount"/> is there; zero when it is. More than a minute's worth waits for a full minute, not for ever.</summary>
    public TimeSpan Until(double amount)
    {
        Refill();
        var missing = Math.Min(amount, perMinute) - _left;
        return missing <= 0 ? TimeSpan.Zero : TimeSpan.FromMinutes(missing / perMinute);
    }

    /// <summary>Takes it; below 0 gives it back.</summary>
    public void Take(double amount)
    {
        Refill();
        _left = Math.Min(perMinute, _left - amount);
    }

    private void Refill()
    {
        var now = time.GetTimestamp();
        _left = Math.Min(perMinute, _left + (perMinute * time.GetElapsedTime(_seen, now).TotalMinutes));
        _seen = now;
    }
}
