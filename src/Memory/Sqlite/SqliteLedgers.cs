using AiManager.Domain;
using SQLitePCL;

namespace AiManager.Memory;

/// <summary>Ledgers: what each entry holds, and the total of each ledger beside it.</summary>
internal sealed class SqliteLedgers(sqlite3 database) : IDisposable
{
    private readonly SqliteStatement _enter = new(
        database,
        """
        insert into ledger_entries (money, model_cost, tokens, calls, tool_calls, time, recipients, entry, budget, key, period, at)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        on conflict do nothing
        """);

    private readonly SqliteStatement _held = new(
        database,
        "select money, model_cost, tokens, calls, tool_calls, time, recipients from ledger_entries where entry = ? and budget = ? and key = ? and period = ?");

    private readonly SqliteStatement _settle = new(
        database,
        """
        update ledger_entries set money = ?, model_cost = ?, tokens = ?, calls = ?, tool_calls = ?, time = ?, recipients = ?, settled = 1
        where entry = ? and budget = ? and key = ? and period = ?
        """);

    private readonly SqliteStatement _add = new(
        database,
        """
        insert into ledgers (money, model_cost, tokens, calls, tool_calls, time, recipients, budget, key, period) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        on conflict (budget, key, period) do update set
          money = money + excluded.money, model_cost = model_cost + excluded.model_cost, tokens = tokens + excluded.tokens, calls = calls + excluded.calls,
          tool_calls = tool_calls + excluded.tool_calls, time = time + excluded.time, recipients = recipients + excluded.recipients
        """);

    /// <summary>Sets an amount aside; what was set aside under the same entry already stays as it is.</summary>
    public void Reserve(ReadModelChange.Reserve change)
    {
        var reservation = change.Reservation;
        var units = LedgerUnits.Of(reservation.Amounts);
        if (Bind(_enter, units).Bind(change.Entry).Bind(reservation.Budget).Bind(reservation.Key).Bind(reservation.Window).Bind(UnixMicros.Write(change.At)).Run() > 0)
        {
            Add(reservation, units);
        }
    }

    /// <summary>Puts what it came to in the place of what was set aside. Without anything set aside there is nothing to settle.</summary>
    public void Settle(ReadModelChange.Settle change)
    {
        var actual = change.Actual;
        if (!_held.Bind(change.Entry).Bind(actual.Budget).Bind(actual.Key).Bind(actual.Window).Step())
        {
            return;
        }

        var before = Units(_held);
        _held.Reset();
        var after = LedgerUnits.Of(actual.Amounts);
        Bind(_settle, after).Bind(change.Entry).Bind(actual.Budget).Bind(actual.Key).Bind(actual.Window).Run();
        Add(actual, after - before);
    }

    public void Dispose()
    {
        _enter.Dispose();
        _held.Dispose();
        _settle.Dispose();
        _add.Dispose();
    }

    /// <summary>The first seven columns of the row that a statement stands on.</summary>
    public static LedgerUnits Units(SqliteStatement row) =>
        new(row.Number(0), row.Number(1), row.Number(2), row.Number(3), row.Number(4), row.Number(5), row.Number(6));

    private void Add(Reservation ledger, LedgerUnits units) => Bind(_add, units).Bind(ledger.Budget).Bind(ledger.Key).Bind(ledger.Window).Run();

    private static SqliteStatement Bind(SqliteStatement statement, LedgerUnits units) =>
        statement.Bind(units.Money).Bind(units.ModelCost).Bind(units.Tokens).Bind(units.Calls).Bind(units.ToolCalls).Bind(units.Time).Bind(units.Recipients);
}
