using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace AiManager.Host;

/// <summary>
/// Which browsers' sessions are open. A cookie says by itself whose it is; that it still counts stands here, so that a copy of it is worth nothing once its owner has signed
/// out or looks as somebody else. It ends with the process, as the cookies do. Thread-safe.
/// </summary>
internal sealed class OpenSessions(TimeProvider time)
{
    /// <summary>How long a session lives that nobody uses.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _until = new(StringComparer.Ordinal);

    /// <summary>A new one; those that nobody has used for too long are forgotten meanwhile.</summary>
    public string Begin()
    {
        var now = time.GetUtcNow();
        foreach (var (old, until) in _until.Where(s => s.Value <= now))
        {
            _until.TryRemove(KeyValuePair.Create(old, until));
        }

        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        _until[id] = now + Lifetime;
        return id;
    }

    /// <summary>True while it counts; using it lengthens it.</summary>
    public bool Use(string? id)
    {
        var now = time.GetUtcNow();
        if (id is null || !_until.TryGetValue(id, out var until) || now >= until)
        {
            return false;
        }

        // Where another request of the same browser was first, or ended it, there is nothing to lengthen.
        _until.TryUpdate(id, now + Lifetime, until);
        return true;
    }

    /// <summary>True while it counts; looking does not lengthen it.</summary>
    public bool IsOpen(string id) => _until.TryGetValue(id, out var until) && time.GetUtcNow() < until;

    /// <summary>Ends it; null for none. True when it was there to be ended.</summary>
    public bool End(string? id) => id is not null && _until.TryRemove(id, out _);
}
