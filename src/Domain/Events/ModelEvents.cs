using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AiManager.Domain;

/// <summary>A question goes to a model. Recorded, with its reservations, before it is sent.</summary>
/// <param name="Ask">The question; asked again under the same id when a crash swallowed the answer.</param>
/// <param name="Task">For which task; null for the manager's own questions.</param>
/// <param name="Step">What is asked: <c>understand</c>, <c>outline</c>, <c>detail</c>, <c>act</c>, <c>review</c> …</param>
/// <param name="Role">Who asks: <c>manager</c> or an agent's name.</param>
/// <param name="Model">The model's name; the sink is <c>model:NAME</c>.</param>
/// <param name="PromptDigest">SHA-256 of the messages, hex. The messages themselves follow from the events before.</param>
/// <param name="PromptBytes">Their length in UTF-8.</param>
/// <param name="MaxTokens">Upper bound for the reply.</param>
/// <param name="Reserved">What was set aside: bytes plus the reply's bound, as tokens.</param>
/// <param name="Low">A budget that was seen to run low, once for each; null mostly.</param>
public sealed record ModelAsked(
    AskId Ask, TaskId? Task, string Step, string Role, string Model, string PromptDigest, int PromptBytes, int MaxTokens, ImmutableArray<Reservation> Reserved,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] BudgetNotice? Low = null) : WorkflowEvent;

/// <summary>A question whose answer went with a process is about to be sent again, under what was set aside for it. On record before it is.</summary>
/// <param name="Ask">The question.</param>
/// <param name="Task">As asked.</param>
/// <param name="Node">Which host sends it.</param>
public sealed record ModelAskedAgain(AskId Ask, TaskId? Task, string Node) : WorkflowEvent;

/// <summary>What came back.</summary>
/// <param name="Ask">The question.</param>
/// <param name="Task">As asked.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Text">The words; null when there are none.</param>
/// <param name="Calls">Proposed calls, in order.</param>
/// <param name="Usage">What it used; null when nothing was sent.</param>
/// <param name="Cost">Its price; null when the model has none.</param>
/// <param name="Error">What went wrong; null when nothing did.</param>
/// <param name="Settled">What each reservation came to.</param>
/// <param name="UsedUp">The budget of the goal or the task that had no room left for the question; null when none was in the way.</param>
public sealed record ModelReplied(
    AskId Ask,
    TaskId? Task,
    ModelOutcome Outcome,
    string? Text,
    ImmutableArray<ModelToolCall> Calls,
    ModelUsage? Usage,
    Money? Cost,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error,
    ImmutableArray<Reservation> Settled,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] BudgetNotice? UsedUp = null) : WorkflowEvent;
