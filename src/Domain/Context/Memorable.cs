using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>What of a workflow is worth remembering, from its state alone; the same state gives the same entries.</summary>
public static class Memorable
{
    /// <summary>
    /// Stands among labels where nobody wrote down what is confidential about a result, as before version 0.3.0: then it may be anything that the company keeps, and nobody outside is told.
    /// </summary>
    public const string Unlabelled = "unlabelled";

    private const int LongestTitle = 200;
    private const int LongestText = 2_000;
    private const int LongestResult = 800;

    private static readonly ImmutableHashSet<string> Types =
    [
        nameof(GoalSubmitted), nameof(ContractAgreed), nameof(GoalCompleted), nameof(GoalFailed), nameof(GoalCancelled), nameof(DeliverableReviewed), nameof(EscalationAnswered), nameof(ApprovalDecided), nameof(CallChanged),
    ];

    /// <summary>True for events after which something else is worth remembering than before.</summary>
    public static bool IsIn(string eventType) => Types.Contains(eventType);

    /// <summary>The entries of a workflow: itself, its tasks that are done, what people decided and why.</summary>
    public static ImmutableArray<MemoryEntry> Of(WorkflowState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Submitted is not { } submitted)
        {
            return [];
        }

        var labels = LabelsOf(state);
        var goal = submitted.Goal.Words;
        var people = PeopleOf(state, submitted);
        var entries = ImmutableArray.CreateBuilder<MemoryEntry>();
        entries.Add(new MemoryEntry(
            state.Id.ToString(), MemoryKind.Workflow, state.Id, people, !state.IsFinal, Title(goal), Text(goal, state.Agreed?.Contract.Outcome, state.Status == WorkflowStatus.Cancelled ? null : state.Ending), labels, state.SubmittedAt));
        foreach (var task in state.Tasks.Where(t => t.Status == WorkTaskStatus.Done && t.Task.ForEach is null))
        {
            var gave = BriefText.Clip(task.Deliverable.Text, LongestResult);
            entries.Add(new MemoryEntry(
                task.Task.Id.ToString(), MemoryKind.Task, state.Id, people, false, Title(task.Task.Title), Text(task.Task.Instruction, gave), labels, state.UpdatedAt));
        }

        foreach (var escalation in state.Escalations.Values.Where(e => e.Choice is not null and not EscalationState.AskedAnew && !e.IsLook).OrderBy(e => e.RaisedSeq))
        {
            entries.Add(new MemoryEntry(
                escalation.Raised.Escalation.ToString(), MemoryKind.Decision, state.Id, people, false, Title(escalation.Raised.Question), Text(escalation.Raised.Question, escalation.Choice, escalation.Answer), labels, escalation.RaisedAt));
        }

        foreach (var approval in state.Approvals.Values.OrderBy(a => a.RequestedAt).ThenBy(a => a.Requested.Approval.Value))
        {
            if (Decided(approval.Verdict) is { } decided)
            {
                var (asked, call) = (approval.Requested, state.Calls[approval.Requested.Call]);
                var told = Text([decided, .. approval.Filled.Select(f => f.Reason?.Words), Why(approval, call), ArgsOf(approval, call)]);
                entries.Add(new MemoryEntry(asked.Approval.ToString(), MemoryKind.Decision, state.Id, people, false, Title($"{asked.Tool}: {asked.Reason}"), told, labels, approval.RequestedAt));
            }
        }

        return entries.ToImmutable();
    }

    /// <summary>
    /// What is confidential about a workflow: what its calls' arguments were made of, what their results were, and what it was told of others. Names of integrity are no part of it.
    /// </summary>
    public static ImmutableArray<string> LabelsOf(WorkflowState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var ofCalls = state.Calls.Values.SelectMany(c => c.Proposed.Labels.Concat(c.Settled is { } settled ? LabelsOf(settled) : []));
        return [.. ofCalls.Concat(state.Recalled?.Works.SelectMany(w => w.Labels) ?? []).Where(l => IntegrityNames.Read(l) is null).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <summary>A result that was told has its labels, or an empty list; what was withheld says nothing, and what failed says why in words that were looked at before.</summary>
    private static ImmutableArray<string> LabelsOf(CallSettled settled) =>
        settled.Labels ?? (settled is { Outcome: CallOutcome.Succeeded, Withheld: null } ? [Unlabelled] : []);

    /// <summary>
    /// Everybody who wrote something that planners, agents or whoever else works on it have read, and may have used: in any entry there may be words of each of them.
    /// </summary>
    private static ImmutableArray<string> PeopleOf(WorkflowState state, GoalSubmitted submitted)
    {
        var people = new SortedSet<string>(StringComparer.Ordinal) { submitted.Requester, submitted.Goal.Person };
        people.UnionWith(state.Messages.Select(m => m.Text.Person));
        people.UnionWith(state.Escalations.Values.Select(e => e.By?.PersonId).OfType<string>());
        people.UnionWith(state.Approvals.Values.SelectMany(a => a.Filled.Select(f => f.By).Append(a.By)).OfType<string>());
        people.UnionWith(state.Calls.Values.Select(c => c.Edited?.Edit?.By).OfType<string>());
        people.UnionWith(state.Tasks.SelectMany(t => t.Tried).Select(t => t.PersonId).OfType<string>());
        people.UnionWith(state.Tasks.SelectMany(t => t.SpokenBy));
        people.Remove(Actor.System.Value);
        return [.. people];
    }

    /// <summary>What people decided; null where nobody has, and where time or the world did.</summary>
    private static string? Decided(ApprovalVerdict? verdict) => verdict switch
    {
        ApprovalVerdict.Approved => "approved",
        ApprovalVerdict.Rejected => "rejected",
        ApprovalVerdict.Edited => "changed the arguments",
        ApprovalVerdict.Responded => "answered instead of having it called",
        _ => null,
    };

    /// <summary>Why whoever decided did so; where they refused the call with it, in the words that the call was refused with.</summary>
    private static string? Why(ApprovalState approval, CallState call) =>
        approval.Verdict is ApprovalVerdict.Rejected or ApprovalVerdict.Responded ? call.Refusal : approval.Reason?.Words;

    /// <summary>The arguments that were decided on, or that somebody wanted in their place; null where those were changed once more since.</summary>
    private static string? ArgsOf(ApprovalState approval, CallState call)
    {
        if (approval.Verdict != ApprovalVerdict.Edited)
        {
            return BriefText.Clip(approval.Requested.Args.Text, LongestResult);
        }

        return call.Edited is { Edit: { } edit } edited && edit.Approval == approval.Requested.Approval ? BriefText.Clip(edited.Args.Text, LongestResult) : null;
    }

    private static string Title(string words) => BriefText.Clip(words.ReplaceLineEndings(" "), LongestTitle);

    private static string Text(params string?[] parts) => BriefText.Clip(string.Join('\n', parts.Where(p => !string.IsNullOrEmpty(p))), LongestText);
}
