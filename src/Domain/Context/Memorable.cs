using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>What of a workflow is worth remembering, from its state alone; the same state gives the same entries.</summary>
public static class Memorable
{
    private const int LongestTitle = 200;
    private const int LongestText = 2_000;
    private const int LongestResult = 800;

    private static readonly ImmutableHashSet<string> Types =
    [
        nameof(GoalSubmitted), nameof(ContractAgreed), nameof(GoalCompleted), nameof(GoalFailed), nameof(GoalCancelled), nameof(DeliverableReviewed), nameof(EscalationAnswered),
    ];

    /// <summary>True for events after which something else is worth remembering than before.</summary>
    public static bool IsIn(string eventType) => Types.Contains(eventType);

    /// <summary>The entries of a workflow: itself, its tasks that are done, what people decided.</summary>
    public static ImmutableArray<MemoryEntry> Of(WorkflowState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Submitted is not { } submitted)
        {
            return [];
        }

        var labels = LabelsOf(state);
        var goal = submitted.Goal.Words;

        // Planners and agents have read all of these words, and may have used them.
        var people = state.Messages.Select(m => m.Text.Person).Prepend(submitted.Goal.Person).ToImmutableArray();
        var entries = ImmutableArray.CreateBuilder<MemoryEntry>();
        entries.Add(new MemoryEntry(
            state.Id.ToString(), MemoryKind.Workflow, state.Id, People(people), !state.IsFinal, Title(goal), Text(goal, state.Agreed?.Contract.Outcome, state.Status == WorkflowStatus.Cancelled ? null : state.Ending), labels, state.SubmittedAt));
        foreach (var task in state.Tasks.Where(t => t.Status == WorkTaskStatus.Done && t.Task.ForEach is null))
        {
            var gave = BriefText.Clip(task.Deliverable.Text, LongestResult);
            entries.Add(new MemoryEntry(
                task.Task.Id.ToString(), MemoryKind.Task, state.Id, People(people, task.Executor?.Actor.PersonId), false, Title(task.Task.Title), Text(task.Task.Instruction, gave), labels, state.UpdatedAt));
        }

        foreach (var escalation in state.Escalations.Values.Where(e => e.Choice is not null and not EscalationState.AskedAnew && !e.IsLook).OrderBy(e => e.RaisedSeq))
        {
            entries.Add(new MemoryEntry(
                escalation.Raised.Escalation.ToString(), MemoryKind.Decision, state.Id, People(people, escalation.By?.PersonId), false, Title(escalation.Raised.Question), Text(escalation.Raised.Question, escalation.Choice, escalation.Answer), labels, escalation.RaisedAt));
        }

        return entries.ToImmutable();
    }

    /// <summary>What is confidential about a workflow: what a call's arguments were made of, its workflow has seen. Ordinal, each once.</summary>
    public static ImmutableArray<string> LabelsOf(WorkflowState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return [.. state.Calls.Values.SelectMany(c => c.Proposed.Labels).Where(l => IntegrityNames.Read(l) is null).Distinct().Order(StringComparer.Ordinal)];
    }

    private static ImmutableArray<string> People(ImmutableArray<string> all, string? one = null) =>
        [.. (one is null ? all : all.Add(one)).Where(p => p != Actor.System.Value).Distinct().Order(StringComparer.Ordinal)];

    private static string Title(string words) => BriefText.Clip(words.ReplaceLineEndings(" "), LongestTitle);

    private static string Text(params string?[] parts) => BriefText.Clip(string.Join('\n', parts.Where(p => !string.IsNullOrEmpty(p))), LongestText);
}
