using System.Data.Common;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>Rows of the read models' tables as the records that they are: the one place that knows both.</summary>
internal static class ReadModelRows
{
    public const string Workflows =
        """
        select w.workflow, w.goal, w.requester, w.status, w.playbook, w.singleton, w.priority, w.submitted_at, s.updated_at, w.tasks_done, w.tasks_total
        from workflows w join streams s on s.stream = w.workflow
        """;

    public const string Tasks = "select task, workflow, key, title, status, executor, deadline from tasks";
    public const string Approvals = "select approval, workflow, status, roles, expires_at, requested_at from approvals";
    public const string Escalations = "select escalation, workflow, kind, role, status, question, raised_at, task, choices, deadline, answer, answered_by, told_status from escalations";

    public static WorkflowRow Workflow(DbDataReader row) => new(
        WorkflowId(row, 0),
        row.GetString(1),
        row.GetString(2),
        row.GetString(3),
        Text(row, 4),
        Text(row, 5),
        row.GetInt32(6),
        Time(row, 7),
        Time(row, 8),
        row.GetInt32(9),
        row.GetInt32(10));

    public static TaskRow Task(DbDataReader row) => new(
        PrefixedId.Read<TaskId>(row.GetString(0)),
        WorkflowId(row, 1),
        row.GetString(2),
        row.GetString(3),
        row.GetString(4),
        Text(row, 5),
        row.IsDBNull(6) ? null : Time(row, 6));

    public static ApprovalRow Approval(DbDataReader row) => new(
        PrefixedId.Read<ApprovalId>(row.GetString(0)), WorkflowId(row, 1), row.GetString(2), row.GetString(3), Time(row, 4), Time(row, 5));

    public static EscalationRow Escalation(DbDataReader row) => new(
        PrefixedId.Read<EscalationId>(row.GetString(0)), WorkflowId(row, 1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), Time(row, 6))
    {
        // A program of before changes the status alone.
        Details = Text(row, 12) == row.GetString(4) && Text(row, 8) is { } choices
            ? new EscalationDetails(Text(row, 7) is { } task ? PrefixedId.Read<TaskId>(task) : null, choices, row.IsDBNull(9) ? null : Time(row, 9), Text(row, 10), Text(row, 11))
            : null,
    };

    /// <summary>Seven columns from <paramref name="first"/> on: money, model cost, tokens, calls, tool calls, time, recipients.</summary>
    public static LedgerUnits Units(DbDataReader row, int first) => new(
        row.GetInt64(first),
        row.GetInt64(first + 1),
        row.GetInt64(first + 2),
        row.GetInt64(first + 3),
        row.GetInt64(first + 4),
        row.GetInt64(first + 5),
        row.GetInt64(first + 6));

    public static WorkflowId WorkflowId(DbDataReader row, int column) => PrefixedId.Read<WorkflowId>(row.GetString(column));

    private static DateTimeOffset Time(DbDataReader row, int column) => UnixMicros.Read(row.GetInt64(column));

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
