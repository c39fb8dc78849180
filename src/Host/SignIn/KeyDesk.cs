using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>Makes and revokes API keys. They live in the company's stream, so every host knows them.</summary>
internal sealed class KeyDesk(ICompany company, IDirectory directory)
{
    /// <summary>Every key ever made, oldest first.</summary>
    public ImmutableArray<KeyState> All => [.. company.State.Keys.Values.OrderBy(k => k.At).ThenBy(k => k.Created.Key, StringComparer.Ordinal)];

    /// <summary>Makes a key that is <paramref name="person"/>. Throws <see cref="UsageException"/> for a person or a scope that is none.</summary>
    /// <param name="person">An id of <c>people.yaml</c>.</param>
    /// <param name="scopes">What it is limited to; none for all that the person may.</param>
    /// <param name="actor">Who makes it.</param>
    /// <param name="cancellationToken">Stops waiting; the key may be there, and its secret is lost.</param>
    public async Task<ApiKey> CreateAsync(string person, ImmutableArray<string> scopes, Actor actor, CancellationToken cancellationToken)
    {
        if (directory.Person(person) is null)
        {
            throw new UsageException($"There is no person '{person}' in people.yaml. There are: {string.Join(", ", directory.People.Select(p => p.Id))}.");
        }

        if (scopes.FirstOrDefault(s => !Permission.Scopes.Contains(s)) is { } unknown)
        {
            throw new UsageException($"There is no scope '{unknown}'. There are: {string.Join(", ", Permission.Scopes)}.");
        }

        var key = ApiKey.New();
        await company.AppendAsync([new KeyCreated(key.Id, person, [.. scopes.Distinct()], key.SecretHash)], actor, cancellationToken);
        return key;
    }

    /// <summary>Revokes a key for good. False when there is none of that id, or it is revoked already.</summary>
    public async Task<bool> RevokeAsync(string id, Actor actor, CancellationToken cancellationToken)
    {
        if (company.State.Keys.GetValueOrDefault(id) is not { IsRevoked: false })
        {
            return false;
        }

        await company.AppendAsync([new KeyRevoked(id)], actor, cancellationToken);
        return true;
    }
}
