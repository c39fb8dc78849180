using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>How much an event matters to somebody who reads along.</summary>
internal enum StoryWeight
{
    /// <summary>Said by somebody to somebody: it stands in the conversation.</summary>
    Talk,

    /// <summary>Something came of it: it stands in the compact timeline.</summary>
    Milestone,

    /// <summary>A step on the way.</summary>
    Detail,
}

/// <summary>An event in plain words.</summary>
/// <param name="Seq">Its place in the workflow.</param>
/// <param name="Position">Its place in the journal.</param>
/// <param name="At">When.</param>
/// <param name="Actor">Who did it.</param>
/// <param name="Type">The event's name.</param>
/// <param name="Text">What happened.</param>
/// <param name="Weight">How much it matters.</param>
/// <param name="State">A state to show beside it; null for none.</param>
internal sealed record StoryLine(int Seq, long Position, DateTimeOffset At, string Actor, string Type, string Text, StoryWeight Weight, string? State)
{
    /// <summary>The approval that it asks for; null for what asks for none.</summary>
    public ApprovalId? Approval { get; init; }

    /// <summary>True for what a person said.</summary>
    public bool IsPersons => Actor.StartsWith("person:", StringComparison.Ordinal);
}

/// <summary>Tells a workflow's events in plain words. Pure.</summary>
/// <param name="state">The workflow, for titles of tasks and names of tools.</param>
/// <param name="plain">Who is who.</param>
internal sealed class Story(WorkflowState state, PlainWords plain)
{
    /// <summary>How an agreement is recorded that somebody gave by writing the arguments themselves.</summary>
    private const string ByEdit = "edit";

    /// <summary>What is asked for in a sentence; the card has all of it.</summary>
    private const int LongestWish = 110;

    /// <summary>Each event, in order.</summary>
    public ImmutableArray<StoryLine> Tell(IEnumerable<Recorded> events) => [.. Each(events)];

    private IEnumerable<StoryLine> Each(IEnumerable<Recorded> events)
    {
        // What people have agreed to is decided again just before its call.
        var agreed = new HashSet<CallId>();
        foreach (var recorded in events)
        {
            switch (recorded.Event)
            {
                case ApprovalRequested requested:
                    agreed.Remove(requested.Call);
                    break;
                case ApprovalDecided { Verdict: ApprovalVerdict.Approved } decided when state.Approvals.GetValueOrDefault(decided.Approval) is { } approval:
                    agreed.Add(approval.Requested.Call);
                    break;
            }

            yield return recorded.Event is CallDecided { Effect: Effect.Ask } again && agreed.Contains(again.Call)
                ? Tell(recorded, (StoryWeight.Detail, $"{Tool(again.Call)} is looked at once more just before the call, with what was agreed.", null))
                : Tell(recorded, Say(recorded.Event));
        }
    }

    private StoryLine Tell(Recorded recorded, (StoryWeight Weight, string Text, string? State) said)
    {
        var (weight, text, shown) = said;
        return new StoryLine(recorded.Seq, recorded.Position, recorded.At, Speaker(recorded), recorded.Event.GetType().Name, IsOthers(recorded.Event) ? text : plain.Read(text), weight, shown) { Approval = (recorded.Event as ApprovalRequested)?.Approval };
    }

    /// <summary>True where what is told has words of people or models in it, which are left as they are.</summary>
    private bool IsOthers(WorkflowEvent happened) =>
        happened is MessagePosted or GoalSubmitted or EscalationAnswered or WorkflowPaused or GoalCancelled or MessageAnswered or CallProposed or SeatFilled
        || (happened is CallDecided { Effect: Effect.Deny } denied && Wanted(denied.Call) is not null);

    /// <summary>
    /// Whose deed it is. Whoever wrote other arguments has agreed to them: that is recorded while the agent's call goes on, but it is not the agent who says yes. And what is stopped is
    /// stopped by the service, not by the agent who wanted it.
    /// </summary>
    private string Speaker(Recorded recorded) => recorded.Event switch
    {
        ApprovalDecided { Via: ByEdit } e => Actor.Person(e.By).Value,
        SeatFilled { Via: ByEdit } e => Actor.Person(e.By).Value,
        CallDecided { Effect: Effect.Deny } e when Wanted(e.Call) is not null => Actor.System.Value,
        _ => recorded.Actor.Value,
    };

