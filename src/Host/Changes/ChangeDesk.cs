using System.Collections.Immutable;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>Where a second person confirms or rejects what lets more through. One desk for terminal, API and pages.</summary>
internal sealed class ChangeDesk(CompanyStream stream, IBlobs blobs, LoadedCompany company)
{
    /// <summary>What is said where this host still runs what was in force before.</summary>
    internal const string NotTakenOn = "This host has not taken on what is in force. Try again in a moment.";

    /// <summary>Characters that a reason may have.</summary>
    public const int LongestReason = 2000;

    private readonly BundleActivation _activation = new(stream, blobs, company.Other);

    /// <summary>Every change, the newest first.</summary>
    public ImmutableArray<ChangeState> All => Newest(stream.State.Changes.Values);

    /// <summary>One; null when there is none of that id.</summary>
    public ChangeState? Find(ChangeId id) => stream.State.Changes.GetValueOrDefault(id);

    /// <summary>Those that wait and that a person can confirm, the newest first.</summary>
    public ImmutableArray<ChangeState> WaitingFor(string person)
    {
        var state = stream.State;
        return Newest(state.Changes.Values.Where(c => c.Verdict is null && Refusal(state, c.Proposed.Change, person, ChangeVerdict.Confirmed) is null));
    }

    /// <summary>True for whoever confirms changes, though none of their own.</summary>
    public bool IsConfirmer(string person) =>
        company.Settings.ChangeControl is { } control && ((IDirectory)company.Directory).Person(person)?.Roles.Contains(control.Role) == true;

    private static ImmutableArray<ChangeState> Newest(IEnumerable<ChangeState> changes) => [.. changes.OrderByDescending(c => c.At).ThenBy(c => c.Proposed.Change.Value)];

    /// <summary>Brings it into force. Whoever proposed it never does, whatever their roles.</summary>
    /// <param name="id">Which.</param>
    /// <param name="person">Who confirms: a person's id.</param>
    /// <param name="via">How.</param>
    /// <param name="reason">Their words; null for none.</param>
    /// <param name="cancellationToken">Stops waiting; it may still have come into force.</param>
    public Task<ChangeResult> ConfirmAsync(ChangeId id, string person, string via, string? reason, CancellationToken cancellationToken) =>
        DecideAsync(id, person, new ChangeDecided(id, ChangeVerdict.Confirmed, Words(person, reason)) { Via = via }, cancellationToken);

    /// <summary>Leaves it for good, with a reason. Its author may, too, and without one: that takes it back.</summary>
    public Task<ChangeResult> RejectAsync(ChangeId id, string person, string via, string? reason, CancellationToken cancellationToken) =>
        DecideAsync(id, person, new ChangeDecided(id, ChangeVerdict.Rejected, Words(person, reason)) { Via = via }, cancellationToken);

    /// <summary>
    /// Proposes one more standing rule; one that was proposed already under its id is not proposed again, whatever became of it. It takes effect when a second person confirms it, and never by itself; where nobody is named who confirms, it is not taken.
    /// </summary>
    /// <param name="proposal">The rule, who wants it, and who may not confirm it.</param>
    /// <param name="cancellationToken">Stops waiting; it may still have been proposed.</param>
    public async Task<(ChangeState? Change, string? Hindrance)> ProposeRuleAsync(RuleProposal proposal, CancellationToken cancellationToken)
    {
        while (true)
        {
            await stream.RefreshAsync(cancellationToken);
            if (BundleActivation.ProposalOf(stream.State, proposal.Rule) is { } known)
            {
                return (known, null);
            }

            if (await InForceAsync(cancellationToken) is not { } inForce)
            {
                return (null, "What is in force cannot be read by this host.");
            }

            if (WhyNoRule(inForce, proposal.Rule) is { } hindrance)
            {
                return (null, hindrance);
            }

            // If something else comes into force meanwhile, it is compared anew.
            var files = StandingRules.With(inForce.Bundle, proposal.Rule);
            var widenings = Widenings(proposal.Rule, BundleReview.Of(inForce, inForce.Other(files), stream.Time));
            if (await _activation.ProposeAsync(files, inForce.Bundle.Hash, widenings, proposal, cancellationToken) is { } change)
            {
                return (change, null);
            }
        }
    }

