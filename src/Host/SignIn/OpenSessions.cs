using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;

namespace AiManager.Host;

/// <summary>
/// Which browsers' sessions are open. A cookie says by itself whose it is and when somebody last used it; that its session still counts stands in the company's stream, so that every
/// host says the same, also after a restart, and a copy of a cookie is worth nothing once its owner has signed out, looks as somebody else, or was signed out by another. Thread-safe.
/// </summary>
internal sealed class OpenSessions(CompanyStream company, TimeProvider time)
{
    /// <summary>How long a session lives that nobody uses; a page that is merely open does not use it.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    // What could not be written, beside a host that could not have read it: it holds on this host and ends with it.
    private readonly ConcurrentDictionary<string, SessionState> _unwritten = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _endedHere = new(StringComparer.Ordinal);

    /// <summary>An id for a new one.</summary>
    public static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>All that are open, newest first.</summary>
    public ImmutableArray<SessionState> All => [.. company.State.Sessions.Values.Concat(_unwritten.Values).Where(s => IsOpen(s.Session)).OrderByDescending(s => s.At).ThenBy(s => s.Session, StringComparer.Ordinal)];

    /// <summary>True while it counts, as far as this host knows; false for none. Where a newer program wrote what this one cannot read, nobody knows which have ended, and none counts.</summary>
    public bool IsOpen(string? id) =>
        id is not null && company.Unreadable is null && !_endedHere.ContainsKey(id)
        && (company.State.Sessions.GetValueOrDefault(id) ?? _unwritten.GetValueOrDefault(id))?.IsOpen(time.GetUtcNow()) == true;

    /// <summary>The same; for one that is not known here the store is asked once more.</summary>
    public async ValueTask<bool> IsOpenAsync(string? id, CancellationToken cancellationToken)
    {
        if (id is null || company.Unreadable is not null || company.State.Sessions.ContainsKey(id) || _unwritten.ContainsKey(id))
        {
            return IsOpen(id);
        }

        try
        {
            await company.RefreshAsync(CompanyStream.Fresh, cancellationToken);
        }
        catch (Exception fault) when (fault is StoreUnavailableException or UnknownEventException or JsonException)
        {
            return false; // what nobody can look up, or read, opens nothing
        }

        return IsOpen(id);
    }

    /// <summary>Begins one that the journal does not tell of.</summary>
    public void BeginUnwritten(SessionState session)
    {
        ArgumentNullException.ThrowIfNull(session);
        Forget(session.At);
        _unwritten[session.Session] = session;
    }

    /// <summary>Ends it on this host, whatever the journal tells of it; null for none.</summary>
    public void End(string? id)
    {
        if (IsOpen(id))
        {
            Forget(time.GetUtcNow());
            _endedHere[id!] = time.GetUtcNow() + SessionState.Longest;
            _unwritten.TryRemove(id!, out _);
        }
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var old in _endedHere.Where(e => e.Value <= now).ToList())
        {
            _endedHere.TryRemove(old);
        }

        foreach (var old in _unwritten.Where(s => !s.Value.IsOpen(now)).ToList())
        {
            _unwritten.TryRemove(old);
        }
    }
}
