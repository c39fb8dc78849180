using AiManager.Domain;
using Npgsql;
using static AiManager.Memory.PostgresCommands;

namespace AiManager.Memory;

/// <summary>
/// What a decided batch writes, as statements of one round trip, and what their answers say to the callers. Columns are unnested side by side in the select list:
/// in a from clause the server would first make a table of its own of each, which costs as much as a third of the writing.
/// </summary>
internal sealed class BatchStatements : IDisposable
{
    private const string Blobs = "insert into blobs (digest, content) select unnest($1), unnest($2) on conflict do nothing";

    private const string Open =
        """
        insert into streams (stream, seq, hash, updated_at, max_schema, priority, runnable, woken_at)
        select unnest($1), unnest($2), unnest($3), unnest($4), unnest($5), unnest($6), unnest($7), unnest($8)
        """;

    // What an append of its driver changes; no index is touched.
    private const string Advance =
        """
        update streams set seq = n.seq, hash = n.hash, updated_at = n.updated_at, max_schema = n.max_schema
        from (
          select unnest($1) as stream, unnest($2) as seq, unnest($3) as hash, unnest($4) as updated_at, unnest($5) as max_schema) as n
        where streams.stream = n.stream
        """;

    private const string Change =
        """
        update streams set seq = n.seq, hash = n.hash, updated_at = n.updated_at, max_schema = n.max_schema, priority = n.priority, owner = n.owner,
          lease_until = n.lease_until, runnable = n.runnable, woken_at = n.woken_at
        from (
          select unnest($1) as stream, unnest($2) as seq, unnest($3) as hash, unnest($4) as updated_at, unnest($5) as max_schema,
            unnest($6) as priority, unnest($7) as owner, unnest($8) as lease_until, unnest($9) as runnable, unnest($10) as woken_at) as n
        where streams.stream = n.stream
        """;

    private const string Events =
        """
        insert into events (position, stream, seq, type, schema_version, at, actor, cause, payload, prev_hash, hash)
        select unnest($1), unnest($2), unnest($3), unnest($4), unnest($5), unnest($6), unnest($7), unnest($8), unnest($9), unnest($10), unnest($11)
        """;

    // Rows come sorted and are reached one by one, so they are locked in the order in which every host locks. A head that is not as remembered ends the batch.
    private const string AdvanceKnown =
        """
        with moved as (
          update streams set seq = n.seq, hash = n.hash, updated_at = n.updated_at, max_schema = n.max_schema
          from (
            select unnest($1) as stream, unnest($2) as seq, unnest($3) as hash, unnest($4) as updated_at, unnest($5) as max_schema,
              unnest($6) as known_seq, unnest($7) as epoch) as n
          where streams.stream = n.stream and streams.seq = n.known_seq and streams.epoch <= n.epoch
          returning 1)
        select 1 / case when count(*) = $8 then 1 else 0 end from moved
        """;

    private const string EventsDrawn =
        """
        insert into events (position, stream, seq, type, schema_version, at, actor, cause, payload, prev_hash, hash)
        select nextval('events_position'), unnest($1), unnest($2), unnest($3), unnest($4), unnest($5), unnest($6), unnest($7), unnest($8), unnest($9), unnest($10)
        returning position
        """;

    // A company that has gone on ends the batch.
    private const string CompanyKnown = "select 1 / case when coalesce((select seq from streams where stream = $1), 0) <= $2 then 1 else 0 end";

    private const string Keys = "insert into envelope_keys (kid, person, secret, created_at) select unnest($1), unnest($2), unnest($3), unnest($4) on conflict do nothing";
    private const string KeysOf = "select person, kid, secret from envelope_keys where person = any($1)";

    private readonly List<Action<NpgsqlDataReader>> _answers = [];
    private readonly List<(StatementWrite Write, NpgsqlBatchCommand Command)> _statements = [];
    private readonly NpgsqlBatch _batch;