    /// <summary>Why a standing rule would not be taken now; null when it would.</summary>
    public string? WhyNoRule(JsonText rule) => WhyNoRule(company, rule);

    private string? WhyNoRule(LoadedCompany inForce, JsonText rule)
    {
        if (inForce.Settings.ChangeControl is null)
        {
            return "A standing rule takes a second person, and company.yaml names nobody who confirms (changeControl).";
        }

        try
        {
            var failures = BundleReview.Of(inForce, inForce.Other(StandingRules.With(inForce.Bundle, rule)), stream.Time).Failures;
            return failures.IsEmpty ? null : $"With it, the policy's own tests do not pass: {failures[0]}";
        }
        catch (ConfigException refused)
        {
            return $"It cannot be used: {refused.Faults[0]}";
        }
    }

    /// <summary>What is in force, also where this host has not taken it on yet: whoever asked for a rule has agreed already and cannot ask again.</summary>
    private async Task<LoadedCompany?> InForceAsync(CancellationToken cancellationToken)
    {
        try
        {
            return stream.State.Bundle == company.Bundle.Hash ? company : company.Other(await Standing.ReadAsync(stream.State, blobs, cancellationToken));
        }
        catch (Exception unusable) when (unusable is ConfigException or UsageException)
        {
            return null;
        }
    }

    private static ImmutableArray<ProposedWidening> Widenings(JsonText? rule, BundleReview review) =>
        rule is { } standing ? [new ProposedWidening(CompanyTools.StandingFile, $"A standing rule: {standing.Text}", true), .. review.Widenings] : review.Widenings;

    private async Task<ChangeResult> DecideAsync(ChangeId id, string person, ChangeDecided decided, CancellationToken cancellationToken)
    {
        if (decided.Reason?.Words is { } reason && Fault(reason) is { } fault)
        {
            return new ChangeResult.Invalid(fault);
        }

        await stream.RefreshAsync(cancellationToken);
        var state = stream.State;
        var verdict = decided.Verdict;
        if (Refusal(state, id, person, verdict) is { } refused)
        {
            return refused;
        }

        if (verdict == ChangeVerdict.Rejected && decided.Reason is null && state.Changes[id].By != Actor.Person(person))
        {
            return new ChangeResult.Invalid("Say why it is rejected: whoever proposed it reads that.");
        }

        ImmutableArray<WorkflowEvent> events = [decided];
        if (verdict == ChangeVerdict.Confirmed && state.Changes[id].Proposed.Classification is { } said)
        {
            if (company.Tools.Catalog.Records.FirstOrDefault(r => r.Name == said.Tool)?.Digest is var digest && digest != said.Version)
            {
                return new ChangeResult.Conflict($"The tool is another by now ({digest ?? "it is not listed"}): look at that one, and classify it.");
            }

            events = events.Add(said);
        }
        else if (verdict == ChangeVerdict.Confirmed)
        {
            var (files, review, hindrance) = await FilesAsync(state.Changes[id].Proposed, cancellationToken);
            if (files is null)
            {
                return new ChangeResult.Conflict(hindrance!);
            }

            if (state.Changes[id].Base != state.Bundle)
            {
                return await CompareAsync(state, id, review!, cancellationToken);
            }

            await BundleActivation.KeepAsync(files, blobs, cancellationToken);
            events = events.Add(BundleActivation.Event(files));
        }

        // Who may is in the files in force: the change must go right behind the state in which that was looked up.
        ChangeResult? late = null;
        var isDone = await stream.AppendIfAsync(
            s => s.Bundle == state.Bundle && (late = Refusal(s, id, person, verdict)) is null, events, Actor.Person(person), cancellationToken);
        return isDone ? new ChangeResult.Done(stream.State.Changes[id]) : late ?? new ChangeResult.Conflict("Something else came into force just now. Look again.");
    }

