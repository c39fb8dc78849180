using System.Diagnostics.CodeAnalysis;
using AiManager.Domain;
using Npgsql;

namespace AiManager.Memory;

/// <summary>
/// Throws the read models away and puts in their place what the events say, a few thousand rows at a time, while nobody anywhere writes. Totals of
/// ledgers are added up at the end.
/// </summary>
internal sealed class PostgresRebuild(NpgsqlConnection connection)
{
    private const int FlushEvery = 2000;

    // Every batch of every host locks streams' rows; none is under way once this lock is held, and none begins. Readers go on with what was.
    // What archived workflows spent is no longer to be found in any event here: it stays, and counts. Between two flushes the journal is read over another connection, for as long as it takes.
    private const string Begin =
        """
        begin;
        set local idle_in_transaction_session_timeout = 0;
        lock table streams in exclusive mode;
        delete from workflows; delete from tasks; delete from approvals; delete from escalations; delete from due; delete from ledgers;
        delete from ledger_entries where archived is null;
        delete from audit_words; delete from audit_places; update audit_through set position = 0
        """;

    private const string Reserve =
        """
        insert into ledger_entries (entry, budget, key, period, at, money, model_cost, tokens, calls, tool_calls, time, recipients, settled)
        select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict do nothing
        """;

    private const string Settle =
        """
        update ledger_entries set money = n.money, model_cost = n.model_cost, tokens = n.tokens, calls = n.calls,
          tool_calls = n.tool_calls, time = n.time, recipients = n.recipients, settled = n.settled
        from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) as n (entry, budget, key, period, at, money, model_cost, tokens, calls, tool_calls, time, recipients, settled)
        where ledger_entries.entry = n.entry and ledger_entries.budget = n.budget and ledger_entries.key = n.key and ledger_entries.period = n.period
        """;

    private const string End =
        """
        insert into ledgers (budget, key, period, money, model_cost, tokens, calls, tool_calls, time, recipients)
        select budget, key, period, sum(money)::bigint, sum(model_cost)::bigint, sum(tokens)::bigint, sum(calls)::bigint,
          sum(tool_calls)::bigint, sum(time)::bigint, sum(recipients)::bigint
        from ledger_entries group by budget, key, period;
        commit
        """;

    private readonly ChangedRows _rows = new();
    private readonly Dictionary<LedgerEntryKey, LedgerEntry> _reserved = [];
    private readonly Dictionary<LedgerEntryKey, LedgerEntry> _settled = [];

    public void Run(RebuildWrite rebuild)
    {
        Execute(Begin);
        rebuild.Replay(Put).GetAwaiter().GetResult();
        Flush();
        Execute(End);
    }

    private void Put(ReadModelChange change)
    {
        switch (change)
        {
            case ReadModelChange.Reserve { Reservation: var wanted } reserve:
                // Settled ones come after reserved ones in each flush, so a first reservation behind a settlement has to wait for the next.
                var entry = new LedgerEntryKey(reserve.Entry, wanted.Budget, wanted.Key, wanted.Window);
                if (_settled.ContainsKey(entry))
                {
                    Flush();
                }

                _reserved.TryAdd(entry, new LedgerEntry(UnixMicros.Write(reserve.At), LedgerUnits.Of(wanted.Amounts), IsSettled: false));
                break;
            case ReadModelChange.Settle { Actual: var actual } settle:
                _settled[new LedgerEntryKey(settle.Entry, actual.Budget, actual.Key, actual.Window)] = new LedgerEntry(0, LedgerUnits.Of(actual.Amounts), IsSettled: true);
                break;
            default:
                _rows.Put(change);
                break;
        }

        if (_rows.Count + _reserved.Count + _settled.Count >= FlushEvery)
        {
            Flush();
        }
    }

    private void Flush()
    {
        using var batch = new NpgsqlBatch(connection);
        RowStatements.Add(batch, _rows);
        if (_reserved.Count > 0)
        {
            RowStatements.AddEntries(batch, Reserve, _reserved);
        }

        if (_settled.Count > 0)
        {
            RowStatements.AddEntries(batch, Settle, _settled);
        }

        if (batch.BatchCommands.Count > 0)
        {
            batch.ExecuteNonQuery();
        }

        _rows.Clear();
        _reserved.Clear();
        _settled.Clear();
    }

    [SuppressMessage("Security", "CA2100", Justification = "Constant text above.")]
    private void Execute(string sql)
    {
        using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 }; // a large table takes as long as it takes
        command.ExecuteNonQuery();
    }
}
