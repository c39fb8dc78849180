using AiManager.Domain;
using Npgsql;
using static AiManager.Memory.PostgresCommands;

namespace AiManager.Memory;

/// <summary>
/// The rows that decide a batch, locked until its commit and read in one round trip. Locks are taken in one order by every host: the company's, singleton keys
/// and ledgers, streams, approvals, each sorted; what is only read is read behind its lock.
/// </summary>
internal sealed class LockedRows
{
    private const string Advisory = "select pg_advisory_xact_lock(k) from unnest($1) as keys (k)";

    public const string SeeCompany = "select pg_advisory_xact_lock_shared($1)";
    private const string ChangeCompany = "select pg_advisory_xact_lock($1)";

    private const string Streams =
        """
        select stream, seq, hash, updated_at, max_schema, priority, epoch, owner, lease_until, runnable, woken_at
        from streams where stream = any($1) order by stream for update
        """;

    private const string Company = "select seq from streams where stream = $1";

    private const string Approvals = "select approval, status from approvals where approval = any($1) order by approval for update";
    private const string Singletons = "select singleton, workflow from workflows where singleton = any($1) order by submitted_at";

    private const string Ledgers =
        """
        select l.budget, l.key, l.period, l.money, l.model_cost, l.tokens, l.calls, l.tool_calls, l.time, l.recipients
        from unnest($1, $2, $3) as wanted (budget, key, period)
        join ledgers l on l.budget = wanted.budget and l.key = wanted.key and l.period = wanted.period
        """;

    private const string Entries =
        """
        select e.entry, e.budget, e.key, e.period, e.at, e.money, e.model_cost, e.tokens, e.calls, e.tool_calls, e.time, e.recipients, e.settled
        from unnest($1, $2, $3, $4) as wanted (entry, budget, key, period)
        join ledger_entries e on e.entry = wanted.entry and e.budget = wanted.budget and e.key = wanted.key and e.period = wanted.period
        """;

    private const string Windows =
        """
        select wanted.budget, wanted.key, wanted.period, wanted.since, held.money, held.model_cost, held.tokens, held.calls, held.tool_calls, held.time, held.recipients
        from unnest($1, $2, $3, $4) as wanted (budget, key, period, since)
        cross join lateral (
          select coalesce(sum(money), 0)::bigint as money, coalesce(sum(model_cost), 0)::bigint as model_cost,
            coalesce(sum(tokens), 0)::bigint as tokens, coalesce(sum(calls), 0)::bigint as calls, coalesce(sum(tool_calls), 0)::bigint as tool_calls,
            coalesce(sum(time), 0)::bigint as time, coalesce(sum(recipients), 0)::bigint as recipients
          from ledger_entries e where e.budget = wanted.budget and e.key = wanted.key and e.period = wanted.period and e.at >= wanted.since) as held
        """;

    // Drawn only behind the streams' locks, so that positions rise with seq in a stream; and only after saying from where on, see PostgresJournal.
    public const string SayDrawing =
        "select pg_advisory_xact_lock_shared($1 | case when is_called then last_value else last_value - 1 end) from events_position";

    private const string Draw = "select nextval('events_position') from generate_series(1, $1)";

    private readonly Queue<long> _positions = new();

    /// <param name="heads">Those that are known already.</param>
    public LockedRows(Dictionary<string, StreamHead>? heads = null) => Heads = heads ?? new(StringComparer.Ordinal);

    public Dictionary<string, StreamHead> Heads { get; }

    public Dictionary<string, string> ApprovalStatuses { get; } = new(StringComparer.Ordinal);

    /// <summary>The last seq of the company's stream, where a guard asks for it and nothing is appended to it.</summary>
    public int CompanySeq { get; private set; }

    /// <summary>What the company's stream must not have passed; the writing statements make sure. Null when nothing depends on it, or it was read.</summary>
    public int? KnownCompanySeq
    {
        get;
        init
        {
            field = value;
            CompanySeq = value ?? 0;
        }
    }

    /// <summary>Who has each key, oldest first.</summary>
    public Dictionary<string, List<string>> Holders { get; } = new(StringComparer.Ordinal);

    public Dictionary<LedgerId, LedgerUnits> Totals { get; } = [];

    public Dictionary<(LedgerId Ledger, long Since), LedgerUnits> Rolling { get; } = [];

    public Dictionary<LedgerEntryKey, LedgerEntry> Held { get; } = [];

    /// <summary>Nothing was locked or read: heads are as remembered, and positions are drawn where events are written.</summary>
    public bool DrawsLater { get; init; }

    /// <summary>The next position; 0 when it is drawn later.</summary>
    public long NextPosition() => DrawsLater ? 0 : _positions.Dequeue();

    /// <summary>The stream's head, also of one that begins now.</summary>
    public StreamHead Head(string stream)
    {
        if (!Heads.TryGetValue(stream, out var head))
        {
            Heads[stream] = head = new StreamHead(stream) { IsNew = true, Hash = EventHash.Genesis.ToArray() };
        }

        return head;
    }

