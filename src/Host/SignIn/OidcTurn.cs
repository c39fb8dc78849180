namespace AiManager.Host;

/// <summary>Whether a code may be exchanged now.</summary>
internal abstract record OidcTurn
{
    private OidcTurn()
    {
    }

    /// <summary>It may.</summary>
    /// <param name="Held">Given back when it has been.</param>
    internal sealed record Taken(SemaphoreSlim Held) : OidcTurn, IDisposable
    {
        /// <inheritdoc/>
        public void Dispose() => Held.Release();
    }

    /// <summary>The sign-in has had its answer.</summary>
    internal sealed record Used : OidcTurn;

    /// <summary>There is no room.</summary>
    /// <param name="Why">For the log; ends the sentence "refused, because".</param>
    internal sealed record TooMany(string Why) : OidcTurn;
}