    private (StoryWeight Weight, string Text, string? State) Say(WorkflowEvent happened) => happened switch
    {
        GoalSubmitted e => Talk(e.Goal.Words),
        ContractAgreed e => Talk($"I understand the goal so: {e.Contract.Outcome}{(e.Playbook is { } playbook ? $" I follow the playbook '{playbook}'." : string.Empty)}"),
        PlanAdopted e => Talk($"My plan has {Count(e.Plan.Tasks.Length, "task")}: {string.Join(" → ", e.Plan.Tasks.Take(8).Select(t => t.Title))}{(e.Plan.Tasks.Length > 8 ? " …" : ".")}"),
        PlanRevised e => Talk($"I changed the plan: {e.Reason}"),
        MessagePosted e => Talk(e.Text.Words),
        MessageAnswered e => Talk(e.Answer.Words, e.Effect switch { MessageEffect.Drop => "left out", MessageEffect.Revise => "new plan", MessageEffect.Contract => "asked", _ => null }),
        ContractChanged => Talk("What was agreed has changed, as was signed. The plan is made anew for it."),
        PlanKept e => Talk($"The plan stays as it is. {e.Reason}"),
        ContractProposed e => (StoryWeight.Detail, $"Other terms are proposed: {e.Contract.Outcome}{(e.Contract.Constraints.IsEmpty ? string.Empty : $" ({string.Join("; ", e.Contract.Constraints)})")}", null),
        Escalated e => Talk(e.Question, e.Kind == EscalationKind.Finding ? "told" : "asked"),
        EscalationAnswered e => Talk($"Answered: {Written.Words(e.Choice)}{(e.Answer is { } words ? $". {words.Words}" : string.Empty)}"),
        ApprovalRequested e => Talk($"{plain.Who(e.Agent)} wants {Wish(e)}; {string.Join(" and ", e.Seats.Select(s => s.Count > 1 ? $"{s.Count} of {s.Role}" : s.Role))} must agree. {e.Reason}", "ask"),
        ApprovalDecided e => Talk(Decided(e), e.Verdict.ToString().ToLowerInvariant()),
        GoalCompleted e => Talk(e.Summary, state.IsTakenAsItIs ? StateColour.AsItIs : "completed"),
        GoalFailed e => Talk(e.Reason, "failed"),
        GoalCancelled e => Talk($"Cancelled. {e.Reason.Words}", "cancelled"),
        WorkflowPaused e => Talk($"Paused. {e.Reason.Words}", "paused"),
        WorkflowResumed => Talk("Go on."),
        DeadlineExtended e => Talk($"The new deadline is {Written.Time(e.Deadline)}."),
        LookAsked e => Talk(e.Text),
        SeatFilled e => Talk(Agreed(e)),
        TaskAssigned e => (StoryWeight.Milestone, $"“{Title(e.Task)}” goes to {plain.Who(e.Executor.Actor.Value)}: {e.Reason.TrimEnd('.')}.", null),
        AssignmentPutOff e => (StoryWeight.Milestone, $"“{Title(e.Task)}” waits for somebody with time: {e.Reason}", "waiting"),
        TaskReassigned e => (StoryWeight.Milestone, $"“{Title(e.Task)}” goes to {plain.Who(e.Executor.Actor.Value)} instead: {e.Reason.TrimEnd('.')}.", null),
        TaskBlocked e => (StoryWeight.Milestone, $"“{Title(e.Task)}” is blocked: {e.Reason}", "blocked"),
        TaskFailed e => (StoryWeight.Milestone, $"“{Title(e.Task)}” failed: {e.Reason}", "failed"),
        TaskExpanded e => (StoryWeight.Milestone, $"“{Title(e.Task)}” became {Count(e.Children.Length, "task")}.", null),
        TaskRetried e => (StoryWeight.Milestone, $"“{Title(e.Task)}” is tried again: {e.Feedback}", null),
        GrantRevoked e => (StoryWeight.Milestone, $"What “{Title(e.Task)}” may do was taken back: {e.Reason.Words}", "failed"),
        DeliverableSubmitted e => (StoryWeight.Milestone, $"“{Title(e.Task)}” was handed in.", null),
        DeliverableReviewed e => (StoryWeight.Milestone, $"“{Title(e.Task)}” was {(e.Accepted ? "accepted" : "sent back")} by {plain.Who(e.Reviewer.Value)}{(e.Reasons.IsEmpty ? "." : $": {string.Join("; ", e.Reasons)}")}", e.Accepted ? "done" : "rejected"),
        AcceptanceChecked e => (StoryWeight.Milestone, $"Acceptance check {e.Index + 1}: {e.Reason}", e.Held ? "passed" : "failed"),
        DeadlinePassed => (StoryWeight.Milestone, "A deadline passed.", "failed"),
        WorkHeld e => (StoryWeight.Milestone, $"Held by the suspension of {e.By}: {e.Reason.Words}", "suspended"),
        WorkReleased => (StoryWeight.Milestone, "The suspension was lifted; it goes on.", null),
        CallDecided { Effect: Effect.Ask } e => (StoryWeight.Detail, $"{Tool(e.Call)}: somebody must agree first.", EffectNames.Write(e.Effect)), // what is asked, and why, says the question that comes of it
        CallDecided { Effect: Effect.Deny } e when Wanted(e.Call) is { } call => Talk(
            $"Stopped: {plain.Who(call.Proposed.Agent)} wanted {Written.Action(call.Proposed.Tool).ToLowerInvariant()} ({BriefArguments.Of(call.Args)}). {plain.Read(e.Reason)}", EffectNames.Write(e.Effect)),
        CallDecided { Effect: not Effect.Allow } e => (StoryWeight.Milestone, $"{Tool(e.Call)}: {e.Reason}", EffectNames.Write(e.Effect)),
        CallSettled e => (StoryWeight.Milestone, $"The call of {Tool(e.Call)}{(e.Cost is { } cost ? $" for {Written.Money(cost)}" : string.Empty)}.", e.Outcome.ToString().ToLowerInvariant()),
        CallEndedLate e => (StoryWeight.Milestone, $"The call of {Tool(e.Call)} ended late on {e.Node}.", e.Outcome.ToString().ToLowerInvariant()),
        CallChanged e => (StoryWeight.Milestone, $"{Tool(e.Call)}: the arguments were changed{(e.Edit is { } edit ? $" by {plain.Who(edit.By)}" : " by a rule")}.", null),
        CallShadowed e => (StoryWeight.Milestone, $"{Tool(e.Call)} was left out: this run is in shadow.", "shadowed"),
        CallAnswered e => (StoryWeight.Milestone, $"{Tool(e.Call)} was answered by a person instead.", "responded"),
        CallDeferred e => (StoryWeight.Milestone, $"{Tool(e.Call)} waits until {Written.Time(e.Until)}.", "deferred"),
        StandingSettled { Change: not null } => (StoryWeight.Milestone, "A standing rule for calls like it was proposed.", null),
        StandingSettled e => (StoryWeight.Milestone, $"No standing rule was proposed: {e.Hindrance}", null),
        ApprovalReminded => (StoryWeight.Milestone, "Whoever may decide was reminded.", null),
        StandInsAdmitted => (StoryWeight.Milestone, "Stand-ins may decide too by now.", null),
        ApprovalEscalated e => (StoryWeight.Milestone, $"{e.Role} may decide too by now.", null),
        WorkRecalled e => (StoryWeight.Milestone, $"Looked at what is remembered of {Count(e.Works.Length, "other workflow")} when planning.", null),
        HistorySummarised e => (StoryWeight.Detail, $"The conversation on “{Title(e.Task)}” had grown too long; its beginning was put into few words.", null),
        CallProposed e => (StoryWeight.Detail, $"{plain.Who(e.Agent)} proposes {e.Tool}{(BriefArguments.OrNothing(e.Args) is { Length: > 0 } brief ? $": {brief}" : string.Empty)}.", null),
        CallDecided e => (StoryWeight.Detail, $"{Tool(e.Call)}: {e.Reason}", EffectNames.Write(e.Effect)),
        CallStarted e => (StoryWeight.Detail, $"The call of {Tool(e.Call)} begins.", null),
        ModelAsked e => (StoryWeight.Detail, $"The model {e.Model} is asked ({e.Step}{(e.Task is { } task ? $", “{Title(task)}”" : string.Empty)}).", null),
        ModelReplied e => (StoryWeight.Detail, e.Error is { } error ? $"The model failed: {error}" : $"The model replied{(e.Usage is { } usage ? $", {Written.Count(usage.InputTokens + usage.OutputTokens)} tokens" : string.Empty)}.", null),
        ReplyCorrected e => (StoryWeight.Detail, $"A reply was sent back: {string.Join("; ", e.Errors)}", null),
        _ => (StoryWeight.Detail, Written.Words(happened.GetType().Name), null),
    };

