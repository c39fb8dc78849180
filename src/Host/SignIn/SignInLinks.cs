using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace AiManager.Host;

/// <summary>Links that sign a person in once: printed where only they can read it.</summary>
internal sealed class SignInLinks(TimeProvider time)
{
    /// <summary>How long a link is good.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private readonly ConcurrentDictionary<string, (string Person, DateTimeOffset Until)> _open = new(StringComparer.Ordinal);

    /// <summary>A code that stands for <paramref name="person"/>, once.</summary>
    public string New(string person)
    {
        var code = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        _open[code] = (person, time.GetUtcNow() + Lifetime);
        return code;
    }

    /// <summary>Uses a code up. Null when it is none, was used, or is too old.</summary>
    public (string Person, DateTimeOffset Until)? Use(string code) => _open.TryRemove(code, out var link) && time.GetUtcNow() < link.Until ? link : null;

    /// <summary>Gives a code back that was used and signed nobody in: it is as good as before, and no longer.</summary>
    public void GiveBack(string code, (string Person, DateTimeOffset Until) link) => _open[code] = link;
}
