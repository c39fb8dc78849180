using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace AiManager.Host;

/// <summary>Links that sign a person in once: printed where only they can read it.</summary>
internal sealed class SignInLinks(TimeProvider time)
{
    /// <summary>How long a link is good.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private readonly ConcurrentDictionary<string, (string Person, DateTimeOffset Until)> _open = new(StringComparer.Ordinal);

    /// <summary>
    /// Where a link of this host's leads: to the name that browsers know the service by, or to this machine. A link is known to the host that made it alone, and of several hosts behind one name any
    /// may be the one that is asked.
    /// </summary>
    /// <param name="limits">Names the service's addresses.</param>
    /// <param name="url">Where the host listens.</param>
    /// <param name="local">Where its own machine reaches it.</param>
    /// <param name="isShared">Whether other hosts may stand behind the same name.</param>
    public static Uri AddressOf(ApiLimits limits, Uri url, Uri local, bool isShared)
    {
        ArgumentNullException.ThrowIfNull(limits);
        return !isShared && url != local && limits.Addresses.FirstOrDefault() is { } named ? named : local;
    }

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
