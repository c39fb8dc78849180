using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>
/// The rows of one workflow as its events say they are, kept in memory. Written apart from the SQL that keeps the tables, so that verifying one
/// against the other checks both.
/// </summary>
internal sealed class ExpectedRows
{
    public WorkflowRow? Workflow { get; private set; }

    public Dictionary<TaskId, TaskRow> Tasks { get; } = [];

    public Dictionary<ApprovalId, ApprovalRow> Approvals { get; } = [];

    public Dictionary<EscalationId, EscalationRow> Escalations { get; } = [];

    /// <summary>Microseconds by kind and key.</summary>
    public Dictionary<(string Kind, string Key), long> Due { get; } = [];

    public Dictionary<LedgerEntryKey, LedgerEntry> Entries { get; } = [];

    public void Put(ReadModelChange change)
    {
        switch (change)
        {
            case ReadModelChange.PutWorkflow put:
                Workflow = put.Row;
                break;
            case ReadModelChange.PutTask put:
                Tasks[put.Row.Task] = put.Row;
                break;
            case ReadModelChange.PutApproval put:
                Approvals[put.Row.Approval] = put.Row;
                break;
            case ReadModelChange.PutEscalation put:
                Escalations[put.Row.Escalation] = put.Row;
                break;
            case ReadModelChange.PutDue put:
                Due[(put.Kind, put.Key)] = UnixMicros.Write(put.At);
                break;
            case ReadModelChange.ClearDue clear:
                Due.Remove((clear.Kind, clear.Key));
                break;
            case ReadModelChange.Reserve { Reservation: var wanted } reserve:
                Entries.TryAdd(
                    new LedgerEntryKey(reserve.Entry, wanted.Budget, wanted.Key, wanted.Window),
                    new LedgerEntry(UnixMicros.Write(reserve.At), LedgerUnits.Of(wanted.Amounts), IsSettled: false));
                break;
            case ReadModelChange.Settle { Actual: var actual } settle:
                var key = new LedgerEntryKey(settle.Entry, actual.Budget, actual.Key, actual.Window);
                if (Entries.TryGetValue(key, out var held))
                {
                    Entries[key] = held with { Units = LedgerUnits.Of(actual.Amounts), IsSettled = true };
                }

                break;
        }
    }
}

/// <summary>Which entry of which ledger.</summary>
internal readonly record struct LedgerEntryKey(string Entry, string Budget, string Key, string Period);

/// <summary>What an entry holds, and since when.</summary>
internal readonly record struct LedgerEntry(long At, LedgerUnits Units, bool IsSettled);
