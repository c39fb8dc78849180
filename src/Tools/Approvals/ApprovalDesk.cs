using System.Collections.Immutable;
using System.Text;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Where people look at approvals and decide them. One desk for terminal, API and console.</summary>
public sealed class ApprovalDesk(
    IReadModels readModels, IWorkflowOutside workflows, IDirectory directory, Catalog catalog, ICrashPoints crash, TimeProvider time, ApprovalLimits limits, IStandingProposals? standing = null, EditCheck? edits = null)
{
    /// <summary>Pages of rows that are looked at for one page of somebody's own; then the caller asks on.</summary>
    private const int MostLooks = 5;

    /// <summary>Approvals, oldest first, a page at a time. Only the workflows of what is looked at are read, however many wait.</summary>
    /// <param name="query">Which. Throws <see cref="FormatException"/> for a cursor that is none.</param>
    /// <param name="mine">
    /// Only what this person can still decide; null for everybody's. Who that is only the workflow itself says: such a page may have fewer than it could though there is another.
    /// </param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<Page<ApprovalView>> ListAsync(InboxQuery query, string? mine, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var rest = mine is null ? query : query with { Status = query.Status ?? ApprovalView.Pending };
        var views = ImmutableArray.CreateBuilder<ApprovalView>();
        for (var look = 1; ; look++)
        {
            var page = await readModels.ApprovalsAsync(rest, cancellationToken);
            views.AddRange(await ReadAsync(page.Items, mine, cancellationToken));
            if (page.Next is null || mine is null || look == MostLooks || views.Count >= query.Limit)
            {
                return new Page<ApprovalView>(views.DrainToImmutable(), page.Next);
            }

            rest = rest with { Cursor = page.Next, Limit = query.Limit - views.Count };
        }
    }

    /// <summary>Approvals with the workflows that they stand in and whether <paramref name="person"/> can decide them, oldest first, a page at a time. Each workflow is read once.</summary>
    /// <param name="query">Which.</param>
    /// <param name="first">The page that it asks for, as lists have it.</param>
    /// <param name="person">Who looks: a person's id.</param>
    /// <param name="look">Reads the workflows.</param>
    /// <param name="isSeeking">
    /// True to look on, for a few pages, until as many are found as one page holds that this person can decide. A role alone does not say so: who asked for something holds it in vain.
    /// </param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>Everything that was looked at, also what the person cannot decide.</returns>
    public async Task<Page<ApprovalInContext>> InContextAsync(InboxQuery query, Page<ApprovalRow> first, string person, WorkflowLook look, bool isSeeking, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(look);
        var (found, page) = (ImmutableArray.CreateBuilder<ApprovalInContext>(), first);
        for (var pages = 1; ; pages++)
        {
            var states = await look.ReadAsync(page.Items.Select(r => r.Workflow), cancellationToken);
            found.AddRange(
                from row in page.Items
                let state = states.GetValueOrDefault(row.Workflow)
                let approval = state?.Approvals.GetValueOrDefault(row.Approval)
                where approval is not null
                select InContext(state, approval, person));
            if (!isSeeking || page.Next is null || pages == MostLooks || found.Count(a => a.CanDecide) >= query.Limit)
            {
                return new Page<ApprovalInContext>(found.DrainToImmutable(), page.Next);
            }

            query = query with { Cursor = page.Next };
            page = await readModels.ApprovalsAsync(query, cancellationToken);
        }
    }

    /// <summary>The approvals of a workflow that was read already, oldest first.</summary>
    /// <param name="workflow">As read.</param>
    /// <param name="person">Who looks: a person's id.</param>
    public ImmutableArray<ApprovalInContext> InContext(WorkflowState workflow, string person)
    {
        ArgumentNullException.ThrowIfNull(workflow);
        return [.. workflow.Approvals.Values.OrderBy(a => a.RequestedAt).ThenBy(a => a.Requested.Approval.Value).Select(a => InContext(workflow, a, person))];
    }

    private ApprovalInContext InContext(WorkflowState workflow, ApprovalState approval, string person) =>
        new(ApprovalView.Of(workflow, approval), workflow, !workflow.IsFinal && approval.Verdict is null && Chair.For(approval, person, directory, time.GetUtcNow()) is not null);

    /// <summary>Rows as their workflows have them, each workflow read once; in the rows' order.</summary>
    private async Task<IEnumerable<ApprovalView>> ReadAsync(ImmutableArray<ApprovalRow> rows, string? mine, CancellationToken cancellationToken)
    {
        var states = await workflows.ReadEachAsync(rows.Select(r => r.Workflow), cancellationToken);
        return from row in rows
               let state = states.GetValueOrDefault(row.Workflow)
               let approval = state?.Approvals.GetValueOrDefault(row.Approval)
               where approval is not null && (mine is null || (approval.Verdict is null && Chair.For(approval, mine, directory, time.GetUtcNow()) is not null))
               select ApprovalView.Of(state, approval);
    }

    /// <summary>One approval; null when there is none of that id.</summary>
    public async Task<ApprovalView?> FindAsync(ApprovalId id, CancellationToken cancellationToken) =>
        await readModels.OwnerAsync(id.ToString(), cancellationToken) is { } workflow
        && await workflows.ReadAsync(workflow, cancellationToken) is { } state && state.Approvals.GetValueOrDefault(id) is { } found
            ? ApprovalView.Of(state, found)
            : null;

    /// <summary>
    /// Lets a person decide. A yes fills one seat; the last seat approves. A no from anybody who could sit there rejects; so may they write other arguments, or
    /// answer in the tool's place.
    /// </summary>
    /// <param name="id">Which approval.</param>
    /// <param name="person">Who decides: a person's id.</param>
    /// <param name="answer">What they say.</param>
    /// <param name="via">How: <c>api</c>, <c>console</c>, <c>local-terminal</c>.</param>
    /// <param name="cancellationToken">Stops waiting; the decision may still have landed.</param>
    public Task<DecideResult> DecideAsync(ApprovalId id, string person, ApprovalAnswer answer, string via, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return DecideAsync(id, person, answer, via, isCounted: true, cancellationToken);
    }

    /// <param name="isCounted">False for what counts with another decision: the rest of a batch.</param>
    private async Task<DecideResult> DecideAsync(ApprovalId id, string person, ApprovalAnswer answer, string via, bool isCounted, CancellationToken cancellationToken)
    {
        if (await readModels.OwnerAsync(id.ToString(), cancellationToken) is not { } workflow)
        {
            return new DecideResult.NotFound();
        }

        if (answer is ApprovalAnswer.Edit && edits is not null && await UnmadeAsync(id, workflow, person, answer, via, cancellationToken) is { } unmade)
        {
            return unmade;
        }

        DecideResult? refused = null;
        crash.Pass(CrashPoint.BeforeSeatFilled, workflow.ToString());
        var result = await workflows.AppendAsync(
            workflow,
            state =>
            {
                refused = state.Approvals.TryGetValue(id, out var approval) ? Refusal(approval, person) ?? Misfit(approval, answer) : new DecideResult.NotFound();
                return refused is not null ? new OutsideDecision.Refuse(string.Empty)
                    : isCounted && limits.Take(person) is { } load
                        ? new OutsideDecision.Append(Counted(Events(approval!, person, answer, via), load)) { Guards = [new Guard.Headroom(load, time.GetUtcNow() - ApprovalLimits.Window)] }
                    : new OutsideDecision.Append(Events(approval!, person, answer, via));
            },
            Actor.Person(person),
            cancellationToken);
        switch (result)
        {
            case OutsideResult.Appended appended:
                crash.Pass(CrashPoint.AfterApprovalDecided, workflow.ToString());
                var decided = appended.State.Approvals[id];
                GateTelemetry.Answered("recorded");
                var recorded = new DecideResult.Recorded(ApprovalView.StatusOf(decided), ApprovalView.SeatsOf(decided));
                if (standing is null || decided.Verdict != ApprovalVerdict.Approved || decided.Filled.All(f => f.Standing is null))
                {
                    return recorded;
                }

                // Written down behind it: whoever drives the workflow does both where this process does not come so far, and finds what was proposed already.
                var (change, hindrance) = await standing.ProposeAsync(decided, cancellationToken);
                await workflows.AppendAsync(
                    workflow,
                    state => state.Approvals[id].WantsStanding
                        ? new OutsideDecision.Append([new StandingSettled(id, change, change is null ? hindrance : null)])
                        : new OutsideDecision.Refuse(string.Empty),
                    Actor.System,
                    cancellationToken);
                return recorded with { Change = change, NoChange = hindrance };
            case OutsideResult.Refused { Guard: Guard.Headroom } when refused is null:
                GateTelemetry.Answered("tooMany");
                return await TooManyAsync(id, workflow, person, cancellationToken);
            case OutsideResult.Refused late when refused is null:
                return new DecideResult.Conflict(late.Reason);
            default:
                return refused ?? new DecideResult.NotFound();
        }
    }

    /// <summary>
    /// One decision for several approvals that the same rules ask the same seats for, about the same tool. Of a person's hour it takes one for each call that differs
    /// from the others. They are looked at before the first is decided; each is
    /// then decided by itself, in its own workflow, so that one which somebody else decides meanwhile leaves the others as they are.
    /// </summary>
    /// <param name="ids">Which; each once.</param>
    /// <param name="person">Who decides: a person's id.</param>
    /// <param name="answer">A yes or a no.</param>
    /// <param name="via">How: <c>api</c>, <c>console</c>, <c>local-terminal</c>.</param>
    /// <param name="cancellationToken">Stops; what was decided until then stays decided.</param>
    public async Task<BatchResult> DecideBatchAsync(ImmutableArray<ApprovalId> ids, string person, ApprovalAnswer answer, string via, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(answer);
        string? batch = null;
        var calls = new List<string>(ids.Length);
        foreach (var id in ids)
        {
            if (await readModels.OwnerAsync(id.ToString(), cancellationToken) is not { } workflow
                || (await workflows.ReadAsync(workflow, cancellationToken))?.Approvals.GetValueOrDefault(id) is not { } approval)
            {
                return new BatchResult.Odd(id, "There is no such approval.");
            }

            switch (Refusal(approval, person))
            {
                case DecideResult.Forbidden forbidden:
                    return new BatchResult.Odd(id, forbidden.Reason);
                case DecideResult.Conflict conflict:
                    return new BatchResult.Odd(id, conflict.Reason);
            }

            var key = ApprovalView.BatchOf(approval.Requested);
            if (key != (batch ??= key))
            {
                return new BatchResult.Odd(id, $"It is not asked by the same rules for the same seats about the same tool as {ids[0]}.");
            }

            calls.Add(ApprovalView.CallOf(approval.Requested));
        }

        // Equal calls were looked at as one, and count as one: the first of them that lands. Calls with other arguments are another look each.
        var results = ImmutableArray.CreateBuilder<(ApprovalId, DecideResult)>(ids.Length);
        HashSet<string> counted = new(StringComparer.Ordinal);
        foreach (var (id, call) in ids.Zip(calls))
        {
            var result = await DecideAsync(id, person, answer, via, isCounted: !counted.Contains(call), cancellationToken);
            if (result is DecideResult.Recorded)
            {
                counted.Add(call);
            }

            results.Add((id, result));
        }

        return new BatchResult.Decided(results.MoveToImmutable());
    }

    /// <summary>When the person may go on. The approval goes to others at once where the company wants that and the rules that ask say to whom.</summary>
    private async Task<DecideResult> TooManyAsync(ApprovalId id, WorkflowId workflow, string person, CancellationToken cancellationToken)
    {
        var (load, now) = (limits.Take(person)!, time.GetUtcNow());
        var since = now - ApprovalLimits.Window;
        var used = (await readModels.LedgerAsync(load.Budget, load.Key, load.Window, since, cancellationToken)).ToolCalls ?? 0;
        var behind = (int)Math.Max(0, used - limits.PerPersonPerHour!.Value);
        var until = (await readModels.EntryAtAsync(load.Budget, load.Key, load.Window, since, behind, cancellationToken) ?? since) + ApprovalLimits.Window;
        if (limits.Escalates)
        {
            await workflows.AppendAsync(
                workflow,
                state => state.Approvals.TryGetValue(id, out var approval) && approval.Verdict is null && Rungs(approval) is { IsEmpty: false } rungs
                    ? new OutsideDecision.Append([.. rungs.Select(role => new ApprovalEscalated(id, role))])
                    : new OutsideDecision.Refuse(string.Empty),
                Actor.System,
                cancellationToken);
        }

        return new DecideResult.TooMany(
            $"You have decided {used} approvals within the hour, and {limits.PerPersonPerHour} are as many as one person looks at. You may go on at {until:yyyy-MM-dd HH:mm:ss} UTC; somebody else may decide it now.", until);
    }

    private static ImmutableArray<string> Rungs(ApprovalState approval) =>
        [.. (approval.Requested.Ladder?.Escalations ?? []).Select(e => e.To).Distinct().Where(role => !approval.EscalatedTo.Contains(role))];

    private static ImmutableArray<WorkflowEvent> Counted(ImmutableArray<WorkflowEvent> events, Reservation load) => events[0] switch
    {
        SeatFilled filled => events.SetItem(0, filled with { Load = load }),
        ApprovalDecided decided => events.SetItem(0, decided with { Load = load }),
        _ => events,
    };

    /// <summary>Why <paramref name="person"/> cannot decide this approval now; null when they can.</summary>
    private DecideResult? Refusal(ApprovalState approval, string person)
    {
        if (approval.Verdict is { } verdict)
        {
            return new DecideResult.Conflict($"It is decided already: {verdict.ToString().ToLowerInvariant()} by {PlainWords.Of(directory).Who(approval.By)}.");
        }

        if (approval.IsExcluded(person))
        {
            return new DecideResult.Forbidden(approval.Requested.Steered?.FirstOrDefault(s => s.Person == person) is { } steerer
                ? $"Whoever made a call what it is cannot approve it: {steerer.Because}."
                : "Whoever asked for something, or delegated it, cannot approve it.");
        }

        if (approval.Filled.Any(f => f.By == person))
        {
            return new DecideResult.Conflict("One person fills at most one seat, and you sit in one already.");
        }

        if (approval.Filled.FirstOrDefault(f => f.StandsInFor == person) is { } deputy)
        {
            return new DecideResult.Conflict($"{PlainWords.Of(directory).Who(deputy.By)} sits there in your place.");
        }

        var now = time.GetUtcNow();
        if (Chair.For(approval, person, directory, now) is null && Chair.For(approval, person, directory, null) is { } later)
        {
            return new DecideResult.Forbidden(directory.Person(person)?.Hours is { } hours
                ? $"The seat of {later.Role} is for people who are on shift, and yours begins at {hours.Next(now):yyyy-MM-dd HH:mm} UTC."
                : $"The seat of {later.Role} is for people who are on shift, and people.yaml says nothing of your hours.");
        }

        return Chair.For(approval, person, directory, now) is null
            ? new DecideResult.Forbidden($"It takes one of the roles {string.Join(", ", approval.Requested.Seats.Select(s => s.Role).Concat(approval.EscalatedTo).Distinct())}, with a seat that is free.")
            : null;
    }

    /// <summary>An edit that could only be refused when its turn comes is not taken; null for one that is, or that is refused for something else.</summary>
    private async Task<DecideResult?> UnmadeAsync(ApprovalId id, WorkflowId workflow, string person, ApprovalAnswer answer, string via, CancellationToken cancellationToken) =>
        await workflows.ReadAsync(workflow, cancellationToken) is { } state && state.Approvals.GetValueOrDefault(id) is { } approval
        && Refusal(approval, person) is null && Misfit(approval, answer) is null
        && await edits!.WhyNotAsync(approval.Requested, state, Events(approval, person, answer, via), person, cancellationToken) is { } reason
            ? new DecideResult.Invalid($"The call would not be made like this, so nothing was recorded and it still waits. {reason}")
            : null;

    /// <summary>What is wrong with what the person wrote; null when nothing is.</summary>
    private DecideResult? Misfit(ApprovalState approval, ApprovalAnswer answer)
    {
        var asked = approval.Requested;
        if (answer is ApprovalAnswer.Edit or ApprovalAnswer.Respond && asked.Agent == Actor.System.Value)
        {
            return new DecideResult.Conflict("It is a check of the system's own, and what it looks at is not for others to say: approve or reject it.");
        }

        if (answer is not ApprovalAnswer.Edit edit)
        {
            return null;
        }

        if (catalog.Find(asked.Tool) is not { } tool)
        {
            return new DecideResult.Conflict($"There is no tool '{asked.Tool}' any more.");
        }

        if (Encoding.UTF8.GetByteCount(edit.Args.Text) > CallArguments.MostBytes)
        {
            return new DecideResult.Invalid($"The arguments are longer than {CallArguments.MostBytes / 1024} KB.");
        }

        var args = CallArguments.Canonical(edit.Args);
        return tool.Schema.Validate(args) is { IsEmpty: false } errors ? new DecideResult.Invalid("The arguments do not fit the tool: " + string.Join("; ", errors))
            : ArgumentDiff.Of(asked.Args, args).IsEmpty ? new DecideResult.Invalid("These arguments are what is asked already: approve it.")
            : null;
    }

    private ImmutableArray<WorkflowEvent> Events(ApprovalState approval, string person, ApprovalAnswer answer, string via)
    {
        var asked = approval.Requested;
        var reason = answer.Reason is { } words ? new PrivateText(person, words) : null;
        switch (answer)
        {
            case ApprovalAnswer.Reject:
                return [new ApprovalDecided(asked.Approval, person, via, ApprovalVerdict.Rejected, reason)];
            case ApprovalAnswer.Respond respond:
                return [new ApprovalDecided(asked.Approval, person, via, ApprovalVerdict.Responded, reason), new CallAnswered(asked.Call, asked.Approval, respond.Result)];
            case ApprovalAnswer.Edit edit:
                var args = CallArguments.Canonical(edit.Args);
                return
                [
                    new ApprovalDecided(asked.Approval, person, via, ApprovalVerdict.Edited, reason),
                    new CallChanged(asked.Call, args, ArgumentDiff.Changes(asked.Args, args), asked.Facts, new ArgumentEdit(asked.Approval, person)),
                ];
            default:
                return Seating.Sit(approval, person, via, reason, directory, time.GetUtcNow(), (answer as ApprovalAnswer.Approve)?.Standing);
        }
    }
}
