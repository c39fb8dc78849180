using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>What came of steering a workflow.</summary>
/// <param name="Id">Which one.</param>
/// <param name="Status">Of the workflow now.</param>
/// <param name="Now">One line that says what it is doing.</param>
internal sealed record SteeredResource(WorkflowId Id, string Status, string Now);

/// <summary>A question that only a person can answer.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Workflow">Whose.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="Task">The task; null when it is about the whole goal.</param>
/// <param name="Role">Who should answer.</param>
/// <param name="Question">In plain words.</param>
/// <param name="Choices">The answers that the program understands.</param>
/// <param name="Status"><c>open</c>, <c>answered</c> or <c>closed</c>.</param>
/// <param name="Answer">The choice; null while it is open.</param>
/// <param name="By">Who answered; null while it is open.</param>
/// <param name="RaisedAt">UTC.</param>
/// <param name="Deadline">UTC; null when there is none.</param>
internal sealed record EscalationResource(
    EscalationId Id,
    WorkflowId Workflow,
    string Kind,
    TaskId? Task,
    string Role,
    string Question,
    ImmutableArray<string> Choices,
    string Status,
    string? Answer,
    string? By,
    DateTimeOffset RaisedAt,
    DateTimeOffset? Deadline)
{
    /// <summary>As the list and the workflow say.</summary>
    public static EscalationResource Of(EscalationRow row, EscalationDetails details, PlainWords words) => new(
        row.Escalation,
        row.Workflow,
        row.Kind,
        details.Task,
        row.Role,
        words.Read(row.Question),
        [.. details.Choices.Split('\n', StringSplitOptions.RemoveEmptyEntries)],
        row.Status,
        details.Answer,
        details.By,
        row.RaisedAt,
        details.Deadline);
}

/// <summary>An open task in an inbox.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Workflow">Whose.</param>
/// <param name="Title">For people.</param>
/// <param name="Status">In the contract's words.</param>
/// <param name="Executor">Who does it; null until assigned.</param>
/// <param name="Deadline">UTC; null for none of its own.</param>
/// <param name="Instruction">What is to be done; null when it does not wait for a person.</param>
/// <param name="Schema">What the deliverable must look like, a JSON Schema; null when it does not wait for a person.</param>
internal sealed record InboxTaskResource(
    TaskId Id, WorkflowId Workflow, string Title, string Status, string? Executor, DateTimeOffset? Deadline, string? Instruction, JsonText? Schema)
{
    /// <summary>As the list and the workflow say.</summary>
    public static InboxTaskResource Of(TaskRow row, TaskState? state) => new(
        row.Task, row.Workflow, row.Title, row.Status, row.Executor, row.Deadline, state?.Task.Instruction, state?.Task.Deliverable.Schema);
}

/// <summary>What verifying the journal found.</summary>
/// <param name="IsSound">True when nothing is wrong.</param>
/// <param name="Events">Events checked.</param>
/// <param name="Streams">Streams checked.</param>
/// <param name="Fault">The first wrong event, in words; null when all is right.</param>
/// <param name="Stream">Its stream; null when all is right.</param>
/// <param name="Seq">Its seq; null when all is right.</param>
/// <param name="Position">Its position; null when all is right, and where what is wrong has none.</param>
/// <param name="Archived">How many of the events lie in archive files: their places agree, their bodies were not looked at.</param>
internal sealed record AuditResource(bool IsSound, long Events, int Streams, string? Fault, string? Stream, int? Seq, long? Position, long Archived);

/// <summary>How the service is.</summary>
/// <param name="Status"><c>live</c> or <c>ready</c>.</param>
internal sealed record HealthResource(string Status);
