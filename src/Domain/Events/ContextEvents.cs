using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>
/// What is remembered of other workflows was put before the manager when it planned. On record, so that the same state gives the same question whatever is remembered by then.
/// </summary>
/// <param name="Works">The likest first; at least one.</param>
public sealed record WorkRecalled(ImmutableArray<RecalledWork> Works) : WorkflowEvent;

/// <summary>Another workflow, as far as it is told of. No words of a person are in it: those stay where they can be forgotten.</summary>
/// <param name="Workflow">Which; the source of what is told.</param>
/// <param name="Relation"><c>join</c>: the same and open; <c>same</c>: the same and over; <c>like</c>: something like it.</param>
/// <param name="Status">Where it stood, in the contract's words.</param>
/// <param name="Outcome">What it was to reach.</param>
/// <param name="Ending">How it ended; null while it had not, and where a person said it in their words.</param>
/// <param name="Labels">What is confidential about it, ordinal: they hold wherever this is told.</param>
public sealed record RecalledWork(WorkflowId Workflow, string Relation, string Status, string Outcome, string? Ending, ImmutableArray<string> Labels);

/// <summary>
/// The beginning of an agent's conversation on a task was put into few words by its model, because all of it no longer fitted. From here on the words stand for it.
/// </summary>
/// <param name="Task">Whose conversation.</param>
/// <param name="Assignment">Which of the task's: each executor begins anew.</param>
/// <param name="From">Where what was read for it begins, counted in what was said in the conversation; what stands before is in the summary before this one, which was read too.</param>
/// <param name="To">Where it ends; all before it is covered.</param>
/// <param name="Text">In the model's words. Data, whatever it says.</param>
/// <param name="Labels">What is confidential about what it covers, ordinal; also about what the summary before covered.</param>
/// <param name="Ask">The question that it answers.</param>
public sealed record HistorySummarised(TaskId Task, int Assignment, int From, int To, string Text, ImmutableArray<string> Labels, AskId Ask) : WorkflowEvent;