    /// <param name="connection">In a transaction, or about to begin one.</param>
    /// <param name="decided">What to write.</param>
    public BatchStatements(NpgsqlConnection connection, DecidedBatch decided)
    {
        _batch = new NpgsqlBatch(connection);
        if (decided.DrawsLater)
        {
            _batch.Then("begin");
            AddKnownCompany(decided.KnownCompanySeq);
        }

        AddBlobs(decided);
        if (decided.DrawsLater)
        {
            AddKnownHeads([.. decided.Heads.OrderBy(head => head.Stream, StringComparer.Ordinal)]);
            AddDrawnEvents(decided);
        }
        else
        {
            AddHeads(decided);
            AddEvents(decided.Events);
        }

        RowStatements.Add(_batch, decided.Rows);
        RowStatements.Add(_batch, decided.Ledgers);
        AddKeys(decided.Keys);
        AddStatements(decided.Statements);
        ClaimStatements.AddReleased(_batch, decided.Released, decided.Now);
        ClaimStatements.Add(_batch, _answers, decided.Claims);
    }

    public void AddCommit() => _batch.Then("commit");

    /// <summary>One round trip. When it returns, all of it has been carried out and every outcome is set.</summary>
    public void Run()
    {
        using (var reader = _batch.ExecuteReader())
        {
            foreach (var answer in _answers)
            {
                answer(reader);
                reader.NextResult();
            }

            while (reader.NextResult())
            {
            }
        }

        foreach (var (write, command) in _statements)
        {
            write.Outcome = (int)command.RecordsAffected;
        }
    }

    public void Dispose() => _batch.Dispose();

    private void AddKnownCompany(int? seq)
    {
        if (seq is { } known)
        {
            _batch.Then(LockedRows.SeeCompany, Of(AdvisoryKeys.Company));
            _answers.Add(reader => reader.Read());
            _batch.Then(CompanyKnown, Of(CompanyState.Stream), Of(known));
            _answers.Add(reader => reader.Read());
        }
    }

    private void AddBlobs(DecidedBatch decided)
    {
        if (decided.Blobs is { Count: > 0 } blobs)
        {
            _batch.Then(Blobs, Column(blobs, b => b.Key), Column(blobs, b => b.Value));
        }
    }

    private void AddHeads(DecidedBatch decided)
    {
        var opened = new List<StreamHead>();
        var advanced = new List<StreamHead>();
        var changed = new List<StreamHead>();
        foreach (var head in decided.Heads)
        {
            if (head is { IsNew: true, IsAdvanced: true })
            {
                opened.Add(head);
            }
            else if (head is { IsNew: false, IsChanged: true })
            {
                changed.Add(head);
            }
            else if (head is { IsNew: false, IsAdvanced: true })
            {
                advanced.Add(head);
            }
        }

        if (opened.Count > 0)
        {
            // Sorted, so that two hosts that open the same streams do not wait for each other in a circle.
            opened.Sort((a, b) => string.CompareOrdinal(a.Stream, b.Stream));
            _batch.Then(
                Open, Stream(opened), Seq(opened), Hash(opened), UpdatedAt(opened), MaxSchema(opened), Priority(opened), Runnable(opened), WokenAt(opened));
        }

        if (advanced.Count > 0)
        {
            _batch.Then(Advance, Stream(advanced), Seq(advanced), Hash(advanced), UpdatedAt(advanced), MaxSchema(advanced));
        }

        if (changed.Count > 0)
        {
            _batch.Then(
                Change,
                Stream(changed),
                Seq(changed),
                Hash(changed),
                UpdatedAt(changed),
                MaxSchema(changed),
                Priority(changed),
                Column(changed, h => h.Owner),
                MaybeColumn(changed, h => h.LeaseUntil),
                Runnable(changed),
                WokenAt(changed));
        }
    }

