using System.Collections.Immutable;
using System.Diagnostics;
using AiManager.Domain;
using SQLitePCL;

namespace AiManager.Memory;

/// <summary>Looks at the guards of an append.</summary>
internal sealed class SqliteGuards(sqlite3 database) : IDisposable
{
    private readonly SqliteStatement _total = new(database, "select money, model_cost, tokens, calls, tool_calls, time, recipients from ledgers where budget = ? and key = ? and period = ?");

    private readonly SqliteStatement _since = new(
        database,
        """
        select coalesce(sum(money), 0), coalesce(sum(model_cost), 0), coalesce(sum(tokens), 0), coalesce(sum(calls), 0),
          coalesce(sum(tool_calls), 0), coalesce(sum(time), 0), coalesce(sum(recipients), 0)
        from ledger_entries where budget = ? and key = ? and period = ? and at >= ?
        """);

    private readonly SqliteStatement _approval = new(database, "select status from approvals where approval = ?");
    private readonly SqliteStatement _singleton = new(database, "select workflow from workflows where singleton = ? and workflow <> ? limit 1");
    private readonly SqliteStatement _company = new(database, "select seq from streams where stream = ?");

    /// <summary>The first guard that does not hold; null when all hold.</summary>
    public AppendResult.Refused? FirstRefusal(ImmutableArray<Guard> guards)
    {
        for (var i = 0; i < guards.Length; i++)
        {
            var detail = guards[i] switch
            {
                Guard.Headroom headroom => Headroom(headroom, guards, i),
                Guard.ApprovalUnused unused => Approval(unused),
                Guard.SingletonFree free => Singleton(free),
                Guard.CompanyAt company => Company(company),
                _ => throw new UnreachableException(),
            };
            if (detail is not null)
            {
                return new AppendResult.Refused(guards[i], detail);
            }
        }

        return null;
    }

    public void Dispose()
    {
        _total.Dispose();
        _since.Dispose();
        _approval.Dispose();
        _singleton.Dispose();
        _company.Dispose();
    }

    private string? Headroom(Guard.Headroom guard, ImmutableArray<Guard> guards, int index)
    {
        var reservation = guard.Reservation;
        if (reservation.Approval is not null)
        {
            return null;
        }

        var held = Held(guard);
        for (var i = 0; i < index; i++)
        {
            // Two reservations of one append in one ledger: the second sees the first.
            if (guards[i] is Guard.Headroom { Reservation: var earlier }
                && earlier.Budget == reservation.Budget && earlier.Key == reservation.Key && earlier.Window == reservation.Window)
            {
                held += earlier.Amounts;
            }
        }

        return (held + reservation.Amounts).IsWithin(reservation.Cap)
            ? null
            : GuardWords.Used(held, reservation);
    }

    private Amounts Held(Guard.Headroom guard)
    {
        var reservation = guard.Reservation;
        var statement = guard.Since is null ? _total : _since;
        statement.Bind(reservation.Budget).Bind(reservation.Key).Bind(reservation.Window);
        if (guard.Since is { } since)
        {
            statement.Bind(UnixMicros.Write(since));
        }

        if (!statement.Step())
        {
            return Amounts.None;
        }

        var held = SqliteLedgers.Units(statement).ToAmounts();
        statement.Reset();
        return held;
    }

    private string? Approval(Guard.ApprovalUnused guard)
    {
        if (!_approval.Bind(guard.Approval.ToString()).Step())
        {
            return GuardWords.NoApproval(guard.Approval);
        }

        var status = _approval.Text(0);
        _approval.Reset();
        return GuardWords.Approval(guard.Approval, status);
    }

    private string? Singleton(Guard.SingletonFree guard)
    {
        if (!_singleton.Bind(guard.Key).Bind(guard.Workflow.ToString()).Step())
        {
            return null;
        }

        var holder = _singleton.Text(0);
        _singleton.Reset();
        return holder;
    }

    private string? Company(Guard.CompanyAt guard)
    {
        if (!_company.Bind(CompanyState.Stream).Step())
        {
            return GuardWords.Company(guard, 0);
        }

        var seq = (int)_company.Number(0);
        _company.Reset();
        return GuardWords.Company(guard, seq);
    }
}
