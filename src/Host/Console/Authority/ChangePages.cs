using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>What whoever is to confirm a change reads: what becomes of the files, and what that does and would have done.</summary>
/// <param name="Change">The change.</param>
/// <param name="Confirms">The role of whoever confirms; null where nobody has to.</param>
/// <param name="InForce">Digest of what is in force.</param>
/// <param name="Files">How each file becomes another; empty where none does, or where that cannot be told.</param>
/// <param name="Fault">Why that cannot be told; null where it can.</param>
/// <param name="Found">What it would do beside what is in force; null for what does not wait any more.</param>
internal sealed record ChangePage(ChangeResource Change, string? Confirms, string? InForce, ImmutableArray<FileDifference> Files, string? Fault, DraftFindings? Found) : IHoldsForms
{
    /// <inheritdoc/>
    public bool Holds(string form) => Change.Status == ChangeResource.Pending && form == ChangeParts.FormOf(Change);
}

/// <summary><c>/authority/changes/{id}</c>: one change in full. Nobody should agree to what they were only told the name of.</summary>
internal static class ChangePages
{
    /// <summary>Maps it. What it works out is a draft's, and so is how often somebody may have that.</summary>
    public static void MapChangePages(this IEndpointRouteBuilder app) =>
        app.MapGroup("/authority/changes").ExcludeFromDescription().RequireAuthorization(Permission.Read).RequireRateLimiting(RequestLimits.Drafts).MapGet("/{id}", Show);

    private static async Task<IResult> Show(
        string id, HttpContext context, PageWriter writer, ChangeDesk desk, DraftDesk drafts, LoadedCompany company, CompanyStream stream, IBlobs blobs, CancellationToken cancellationToken)
    {
        await stream.RefreshAsync(cancellationToken);
        if (desk.Find(RequestText.Id<ChangeId>(id)) is not { } change)
        {
            return new PageFault(StatusCodes.Status404NotFound, "There is no such change.");
        }

        var page = new ChangePage(ChangeResource.Of(change), company.Settings.ChangeControl?.Role, stream.State.Bundle, [], null, null);
        if (change.Proposed.Classification is null)
        {
            try
            {
                page = change.Verdict is null ? await WaitingAsync(page, change, drafts, company, blobs, cancellationToken) : await SettledAsync(page, change, stream.State, blobs, cancellationToken);
            }
            catch (Exception unreadable) when (unreadable is ConfigException or UsageException)
            {
                page = page with { Fault = unreadable.Message };
            }
        }

        // Who confirms a change has to know its texts. An audience is kept from everybody else, as on the pages about knowledge: also from who proposed it, who need not have read what stood there before.
        return await writer.ShowAsync<ChangeReview>(
            context, desk.IsConfirmer(Caller.Of(context.User).Person) ? page : page with { Files = [.. page.Files.Select(f => IsKnowledge(f) ? f.Untold() : f)] });
    }

    private static bool IsKnowledge(FileDifference file) => file.File.StartsWith(Citations.Folder, StringComparison.Ordinal);

    /// <summary>Beside what is in force now: a rule by itself goes to whatever that is.</summary>
    private static async Task<ChangePage> WaitingAsync(ChangePage page, ChangeState change, DraftDesk drafts, LoadedCompany company, IBlobs blobs, CancellationToken cancellationToken)
    {
        if (change.Proposed.Rule is null && change.Base != company.Bundle.Hash)
        {
            return page with { Fault = ChangeDesk.NotTakenOn };
        }

        var files = change.Proposed.Rule is { } rule ? StandingRules.With(company.Bundle, rule) : await Standing.ReadAsync(change.Proposed.Files, blobs, cancellationToken);
        return page with { Files = FileDifference.Between(company.Bundle.Texts, files.Texts), Found = await drafts.LookAsync(company, files, cancellationToken) };
    }

    /// <summary>Beside what was in force when it was compared last.</summary>
    private static async Task<ChangePage> SettledAsync(ChangePage page, ChangeState change, CompanyState state, IBlobs blobs, CancellationToken cancellationToken)
    {
        if (!state.Bundles.TryGetValue(change.Base, out var before))
        {
            return page with { Fault = "What it was compared with was never in force." };
        }

        var was = await Standing.ReadAsync(before, blobs, cancellationToken);
        var files = change.Proposed.Rule is { } rule ? StandingRules.With(was, rule) : await Standing.ReadAsync(change.Proposed.Files, blobs, cancellationToken);
        return page with { Files = FileDifference.Between(was.Texts, files.Texts) };
    }
}
