namespace AiManager.Host;

/// <summary>What <c>activate</c> says wherever it is done: in a terminal's own process, or by the server that holds the data folder.</summary>
internal static class FolderActivation
{
    /// <summary>Where nobody confirms changes, a data folder has nothing in force but its company.</summary>
    public const string Uncontrolled =
        "A data folder always runs the company that it is started with, unless changeControl in company.yaml says otherwise; only a shared store (--store) has one in force.";

    /// <summary>Where tests of the policy fail.</summary>
    public const string Untested = "What does not pass its own tests does not come into force. Look at: authority test";

    /// <summary>Brings the files in this host's folder into force, or proposes them. Throws <see cref="ConfigException"/> where they are none.</summary>
    /// <param name="place">This host's; null where it has none.</param>
    /// <param name="wanted">Digest of the files that are meant: whoever asks has read them, and no others are taken.</param>
    /// <param name="caller">Who wants it, and how they said so.</param>
    /// <param name="reason">Why; null for none.</param>
    /// <param name="stream">The company's.</param>
    /// <param name="blobs">Where the texts are.</param>
    /// <param name="cancellationToken">Stops waiting; it may still have been done.</param>
    /// <returns>What came of it and of which files; null with the reason where nothing was done.</returns>
    public static async Task<(Activation? Done, CompanyBundle? Files, string? Hindrance)> OfAsync(
        Place? place, string wanted, Caller caller, string? reason, CompanyStream stream, IBlobs blobs, CancellationToken cancellationToken)
    {
        if (place?.CompanyFolder is null)
        {
            return (null, null, "This server has no company folder.");
        }

        var lying = place.LoadFolder();
        if (lying.Bundle.Hash != wanted)
        {
            return (null, null, $"The server reads {place.CompanyFolder}, and that holds other files than those that are meant. Name the same folder with --company, and try again if somebody was writing there.");
        }

        await stream.RefreshAsync(cancellationToken);
        var activation = new BundleActivation(stream, blobs, place.Load);
        if (!place.IsShared && await activation.ControlledAsync(stream.State, cancellationToken) is null && lying.Settings.ChangeControl is null)
        {
            return (null, null, Uncontrolled);
        }

        var files = await StandingRules.KeptAsync(lying.Bundle, stream.State, blobs, cancellationToken);
        return (await activation.ActivateAsync(files, overrides: true, caller.Person, reason, cancellationToken, caller.Via), files, null);
    }
}
