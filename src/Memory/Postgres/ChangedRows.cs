using System.Diagnostics;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>
/// Read-model rows as a batch leaves them, the last of each, so that a row is written once however often it changed. Ledgers are kept apart: what is
/// in them is added up by <see cref="LedgerBook"/>, or when rebuilding by the database.
/// </summary>
internal sealed class ChangedRows
{
    public Dictionary<WorkflowId, WorkflowRow> Workflows { get; } = [];

    public Dictionary<TaskId, TaskRow> Tasks { get; } = [];

    public Dictionary<ApprovalId, ApprovalRow> Approvals { get; } = [];

    public Dictionary<EscalationId, EscalationRow> Escalations { get; } = [];

    /// <summary>Microseconds; null where the row goes.</summary>
    public Dictionary<(string Stream, string Kind, string Key), long?> Due { get; } = [];

    public int Count => Workflows.Count + Tasks.Count + Approvals.Count + Escalations.Count + Due.Count;

    public void Put(ReadModelChange change)
    {
        switch (change)
        {
            case ReadModelChange.PutWorkflow { Row: var row }:
                Workflows[row.Workflow] = row;
                break;
            case ReadModelChange.PutTask { Row: var row }:
                Tasks[row.Task] = row;
                break;
            case ReadModelChange.PutApproval { Row: var row }:
                Approvals[row.Approval] = row;
                break;
            case ReadModelChange.PutEscalation { Row: var row }:
                Escalations[row.Escalation] = row;
                break;
            case ReadModelChange.PutDue put:
                Due[(put.Stream, put.Kind, put.Key)] = UnixMicros.Write(put.At);
                break;
            case ReadModelChange.ClearDue clear:
                Due[(clear.Stream, clear.Kind, clear.Key)] = null;
                break;
            default:
                throw new UnreachableException();
        }
    }

    public void Clear()
    {
        Workflows.Clear();
        Tasks.Clear();
        Approvals.Clear();
        Escalations.Clear();
        Due.Clear();
    }
}
