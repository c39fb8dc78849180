namespace AiManager.Host;

/// <summary>Finds the key that somebody shows: by a program in each request, by a person once, to sign in.</summary>
internal sealed class KeyLookup(CompanyStream company, TimeProvider time, ILogger<KeyLookup> logger)
{
    /// <summary>False when a newer program wrote what this one cannot read: then nobody knows which keys have been revoked, and none opens anything.</summary>
    public bool IsReadable => company.Unreadable is null;

    /// <summary>The key's entry; null when it opens nothing. One that is not known here may have been made on another host a moment ago: then the store is asked once more.</summary>
    /// <param name="token">As shown.</param>
    /// <param name="mayAsk">Whether the store may be asked for it.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<KeyState?> FindAsync(string token, bool mayAsk, CancellationToken cancellationToken)
    {
        if (!IsReadable || ApiKey.Read(token) is not { } key)
        {
            return null;
        }

        if (key.FindIn(company.State.Keys) is { } known)
        {
            return Good(known);
        }

        if (!mayAsk)
        {
            return null;
        }

        try
        {
            await company.RefreshAsync(CompanyStream.Fresh, cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            return null; // what nobody can look up opens nothing
        }

        return key.FindIn(company.State.Keys) is { } found ? Good(found) : null;
    }

    /// <summary>Whether a key that opened a session still opens it.</summary>
    public bool IsStillGood(string id) => IsReadable && company.State.Keys.GetValueOrDefault(id)?.IsGood(time.GetUtcNow()) == true;

    // Whoever shows it learns only that it opens nothing; whoever runs the service finds here why.
    private KeyState? Good(KeyState key)
    {
        if (key.IsGood(time.GetUtcNow()))
        {
            return key;
        }

        logger.KeyRefused(key.Created.Key, key.Created.Person, key.IsRevoked ? "it was revoked" : $"its time was over at {key.Created.Until:yyyy-MM-dd HH:mm} UTC");
        return null;
    }
}