    private static (StoryWeight, string, string?) Talk(string text, string? state = null) => (StoryWeight.Talk, text, state);

    private static string Count(int count, string word) => count == 1 ? $"one {word}" : $"{count} {word}s";

    /// <summary>Who said yes, to what, in whose place, and on what grounds.</summary>
    private string Agreed(SeatFilled e) =>
        $"{plain.Who(e.By)} agreed{(Asked(e.Approval) is { } asked ? $" to {Wish(asked)}" : string.Empty)} as {e.Role}{(e.StandsInFor is { } other ? $", standing in for {plain.Who(other)}" : string.Empty)}{Grounds(e.Reason)}";

    /// <summary>How people's decision came out, on which call. What each of them gave as the ground of a yes stands with that yes, and not a second time here.</summary>
    private string Decided(ApprovalDecided e)
    {
        var filled = state.Approvals.GetValueOrDefault(e.Approval)?.Filled ?? [];
        var how = e is { Via: ByEdit, Verdict: ApprovalVerdict.Approved } ? "Approved by writing the arguments" : Decided(e.Verdict);
        var isSaid = e.Verdict == ApprovalVerdict.Approved && filled.Any(f => f.Reason?.Words == e.Reason?.Words);
        return $"{how}{Grounds(isSaid ? null : e.Reason)}{(Asked(e.Approval) is { } asked ? $" It was about {Wish(asked)}." : string.Empty)}";
    }

