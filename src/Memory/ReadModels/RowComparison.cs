using System.Data.Common;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>Compares the tables with what the events say, workflow by workflow, then what is left over in them.</summary>
internal sealed class RowComparison(DbConnection connection)
{
    private const string OneWorkflow = ReadModelRows.Workflows + " where w.workflow = @workflow";
    private const string ItsTasks = ReadModelRows.Tasks + " where workflow = @workflow";
    private const string ItsApprovals = ReadModelRows.Approvals + " where workflow = @workflow";
    private const string ItsEscalations = ReadModelRows.Escalations + " where workflow = @workflow";
    private const string ItsDue = "select kind, key, at from due where stream = @workflow";
    private const string OneEntry = "select budget, key, period, at, money, model_cost, tokens, calls, tool_calls, time, recipients, settled from ledger_entries where entry = @entry";
    private const string Ledgers = "select budget, key, period, money, model_cost, tokens, calls, tool_calls, time, recipients from ledgers";

    private const string ArchivedEntries = "select budget, key, period, money, model_cost, tokens, calls, tool_calls, time, recipients from ledger_entries where archived is not null";

    private const string Counts =
        """
        select (select count(*) from workflows), (select count(*) from tasks), (select count(*) from approvals), (select count(*) from escalations),
          (select count(*) from due), (select count(*) from ledger_entries)
        """;

    private const string Misfiled =
        """
        select workflow from workflows
        where is_open <> case when status in ('completed', 'failed', 'cancelled') then 0 else 1 end limit 1
        """;

    private static readonly string[] Tables = ["workflows", "tasks", "approvals", "escalations", "due", "ledger_entries"];

    private readonly Dictionary<(string Budget, string Key, string Period), LedgerUnits> _totals = [];
    private readonly long[] _counts = new long[Tables.Length];

    /// <summary>What is wrong with the rows of one workflow; null when nothing is.</summary>
    /// <param name="stream">The workflow.</param>
    /// <param name="lastAt">When its last event was appended.</param>
    /// <param name="expected">As the events say.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<AuditFault?> CompareAsync(string stream, DateTimeOffset lastAt, ExpectedRows expected, CancellationToken cancellationToken)
    {
        Count(expected);
        var workflow = await ListAsync(OneWorkflow, ReadModelRows.Workflow);
        var wrong =
            !IsSame(expected.Workflow is { } row ? row with { UpdatedAt = lastAt } : null, workflow) ? "workflow"
            : Wrong("task", expected.Tasks, await ListAsync(ItsTasks, ReadModelRows.Task), task => task.Task)
            ?? Wrong("approval", expected.Approvals, await ListAsync(ItsApprovals, ReadModelRows.Approval), approval => approval.Approval)
            ?? Wrong("escalation", expected.Escalations, Told(await ListAsync(ItsEscalations, ReadModelRows.Escalation), expected.Escalations), escalation => escalation.Escalation)
            ?? WrongDue(expected.Due, await ListAsync(ItsDue, due => ((due.GetString(0), due.GetString(1)), due.GetInt64(2))))
            ?? await WrongEntryAsync(expected, cancellationToken);
        return wrong is null ? null : new AuditFault($"The read model's {wrong} of {stream} is not what the events say. Rebuild it.", stream);

        Task<System.Collections.Immutable.ImmutableArray<T>> ListAsync<T>(string sql, Func<DbDataReader, T> read) =>
            SqlQueries.ListAsync(connection, sql, read, cancellationToken, ("@workflow", stream));
    }

    /// <summary>After all workflows: the totals of the ledgers, and rows that no event accounts for.</summary>
    public async Task<AuditFault?> FinishAsync(CancellationToken cancellationToken)
    {
        await CountArchivedAsync(cancellationToken);
        var ledgers = await SqlQueries.ListAsync(
            connection, Ledgers, row => (Key: (row.GetString(0), row.GetString(1), row.GetString(2)), Units: ReadModelRows.Units(row, 3)), cancellationToken);
        foreach (var (key, units) in ledgers)
        {
            if (!_totals.Remove(key, out var expected) || expected != units)
            {
                return new AuditFault($"The read model's ledger {key} is not what the events say. Rebuild it.");
            }
        }

        if (_totals.Count > 0)
        {
            return new AuditFault($"The read model lacks the ledger {_totals.Keys.First()}. Rebuild it.");
        }

        var counts = await SqlQueries.ListAsync(connection, Counts, row => Tables.Select((_, i) => row.GetInt64(i)).ToArray(), cancellationToken);
        for (var i = 0; i < Tables.Length; i++)
        {
            if (counts[0][i] != _counts[i])
            {
                return new AuditFault($"The read model's table {Tables[i]} has rows that no event accounts for. Rebuild it.");
            }
        }

        var misfiled = await SqlQueries.ListAsync(connection, Misfiled, row => row.GetString(0), cancellationToken);
        return misfiled.IsEmpty ? null : new AuditFault($"The read model files {misfiled[0]} among the wrong ones, open or over. Rebuild it.", misfiled[0]);
    }