    /// <summary>
    /// Compares with what is in force by now, and leaves it at that: nobody confirms what they were not shown. How far a rule reaches depends on all others, and two
    /// lists that read alike need not be.
    /// </summary>
    private async Task<ChangeResult> CompareAsync(CompanyState state, ChangeId id, BundleReview review, CancellationToken cancellationToken)
    {
        var change = state.Changes[id];
        var compared = new ChangeCompared(id, state.Bundle!, Widenings(change.Proposed.Rule, review));
        await stream.AppendIfAsync(
            s => s.Bundle == state.Bundle && s.Changes[id] is { Verdict: null } waiting && waiting.Base == change.Base, [compared], Actor.System, cancellationToken);
        return new ChangeResult.Conflict("Something else came into force since it was compared. It is compared with that now: look again at what it lets through, and then decide.");
    }

    /// <summary>Why this person cannot decide it so; null when they can.</summary>
    private ChangeResult? Refusal(CompanyState state, ChangeId id, string person, ChangeVerdict verdict)
    {
        if (!state.Changes.TryGetValue(id, out var change))
        {
            return new ChangeResult.Unknown();
        }

        if (change.Verdict is { } past)
        {
            return new ChangeResult.Conflict(past == ChangeVerdict.Superseded
                ? "Something else came into force since it was proposed: propose it again, so that it is compared with that."
                : $"It was {(past == ChangeVerdict.Confirmed ? "confirmed" : "rejected")} already, by {change.DecidedBy}.");
        }

        if (state.Bundle != company.Bundle.Hash)
        {
            return new ChangeResult.Conflict(NotTakenOn);
        }

        var isAuthor = change.By == Actor.Person(person);
        if (isAuthor && verdict == ChangeVerdict.Rejected)
        {
            return null;
        }

        return isAuthor ? new ChangeResult.Forbidden("Whoever proposed a change cannot confirm it.")
            : verdict == ChangeVerdict.Confirmed && change.IsBarred(person) ? new ChangeResult.Forbidden("Whoever asked for the call that the rule came from, or delegated it, cannot confirm the rule.")
            : company.Settings.ChangeControl is not { } control ? new ChangeResult.Forbidden("Nobody is named who confirms changes (changeControl in company.yaml).")
            : !IsConfirmer(person) ? new ChangeResult.Forbidden($"It takes the role '{control.Role}'.")
            : null;
    }

    /// <summary>The files as they come into force, or why they cannot: they must be bound and pass their tests on the program of today.</summary>
    private async Task<(CompanyBundle? Files, BundleReview? Review, string? Hindrance)> FilesAsync(ChangeProposed proposed, CancellationToken cancellationToken)
    {
        try
        {
            // A rule by itself goes to whatever is in force by now.
            var files = proposed.Rule is { } rule ? StandingRules.With(company.Bundle, rule) : await Standing.ReadAsync(proposed.Files, blobs, cancellationToken);
            var review = BundleReview.Of(company, company.Other(files), stream.Time);
            return review.Failures.IsEmpty ? (files, review, null) : (null, null, $"Its own tests do not pass any more: {review.Failures[0]}");
        }
        catch (Exception refused) when (refused is ConfigException or UsageException)
        {
            return (null, null, $"It cannot be used on this host: {refused.Message}");
        }
    }

    private static PrivateText? Words(string person, string? reason) => string.IsNullOrWhiteSpace(reason) ? null : new PrivateText(person, reason.Trim());

    private static string? Fault(string reason) =>
        reason.Length > LongestReason ? $"A reason has at most {LongestReason} characters." : Readable.Is(reason) ? null : "The reason " + Readable.Fault;
}
