using System.Collections.Immutable;
using AiManager.ManagerAgent;

namespace AiManager.Host;

/// <summary>Everything that stands on a workflow's page.</summary>
/// <param name="Workflow">As everybody outside sees it.</param>
/// <param name="State">Folded.</param>
/// <param name="Risks">What about it should worry somebody.</param>
/// <param name="Graph">The plan, drawn.</param>
/// <param name="NarrowGraph">The same for a phone.</param>
/// <param name="Talk">The conversation, the newest of it.</param>
/// <param name="Earlier">Lines of it that came before.</param>
/// <param name="Approvals">Calls that wait.</param>
/// <param name="Questions">Questions that wait.</param>
/// <param name="Tasks">Tasks of whoever looks.</param>
/// <param name="Spend">What is spent.</param>
/// <param name="Revisions">Versions of the plan.</param>
/// <param name="Details">What each task is about.</param>
/// <param name="Stop">What stops it, or everything; null for nothing.</param>
/// <param name="Calls">What became of the calls that were wanted.</param>
/// <param name="Seqs">An event's place in the workflow, by its place in the journal.</param>
internal sealed record WorkflowPage(
    WorkflowResource Workflow,
    WorkflowState State,
    ImmutableArray<string> Risks,
    PlanGraph Graph,
    PlanGraph NarrowGraph,
    ImmutableArray<StoryLine> Talk,
    int Earlier,
    ImmutableArray<ApprovalCard> Approvals,
    ImmutableArray<QuestionCard> Questions,
    ImmutableArray<TaskCard> Tasks,
    ImmutableArray<SpendLine> Spend,
    ImmutableArray<PlanRevision> Revisions,
    IReadOnlyDictionary<TaskId, TaskAbout> Details,
    Suspension? Stop,
    CallTally Calls,
    IReadOnlyDictionary<long, int> Seqs) : IHoldsForms
{
    /// <summary>The part of the conversation that is shown; the timeline has all of it.</summary>
    private const int MostTalk = 60;

    /// <summary>True when nothing more will happen.</summary>
    public bool IsOver => State.IsFinal;

    /// <summary>True when somebody stopped it for now, and whoever may can let it go on here.</summary>
    public bool IsPaused => State.Status == WorkflowStatus.Paused && !IsSuspended;

    /// <summary>True while a suspension holds it, or will as soon as it is looked at: it goes on once that is lifted, and not before.</summary>
    public bool IsSuspended => !IsOver && (Stop is not null || State.HeldBy is not null);

    /// <summary>Why it is suspended, in the words of whoever did that.</summary>
    public string? SuspendedFor => Stop?.Reason.Words ?? State.HeldReason;

    /// <summary>Its state, as it is shown.</summary>
    public string Shown => State.IsTakenAsItIs ? StateColour.AsItIs : IsSuspended ? StateColour.Suspended : Workflow.Status;

    /// <summary>What counts as a task of its own: a list counts as one until it has become its tasks, which count instead.</summary>
    public TaskCount Tally => TaskCount.Of(State);

    /// <inheritdoc/>
    public bool Holds(string form) =>
        Approvals.Any(a => a.IsMine && a.Holds(form))
        || Questions.Any(q => q.IsMine && form.EndsWith(q.Item.Id.ToString(), StringComparison.Ordinal))
        || Tasks.Any(t => form.EndsWith(t.Item.Id.ToString(), StringComparison.Ordinal))
        || State.Tasks.Any(t => !t.IsFinal && form == $"revoke-{t.Task.Id}")
        || (!IsOver && Stop is null && form == StopParts.FormOf(Suspension.Workflow, Workflow.Id.ToString()))
        || (!IsOver && (form is "say" or "join" or "cancel" || (form == "pause" && !IsPaused && !IsSuspended)));

    /// <summary>Where the timeline shows some events of the journal, and nothing else.</summary>
    public string AddressOf(IEnumerable<long> positions) => TimelineChoice.Address(Workflow.Id, positions.Where(Seqs.ContainsKey).Select(p => Seqs[p]));

    /// <summary>A line of the report about what waits, without what its card on this page says anyway; and that card's place. The whole line and null where there is none.</summary>
    public (string Text, string? Card) CardOf(string line)
    {
        foreach (var id in Approvals.Select(a => a.View.Approval.ToString()).Concat(Questions.Select(q => q.Item.Id.ToString())))
        {
            if (line.IndexOf($" ({id})", StringComparison.Ordinal) is > 0 and var at)
            {
                return (Written.Short(line[..at].TrimEnd('.') + ".", 240), id);
            }
        }

        return (line, null);
    }

    /// <summary>Makes it. Pure but for what the parts look up.</summary>
    public static WorkflowPage Of(
        WorkflowSnapshot found, PageContent content, WorkflowMapper mapper, ImmutableArray<ApprovalCard> approvals, InboxReader inbox, IReadOnlyDictionary<string, Suspension> stops)
    {
        var (state, person) = (found.State, content.Person!);
        var talk = new Story(state, content.Plain).Tell(found.Events).Where(l => l.Weight == StoryWeight.Talk).ToList();
        var usedUp = PlanFlags.UsedUp(found.Events);
        ImmutableArray<PlanItem> items = [.. state.Tasks.Where(t => t.Status != WorkTaskStatus.Cancelled || state.IsFinal).Select(t => PlanFlags.Item(t, state, usedUp, content))];
        return new WorkflowPage(
            mapper.Map(found),
            state,
            RiskWords.Of(state, content.Now),
            PlanGraph.Of(items),
            PlanGraph.Of(items, isNarrow: true),
            [.. talk.Skip(Math.Max(0, talk.Count - MostTalk))],
            Math.Max(0, talk.Count - MostTalk),
            approvals,
            inbox.Questions(state, content),
            [
                .. state.Tasks.Where(t => t.Status == WorkTaskStatus.WaitingPerson && t.Executor?.Actor == Actor.Person(person.Id)).Select(t => TaskCard.Of(
                    new TaskRow(t.Task.Id, state.Id, t.Task.Key, t.Task.Title, StatusNames.Write(t.Status), t.Executor!.Actor.Value, t.Task.Deadline), t, state, content.Plain)),
            ],
            SpendLine.Of(state, content.Company!.Currency),
            PlanRevision.Of(found.Events, content.Company!.Currency),
            TaskAbout.Of(state, found.Events),
            stops.GetValueOrDefault(Suspension.KeyOf(Suspension.Workflow, state.Id.ToString())) ?? stops.GetValueOrDefault(Suspension.KeyOf(Suspension.All, Suspension.AllName)),
            CallTally.Of(state, found.Events),
            found.Events.ToDictionary(e => e.Position, e => e.Seq));
    }
}