    /// <summary>Words that were erased since are right as well, and so are those of nobody in a workflow of somebody who was.</summary>
    private static bool IsSame(WorkflowRow? expected, IReadOnlyList<WorkflowRow> stored) =>
        expected is null ? stored.Count == 0
        : stored is [var only] && (only == expected || (only.Goal == PrivateText.Erased && only == expected with { Goal = PrivateText.Erased }));

    /// <summary>A program of before tells less of an escalation, which is right as well.</summary>
    private static List<EscalationRow> Told(IEnumerable<EscalationRow> stored, Dictionary<EscalationId, EscalationRow> expected) =>
        [.. stored.Select(row => row.Details is null ? row with { Details = expected.GetValueOrDefault(row.Escalation)?.Details } : row)];

    private static string? Wrong<TKey, TRow>(string what, Dictionary<TKey, TRow> expected, IReadOnlyCollection<TRow> stored, Func<TRow, TKey> key)
        where TKey : notnull
    {
        foreach (var row in stored)
        {
            if (!expected.TryGetValue(key(row), out var wanted) || !wanted!.Equals(row))
            {
                return $"{what} {key(row)}";
            }
        }

        return expected.Count == stored.Count ? null : $"list of {what}s";
    }

    private static string? WrongDue(Dictionary<(string Kind, string Key), long> expected, IReadOnlyCollection<((string Kind, string Key) Key, long At)> stored)
    {
        var known = stored.Where(due => expected.TryGetValue(due.Key, out var at) && at == due.At);
        return known.Count() == expected.Count && stored.Count == expected.Count ? null : "list of due times";
    }

    private async Task<string?> WrongEntryAsync(ExpectedRows expected, CancellationToken cancellationToken)
    {
        foreach (var entry in expected.Entries.GroupBy(e => e.Key.Entry))
        {
            var stored = await SqlQueries.ListAsync(
                connection,
                OneEntry,
                row => (
                    Key: new LedgerEntryKey(entry.Key, row.GetString(0), row.GetString(1), row.GetString(2)),
                    Value: new LedgerEntry(row.GetInt64(3), ReadModelRows.Units(row, 4), row.GetInt64(11) == 1)),
                cancellationToken,
                ("@entry", entry.Key));
            if (stored.Length != entry.Count() || stored.Any(s => !expected.Entries.TryGetValue(s.Key, out var wanted) || wanted != s.Value))
            {
                return $"ledger entry {entry.Key}";
            }
        }

        return null;
    }

    /// <summary>What archived workflows spent stands in no event here; it is taken as it is.</summary>
    private async Task CountArchivedAsync(CancellationToken cancellationToken)
    {
        foreach (var (ledger, units) in await SqlQueries.ListAsync(
            connection, ArchivedEntries, row => (Key: (row.GetString(0), row.GetString(1), row.GetString(2)), Units: ReadModelRows.Units(row, 3)), cancellationToken))
        {
            _totals[ledger] = _totals.GetValueOrDefault(ledger) + units;
            _counts[^1]++;
        }
    }

    private void Count(ExpectedRows expected)
    {
        long[] here =
        [
            expected.Workflow is null ? 0 : 1, expected.Tasks.Count, expected.Approvals.Count, expected.Escalations.Count, expected.Due.Count, expected.Entries.Count,
        ];
        for (var i = 0; i < here.Length; i++)
        {
            _counts[i] += here[i];
        }

        foreach (var (key, entry) in expected.Entries)
        {
            var ledger = (key.Budget, key.Key, key.Period);
            _totals[ledger] = _totals.GetValueOrDefault(ledger) + entry.Units;
        }
    }
}