    /// <summary>Why, and the sentence's end.</summary>
    private static string Grounds(PrivateText? reason) => reason is { Words.Length: > 0 } said ? $": {said.Words}{(said.Words[^1] is '.' or '!' or '?' or '…' ? string.Empty : ".")}" : ".";

    private ApprovalRequested? Asked(ApprovalId id) => state.Approvals.GetValueOrDefault(id)?.Requested;

    /// <summary>What is asked for, so that one of several alike is told from the others: the action, what it is about, and what the gate found out of it.</summary>
    private static string Wish(ApprovalRequested asked)
    {
        var words = BriefArguments.WithFacts(asked.Args, asked.Facts);
        return $"{Written.Action(asked.Tool).ToLowerInvariant()}{(words.Length > 0 ? $" ({Written.Short(words, LongestWish)})" : string.Empty)}";
    }

    private static string Decided(ApprovalVerdict verdict) => verdict switch
    {
        ApprovalVerdict.Approved => "Approved",
        ApprovalVerdict.Rejected => "Rejected",
        ApprovalVerdict.Expired => "Nobody answered in time, and silence is a no",
        ApprovalVerdict.Edited => "Sent with other arguments",
        ApprovalVerdict.Responded => "Answered instead",
        _ => "Void: what was asked no longer fits",
    };

    /// <summary>A call that an agent wanted for a task, as opposed to a look of the service's own; null for others.</summary>
    private CallState? Wanted(CallId id) => state.Calls.GetValueOrDefault(id) is { Proposed: { Task: not null } proposed } call && proposed.Agent != Actor.System.Value ? call : null;

    private string Title(TaskId? id) => id is { } task && state.Task(task) is { } found ? found.Task.Title : "a task";

    private string Tool(CallId call) => state.Calls.TryGetValue(call, out var found) ? found.Proposed.Tool : "a tool";
}
