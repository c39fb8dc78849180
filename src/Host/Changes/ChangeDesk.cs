using System.Collections.Immutable;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>Where a second person confirms or rejects what lets more through. One desk for terminal and API.</summary>
internal sealed class ChangeDesk(CompanyStream stream, IBlobs blobs, LoadedCompany company)
{
    /// <summary>Characters that a reason may have.</summary>
    public const int LongestReason = 2000;

    private readonly BundleActivation _activation = new(stream, blobs, company.Other);

    /// <summary>Every change, the newest first.</summary>
    public ImmutableArray<ChangeState> All => [.. stream.State.Changes.Values.OrderByDescending(c => c.At).ThenBy(c => c.Proposed.Change.Value)];

    /// <summary>One; null when there is none of that id.</summary>
    public ChangeState? Find(ChangeId id) => stream.State.Changes.GetValueOrDefault(id);

    /// <summary>Brings it into force. Whoever proposed it never does, whatever their roles.</summary>
    /// <param name="id">Which.</param>
    /// <param name="person">Who confirms: a person's id.</param>
    /// <param name="reason">Their words; null for none.</param>
    /// <param name="cancellationToken">Stops waiting; it may still have come into force.</param>
    public Task<ChangeResult> ConfirmAsync(ChangeId id, string person, string? reason, CancellationToken cancellationToken) =>
        DecideAsync(id, person, ChangeVerdict.Confirmed, reason, cancellationToken);

    /// <summary>Leaves it for good. Its author may, too: that takes it back.</summary>
    public Task<ChangeResult> RejectAsync(ChangeId id, string person, string? reason, CancellationToken cancellationToken) =>
        DecideAsync(id, person, ChangeVerdict.Rejected, reason, cancellationToken);

    /// <summary>
    /// Proposes one more standing rule. It takes effect when a second person confirms it, and never by itself; where nobody is named who confirms, it is not taken.
    /// </summary>
    /// <param name="rule">As it was drafted, an object.</param>
    /// <param name="author">Who wants it: a person's id.</param>
    /// <param name="reason">Why, in their words; null for none.</param>
    /// <param name="cancellationToken">Stops waiting; it may still have been proposed.</param>
    public async Task<(ChangeState? Change, string? Hindrance)> ProposeRuleAsync(JsonText rule, string author, string? reason, CancellationToken cancellationToken)
    {
        if (WhyNoRule(rule) is { } hindrance)
        {
            return (null, hindrance);
        }

        await stream.RefreshAsync(cancellationToken);
        if (stream.State.Bundle != company.Bundle.Hash)
        {
            return (null, "This host has not taken on what is in force. Try again in a moment.");
        }

        var files = StandingRules.With(company.Bundle, rule);
        var widenings = BundleReview.Of(company, company.Other(files), stream.Time).Widenings;
        var change = await _activation.ProposeAsync(files, company.Bundle.Hash, [new ProposedWidening(CompanyTools.StandingFile, $"A standing rule: {rule.Text}", true), .. widenings], rule, author, reason, cancellationToken);
        return change is null ? (null, "Something else came into force just now. Try again.") : (change, null);
    }

    /// <summary>Why a standing rule would not be taken now; null when it would.</summary>
    public string? WhyNoRule(JsonText rule)
    {
        if (company.Settings.ChangeControl is null)
        {
            return "A standing rule takes a second person, and company.yaml names nobody who confirms (changeControl).";
        }

        try
        {
            var failures = BundleReview.Of(company, company.Other(StandingRules.With(company.Bundle, rule)), stream.Time).Failures;
            return failures.IsEmpty ? null : $"With it, the policy's own tests do not pass: {failures[0]}";
        }
        catch (ConfigException refused)
        {
            return $"It cannot be used: {refused.Faults[0]}";
        }
    }

    private async Task<ChangeResult> DecideAsync(ChangeId id, string person, ChangeVerdict verdict, string? reason, CancellationToken cancellationToken)
    {
        if (reason is not null && Fault(reason) is { } fault)
        {
            return new ChangeResult.Invalid(fault);
        }

        await stream.RefreshAsync(cancellationToken);
        var state = stream.State;
        if (Refusal(state, id, person, verdict) is { } refused)
        {
            return refused;
        }

        var decided = new ChangeDecided(id, verdict, string.IsNullOrWhiteSpace(reason) ? null : new PrivateText(person, reason.Trim()));
        ImmutableArray<WorkflowEvent> events = [decided];
        if (verdict == ChangeVerdict.Confirmed)
        {
            var (files, hindrance) = await FilesAsync(state.Changes[id].Proposed, cancellationToken);
            if (files is null)
            {
                return new ChangeResult.Conflict(hindrance!);
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
            return new ChangeResult.Conflict("This host has not taken on what is in force. Try again in a moment.");
        }

        var isAuthor = change.By == Actor.Person(person);
        if (isAuthor && verdict == ChangeVerdict.Rejected)
        {
            return null;
        }

        return isAuthor ? new ChangeResult.Forbidden("Whoever proposed a change cannot confirm it.")
            : company.Settings.ChangeControl is not { } control ? new ChangeResult.Forbidden("Nobody is named who confirms changes (changeControl in company.yaml).")
            : ((IDirectory)company.Directory).Person(person)?.Roles.Contains(control.Role) != true ? new ChangeResult.Forbidden($"It takes the role '{control.Role}'.")
            : null;
    }

    /// <summary>The files as they come into force, or why they cannot: they must be bound and pass their tests on the program of today.</summary>
    private async Task<(CompanyBundle? Files, string? Hindrance)> FilesAsync(ChangeProposed proposed, CancellationToken cancellationToken)
    {
        try
        {
            // A rule by itself goes to whatever is in force by now.
            var files = proposed.Rule is { } rule ? StandingRules.With(company.Bundle, rule) : await Standing.ReadAsync(proposed.Files, blobs, cancellationToken);
            var review = BundleReview.Of(company, company.Other(files), stream.Time);
            return review.Failures.IsEmpty ? (files, null) : (null, $"Its own tests do not pass any more: {review.Failures[0]}");
        }
        catch (Exception refused) when (refused is ConfigException or UsageException)
        {
            return (null, $"It cannot be used on this host: {refused.Message}");
        }
    }

    private static string? Fault(string reason) =>
        reason.Length > LongestReason ? $"A reason has at most {LongestReason} characters." : Readable.Is(reason) ? null : "The reason " + Readable.Fault;
}