    /// <summary>Begins the transaction, locks and reads.</summary>
    public static LockedRows Take(NpgsqlConnection connection, TouchedRows touched)
    {
        var rows = new LockedRows();
        using var batch = new NpgsqlBatch(connection);
        var answers = new List<Action<NpgsqlDataReader>?>();
        batch.Then("begin");
        rows.Ask(batch, answers, touched);
        using var reader = batch.ExecuteReader();
        foreach (var answer in answers)
        {
            while (reader.Read())
            {
                answer?.Invoke(reader);
            }

            reader.NextResult();
        }

        return rows;
    }

    private void Ask(NpgsqlBatch batch, List<Action<NpgsqlDataReader>?> answers, TouchedRows touched)
    {
        AskCompany(batch, answers, touched);
        if (touched.Singletons.Count + touched.Ledgers.Count > 0)
        {
            batch.Then(Advisory, Column(touched.Advisory(), key => key));
            answers.Add(null);
        }

        if (touched.Streams.Count > 0)
        {
            batch.Then(Streams, Column(touched.Streams, stream => stream));
            answers.Add(ReadHead);
        }

        if (touched.Approvals.Count > 0)
        {
            batch.Then(Approvals, Column(touched.Approvals, approval => approval));
            answers.Add(row => ApprovalStatuses[row.GetString(0)] = row.GetString(1));
        }

        if (touched.Singletons.Count > 0)
        {
            batch.Then(Singletons, Column(touched.Singletons, key => key));
            answers.Add(ReadHolder);
        }

        AskLedgers(batch, answers, touched);
        if (touched.Events > 0)
        {
            batch.Then(SayDrawing, Of(AdvisoryKeys.Drawing));
            answers.Add(null);
            batch.Then(Draw, Of(touched.Events));
            answers.Add(row => _positions.Enqueue(row.GetInt64(0)));
        }
    }

    private void AskCompany(NpgsqlBatch batch, List<Action<NpgsqlDataReader>?> answers, TouchedRows touched)
    {
        if (touched.ChangesCompany)
        {
            batch.Then(ChangeCompany, Of(AdvisoryKeys.Company));
            answers.Add(null);
        }
        else if (touched.SeesCompany)
        {
            // Two statements: what is read is what stands there once the lock is held.
            batch.Then(SeeCompany, Of(AdvisoryKeys.Company));
            answers.Add(null);
            batch.Then(Company, Of(CompanyState.Stream));
            answers.Add(row => CompanySeq = row.GetInt32(0));
        }
    }

    private void AskLedgers(NpgsqlBatch batch, List<Action<NpgsqlDataReader>?> answers, TouchedRows touched)
    {
        if (touched.Ledgers is { Count: > 0 } ledgers)
        {
            batch.Then(Ledgers, Column(ledgers, l => l.Budget), Column(ledgers, l => l.Key), Column(ledgers, l => l.Period));
            answers.Add(row => Totals[Ledger(row, 0)] = ReadModelRows.Units(row, 3));
        }

        if (touched.Entries is { Count: > 0 } entries)
        {
            batch.Then(Entries, Column(entries, e => e.Entry), Column(entries, e => e.Budget), Column(entries, e => e.Key), Column(entries, e => e.Period));
            answers.Add(row => Held[new LedgerEntryKey(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3))] =
                new LedgerEntry(row.GetInt64(4), ReadModelRows.Units(row, 5), row.GetInt32(12) == 1));
        }

        if (touched.Windows is { Count: > 0 } windows)
        {
            batch.Then(
                Windows, Column(windows, w => w.Ledger.Budget), Column(windows, w => w.Ledger.Key), Column(windows, w => w.Ledger.Period), Column(windows, w => w.Since));
            answers.Add(row => Rolling[(Ledger(row, 0), row.GetInt64(3))] = ReadModelRows.Units(row, 4));
        }
    }

    private static LedgerId Ledger(NpgsqlDataReader row, int first) => new(row.GetString(first), row.GetString(first + 1), row.GetString(first + 2));

    private void ReadHead(NpgsqlDataReader row) => Heads[row.GetString(0)] = new StreamHead(row.GetString(0))
    {
        Seq = row.GetInt32(1),
        Hash = row.GetFieldValue<byte[]>(2),
        UpdatedAt = row.GetInt64(3),
        MaxSchema = row.GetInt32(4),
        Priority = row.GetInt32(5),
        Epoch = row.GetInt64(6),
        Owner = row.IsDBNull(7) ? null : row.GetString(7),
        LeaseUntil = row.IsDBNull(8) ? null : row.GetInt64(8),
        IsRunnable = row.GetInt32(9) == 1,
        WokenAt = row.GetInt64(10),
    };

    private void ReadHolder(NpgsqlDataReader row)
    {
        var key = row.GetString(0);
        if (!Holders.TryGetValue(key, out var holders))
        {
            Holders[key] = holders = [];
        }

        holders.Add(row.GetString(1));
    }
}
