namespace AiManager.Host;

/// <summary>What came of asking the provider who somebody is.</summary>
internal abstract record OidcIdentity
{
    private OidcIdentity()
    {
    }

    /// <summary>It said who.</summary>
    /// <param name="Subject">Its own id of them.</param>
    /// <param name="Email">Their address; null where it gave none.</param>
    /// <param name="IsVerified">True when it says that the address is theirs.</param>
    internal sealed record Known(string Subject, string? Email, bool IsVerified) : OidcIdentity;

    /// <summary>What it said is not taken.</summary>
    /// <param name="Why">For the log; nothing that is secret.</param>
    internal sealed record Refused(string Why) : OidcIdentity;

    /// <summary>It could not be asked.</summary>
    /// <param name="Why">For the log; nothing that is secret.</param>
    internal sealed record Away(string Why) : OidcIdentity;
}
