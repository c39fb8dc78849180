using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace AiManager.Host;

/// <summary>
/// Brings files into force, or proposes them where they let more through than what is in force and the company wants a second person for that. What is compared and
/// what is written are one: if something else comes into force meanwhile, it is compared anew.
/// </summary>
internal sealed class BundleActivation(CompanyStream stream, IBlobs blobs, Func<CompanyBundle, LoadedCompany> load)
{
    /// <summary>Does it. People get here with the verb <c>activate</c>, or from the page where a change is drafted; the journal says which.</summary>
    /// <param name="files">What is wanted.</param>
    /// <param name="overrides">False to bring them into force only where nothing is.</param>
    /// <param name="author">Who wants it; null for the host by itself.</param>
    /// <param name="reason">Why, in their words; null for none.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <param name="via">How they got here.</param>
    /// <param name="basis">What they were made from: where something else is in force by now, nothing is done. Null for whatever is.</param>
    public async Task<Activation> ActivateAsync(
        CompanyBundle files, bool overrides, string? author, string? reason, CancellationToken cancellationToken, string via = Caller.LocalTerminal, string? basis = null)
    {
        await KeepAsync(files, blobs, cancellationToken);
        var actor = author is null ? Actor.System : Actor.Person(author);
        while (true)
        {
            var state = stream.State;
            if (state.Bundle == files.Hash || (state.Bundle is not null && !overrides))
            {
                return new Activation.InForce();
            }

            if (basis is not null && state.Bundle != basis)
            {
                return new Activation.Outdated();
            }

            ImmutableArray<ProposedWidening> widenings = [];
            if (await ControlledAsync(state, cancellationToken) is { } inForce)
            {
                var review = BundleReview.Of(TryLoad(inForce), load(files), stream.Time);
                if (!review.Failures.IsEmpty)
                {
                    return new Activation.Untested(review.Failures);
                }

                widenings = review.Widenings;
                if (!widenings.IsEmpty && author is null)
                {
                    return new Activation.NeedsAuthor(widenings);
                }
            }

            if (widenings.IsEmpty)
            {
                if (await stream.AppendIfAsync(s => s.Bundle == state.Bundle, [Event(files)], actor, cancellationToken))
                {
                    return new Activation.InForce();
                }
            }
            else if (await ProposeAsync(files, state.Bundle!, widenings, null, author!, via, reason, [], cancellationToken) is { } change)
            {
                return new Activation.Waits(change);
            }
        }
    }

    /// <summary>Writes the proposal of a standing rule down; the one that is there already for the same files. Null when something else is in force by now.</summary>
    public Task<ChangeState?> ProposeAsync(
        CompanyBundle files, string inForce, ImmutableArray<ProposedWidening> widenings, RuleProposal proposal, CancellationToken cancellationToken) =>
        ProposeAsync(files, inForce, widenings, proposal.Rule, proposal.Author, proposal.Via, proposal.Reason, proposal.Barred, cancellationToken);

    private async Task<ChangeState?> ProposeAsync(
        CompanyBundle files,
        string inForce,
        ImmutableArray<ProposedWidening> widenings,
        JsonText? rule,
        string author,
        string via,
        string? reason,
        ImmutableArray<string> barred,
        CancellationToken cancellationToken)
    {
        await KeepAsync(files, blobs, cancellationToken);
        var id = PrefixedId.Derive<ChangeId>(Guid.CreateVersion7(stream.Time.GetUtcNow()), $"{inForce}/{files.Hash}/{author}");
        var proposed = new ChangeProposed(id, files.Hash, DigestsOf(files), inForce, widenings, rule, reason is null ? null : new PrivateText(author, reason))
        {
            Via = via,
            Barred = barred.IsEmpty ? null : barred,
        };
        await stream.AppendIfAsync(
            s => s.Bundle == inForce && Waiting(s, files.Hash) is null && (rule is not { } wanted || ProposalOf(s, wanted) is null), [proposed], Actor.Person(author), cancellationToken);
        return rule is { } standing ? ProposalOf(stream.State, standing) : Waiting(stream.State, files.Hash);
    }

    /// <summary>The change that proposed a standing rule of the same id; null for none. Two hosts may draft the rule of one approval, and not in the same second.</summary>
    public static ChangeState? ProposalOf(CompanyState state, JsonText rule) =>
        IdOf(rule) is { } id ? state.Changes.Values.FirstOrDefault(c => c.Proposed.Rule is { } other && IdOf(other) == id) : null;

    private static string? IdOf(JsonText rule) =>
        rule.ToElement() is { ValueKind: System.Text.Json.JsonValueKind.Object } map && map.TryGetProperty("id", out var id) ? id.GetString() : null;

    /// <summary>What is in force, if it is under control; null when nothing is, or it is not.</summary>
    public async Task<CompanyBundle?> ControlledAsync(CompanyState state, CancellationToken cancellationToken) =>
        state.Bundle is not null && await Standing.ReadAsync(state, blobs, cancellationToken) is var inForce && ChangeControl.IsIn(inForce) ? inForce : null;

    /// <summary>The event that brings files into force; their texts must be kept.</summary>
    public static BundleActivated Event(CompanyBundle files) => new(files.Hash, DigestsOf(files));

    /// <summary>Keeps the texts.</summary>
    public static async Task KeepAsync(CompanyBundle files, IBlobs blobs, CancellationToken cancellationToken)
    {
        foreach (var text in files.Texts.Values)
        {
            await blobs.PutAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
        }
    }

    private static ChangeState? Waiting(CompanyState state, string hash) =>
        state.Changes.Values.FirstOrDefault(c => c.Verdict is null && c.Proposed.Classification is null && c.Proposed.Hash == hash && c.Proposed.Base == state.Bundle);

    private static ImmutableSortedDictionary<string, string> DigestsOf(CompanyBundle files) =>
        files.Texts.ToImmutableSortedDictionary(f => f.Key, f => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(f.Value))), StringComparer.Ordinal);

    private LoadedCompany? TryLoad(CompanyBundle files)
    {
        try
        {
            return load(files);
        }
        catch (ConfigException)
        {
            return null; // what cannot be bound here cannot be compared either
        }
    }
}
