using System.Collections.Immutable;
using System.Security.Claims;

namespace AiManager.Host;

/// <summary>Makes and revokes API keys. They live in the company's stream, so every host knows them.</summary>
internal sealed class KeyDesk(ICompany company, IDirectory directory, TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    /// <summary>Every key ever made, oldest first.</summary>
    public ImmutableArray<KeyState> All => [.. company.State.Keys.Values.OrderBy(k => k.At).ThenBy(k => k.Created.Key, StringComparer.Ordinal)];

    /// <summary>Makes a key that is <paramref name="person"/>. Throws <see cref="UsageException"/> for a person or a scope that is none, and for a scope that the person's roles do not give.</summary>
    /// <param name="person">An id of <c>people.yaml</c>.</param>
    /// <param name="scopes">What it is limited to; none for all that the person may.</param>
    /// <param name="lifetime">How long it is good; null for as long as nobody revokes it.</param>
    /// <param name="actor">Who makes it.</param>
    /// <param name="cancellationToken">Stops waiting; the key may be there, and its secret is lost.</param>
    public async Task<ApiKey> CreateAsync(string person, ImmutableArray<string> scopes, TimeSpan? lifetime, Actor actor, CancellationToken cancellationToken)
    {
        if (directory.Person(person) is not { } known)
        {
            throw new UsageException($"There is no person '{person}' in people.yaml. There are: {string.Join(", ", directory.People.Select(p => p.Id))}.");
        }

        if (scopes.FirstOrDefault(s => !Permission.Scopes.Contains(s)) is { } unknown)
        {
            throw new UsageException($"There is no scope '{unknown}'. There are: {string.Join(", ", Permission.Scopes)}.");
        }

        if (scopes.FirstOrDefault(s => !RolePermissions.Of(known.Roles).Contains(s)) is { } beyond)
        {
            throw new UsageException(
                $"{known.Name} may not have a key for '{beyond}': what it could do, they could not. {Refusal.Takes(beyond)} Theirs: {Refusal.Words(known.Roles)}, which give {string.Join(", ", RolePermissions.Of(known.Roles))}.");
        }

        var key = ApiKey.New();
        await company.AppendAsync([new KeyCreated(key.Id, person, [.. scopes.Distinct()], key.SecretHash, time.GetUtcNow() + lifetime)], actor, cancellationToken);
        return key;
    }

    /// <summary>Reads how long a key is to be good; null where nobody said. Throws <see cref="UsageException"/> for what is no such time.</summary>
    public static TimeSpan? ReadLifetime(string? text) => text is null ? null
        : Duration.TryRead(text, out var lifetime) && lifetime > TimeSpan.Zero && lifetime <= Longest ? lifetime
        : throw new UsageException($"'{RequestText.Short(text)}' is not how long a key is good: a whole number with s, m, h or d, at most {(int)Longest.TotalDays}d, such as 90d.");

    /// <summary>What of the keys somebody is shown.</summary>
    /// <param name="user">Who asks: their own keys; whoever answers for the service, everybody's.</param>
    public IEnumerable<KeyState> ShownTo(ClaimsPrincipal user) => Caller.May(user, Permission.Keys) ? All : All.Where(k => k.Created.Person == Caller.Of(user).Person);

    /// <summary>Whether somebody may revoke a key: whoever answers for the service any, everybody else their own; who came with a key that is limited, that one.</summary>
    public static bool MayRevoke(ClaimsPrincipal user, KeyState key) => Caller.May(user, Permission.Keys)
        || (key.Created.Person == Caller.Of(user).Person && (Caller.ScopesOf(user).IsEmpty || Caller.KeyOf(user) == key.Created.Key));

    /// <summary>Revokes a key for good. False when there is none of that id, or it is revoked already.</summary>
    /// <param name="id">The key's public id.</param>
    /// <param name="actor">Who revokes it.</param>
    /// <param name="via">How; null where the actor says it.</param>
    /// <param name="cancellationToken">Stops waiting; it may still have landed.</param>
    public async Task<bool> RevokeAsync(string id, Actor actor, string? via, CancellationToken cancellationToken)
    {
        if (company.State.Keys.GetValueOrDefault(id) is not { IsRevoked: false })
        {
            return false;
        }

        await company.AppendAsync([new KeyRevoked(id) { Via = via }], actor, cancellationToken);
        return true;
    }
}