    private void AddKnownHeads(List<StreamHead> heads)
    {
        _batch.Then(
            AdvanceKnown,
            Stream(heads),
            Seq(heads),
            Hash(heads),
            UpdatedAt(heads),
            MaxSchema(heads),
            Column(heads, h => h.KnownSeq),
            Column(heads, h => h.Epoch),
            Of(heads.Count));
        _answers.Add(reader => reader.Read());
    }

    private void AddDrawnEvents(DecidedBatch decided)
    {
        _batch.Then(LockedRows.SayDrawing, Of(AdvisoryKeys.Drawing));
        _answers.Add(reader => reader.Read());
        var events = decided.Events;
        _batch.Then(
            EventsDrawn,
            Column(events, e => e.Stream),
            Column(events, e => e.Seq),
            Column(events, e => e.Fact.Type),
            Column(events, e => e.Fact.SchemaVersion),
            Column(events, e => e.At),
            Column(events, e => e.Fact.Actor.Value),
            Column(events, e => e.Fact.Cause),
            Column(events, e => e.Payload),
            Column(events, e => e.PrevHash),
            Column(events, e => e.Hash));
        _answers.Add(reader =>
        {
            var drawn = new List<long>(events.Count);
            while (reader.Read())
            {
                drawn.Add(reader.GetInt64(0));
            }

            decided.Place(drawn);
        });
    }

    private static NpgsqlParameter Stream(List<StreamHead> heads) => Column(heads, h => h.Stream);

    private static NpgsqlParameter Seq(List<StreamHead> heads) => Column(heads, h => h.Seq);

    private static NpgsqlParameter Hash(List<StreamHead> heads) => Column(heads, h => h.Hash);

    private static NpgsqlParameter UpdatedAt(List<StreamHead> heads) => Column(heads, h => h.UpdatedAt);

    private static NpgsqlParameter MaxSchema(List<StreamHead> heads) => Column(heads, h => h.MaxSchema);

    private static NpgsqlParameter Priority(List<StreamHead> heads) => Column(heads, h => h.Priority);

    private static NpgsqlParameter Runnable(List<StreamHead> heads) => Column(heads, h => h.IsRunnable ? 1 : 0);

    private static NpgsqlParameter WokenAt(List<StreamHead> heads) => Column(heads, h => h.WokenAt);

    private void AddEvents(List<EventRow> events)
    {
        if (events.Count > 0)
        {
            _batch.Then(
                Events,
                Column(events, e => e.Position),
                Column(events, e => e.Stream),
                Column(events, e => e.Seq),
                Column(events, e => e.Fact.Type),
                Column(events, e => e.Fact.SchemaVersion),
                Column(events, e => e.At),
                Column(events, e => e.Fact.Actor.Value),
                Column(events, e => e.Fact.Cause),
                Column(events, e => e.Payload),
                Column(events, e => e.PrevHash),
                Column(events, e => e.Hash));
        }
    }

    private void AddKeys(List<KeyWrite> keys)
    {
        if (keys.Count == 0)
        {
            return;
        }

        keys.Sort((a, b) => string.CompareOrdinal(a.Key.Person, b.Key.Person));
        _batch.Then(
            Keys, Column(keys, k => k.Key.Kid), Column(keys, k => k.Key.Person), Column(keys, k => k.Key.Secret.ToArray()), Column(keys, k => UnixMicros.Write(k.Now)));
        _batch.Then(KeysOf, Column(keys, k => k.Key.Person));
        _answers.Add(reader =>
        {
            var kept = new Dictionary<string, EnvelopeKey>(StringComparer.Ordinal);
            while (reader.Read())
            {
                kept[reader.GetString(0)] = new EnvelopeKey(reader.GetString(1), reader.GetString(0), reader.GetFieldValue<byte[]>(2));
            }

            foreach (var key in keys)
            {
                key.Outcome = kept[key.Key.Person];
            }
        });
    }

    private void AddStatements(List<StatementWrite> statements)
    {
        foreach (var write in statements)
        {
            _statements.Add((write, _batch.Then(write)));
        }
    }
}
