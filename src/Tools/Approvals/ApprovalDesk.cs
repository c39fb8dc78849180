using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Where people look at approvals and decide them. One desk for terminal, API and console.</summary>
public sealed class ApprovalDesk(IReadModels readModels, IWorkflowOutside workflows, IDirectory directory, ICrashPoints crash)
{
    /// <summary>Approvals, oldest first.</summary>
    /// <param name="status"><c>pending</c>, <c>approved</c>, <c>used</c>, <c>rejected</c>, <c>expired</c>, <c>void</c>; null for all.</param>
    /// <param name="mine">Only what this person can still decide; null for everybody's.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<ImmutableArray<ApprovalView>> ListAsync(string? status, string? mine, CancellationToken cancellationToken)
    {
        var views = ImmutableArray.CreateBuilder<ApprovalView>();
        foreach (var row in (await readModels.ApprovalsAsync(status, cancellationToken)).GroupBy(r => r.Workflow))
        {
            if (await workflows.ReadAsync(row.Key, cancellationToken) is not { } state)
            {
                continue;
            }

            views.AddRange(row
                .Where(r => state.Approvals.ContainsKey(r.Approval))
                .Select(r => (Row: r, State: state.Approvals[r.Approval]))
                .Where(a => mine is null || (a.State.Verdict is null && Chair.For(a.State, mine, directory) is not null))
                .Select(a => ApprovalView.Of(state.Id, ApprovalView.StatusOf(a.State), a.State)));
        }

        return [.. views.OrderBy(v => v.RequestedAt)];
    }

    /// <summary>One approval; null when there is none of that id.</summary>
    public async Task<ApprovalView?> FindAsync(ApprovalId id, CancellationToken cancellationToken) =>
        await readModels.OwnerAsync(id.ToString(), cancellationToken) is { } workflow
        && (await workflows.ReadAsync(workflow, cancellationToken))?.Approvals.GetValueOrDefault(id) is { } state
            ? ApprovalView.Of(workflow, ApprovalView.StatusOf(state), state)
            : null;

    /// <summary>Lets a person decide. A yes fills one seat; the last seat approves. A no from anybody who could sit there rejects.</summary>
    /// <param name="id">Which approval.</param>
    /// <param name="person">Who decides: a person's id.</param>
    /// <param name="agrees">True for yes.</param>
    /// <param name="reason">Their words; null for none.</param>
    /// <param name="via">How: <c>api</c>, <c>console</c>, <c>local-terminal</c>.</param>
    /// <param name="cancellationToken">Stops waiting; the decision may still have landed.</param>
    public async Task<DecideResult> DecideAsync(ApprovalId id, string person, bool agrees, string? reason, string via, CancellationToken cancellationToken)
    {
        if (await readModels.OwnerAsync(id.ToString(), cancellationToken) is not { } workflow)
        {
            return new DecideResult.NotFound();
        }

        DecideResult? refused = null;
        crash.Pass(CrashPoint.BeforeSeatFilled, workflow.ToString());
        var result = await workflows.AppendAsync(
            workflow,
            state =>
            {
                refused = state.Approvals.TryGetValue(id, out var approval) ? Refusal(approval, person) : new DecideResult.NotFound();
                return refused is not null
                    ? new OutsideDecision.Refuse(string.Empty)
                    : new OutsideDecision.Append(Events(approval!, person, agrees, reason is null ? null : new PrivateText(person, reason), via));
            },
            Actor.Person(person),
            cancellationToken);
        switch (result)
        {
            case OutsideResult.Appended appended:
                crash.Pass(CrashPoint.AfterApprovalDecided, workflow.ToString());
                var decided = appended.State.Approvals[id];
                return new DecideResult.Recorded(ApprovalView.StatusOf(decided), ApprovalView.SeatsOf(decided));
            case OutsideResult.Refused late when refused is null:
                return new DecideResult.Conflict(late.Reason);
            default:
                return refused ?? new DecideResult.NotFound();
        }
    }

    /// <summary>Why <paramref name="person"/> cannot decide this approval now; null when they can.</summary>
    private DecideResult? Refusal(ApprovalState approval, string person)
    {
        if (approval.Verdict is { } verdict)
        {
            return new DecideResult.Conflict($"It is decided already: {verdict.ToString().ToLowerInvariant()} by {approval.By}.");
        }

        if (approval.IsExcluded(person))
        {
            return new DecideResult.Forbidden("Whoever asked for something, or delegated it, cannot approve it.");
        }

        if (approval.Filled.Any(f => f.By == person))
        {
            return new DecideResult.Conflict("One person fills at most one seat, and you sit in one already.");
        }

        if (approval.Filled.FirstOrDefault(f => f.StandsInFor == person) is { } deputy)
        {
            return new DecideResult.Conflict($"{deputy.By} sits there in your place.");
        }

        return Chair.For(approval, person, directory) is null
            ? new DecideResult.Forbidden($"It takes one of the roles {string.Join(", ", approval.Requested.Seats.Select(s => s.Role).Concat(approval.EscalatedTo).Distinct())}, with a seat that is free.")
            : null;
    }

    private ImmutableArray<WorkflowEvent> Events(ApprovalState approval, string person, bool agrees, PrivateText? reason, string via)
    {
        var id = approval.Requested.Approval;
        if (!agrees)
        {
            return [new ApprovalDecided(id, person, via, ApprovalVerdict.Rejected, reason)];
        }

        var chair = Chair.For(approval, person, directory)!;
        var filled = new SeatFilled(id, chair.Role, person, via, reason, chair.StandsInFor, chair.EscalatedTo);
        return (approval with { Filled = approval.Filled.Add(filled) }).IsFull
            ? [filled, new ApprovalDecided(id, person, via, ApprovalVerdict.Approved, null)]
            : [filled];
    }
}
