namespace AiManager.Domain;

/// <summary>Where a standing rule goes that people asked for with an approval, once everybody has agreed to the call itself.</summary>
public interface IStandingProposals
{
    /// <summary>Proposes it; where that was done before, answers with the change that came of it. Throws <see cref="StoreUnavailableException"/>.</summary>
    /// <param name="approved">The approval; somebody in a seat of it wants a rule.</param>
    /// <param name="cancellationToken">Stops waiting; it may still have been proposed.</param>
    /// <returns>The change, or why there is none.</returns>
    Task<(ChangeId? Change, string? Hindrance)> ProposeAsync(ApprovalState approved, CancellationToken cancellationToken);
}
