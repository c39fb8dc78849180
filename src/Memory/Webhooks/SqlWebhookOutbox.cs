using System.Collections.Immutable;
using System.Data.Common;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>The outbox in two tables, in SQL that every provider understands; writes go through the store's one writer.</summary>
internal sealed class SqlWebhookOutbox(IWriteQueue writer, DbDataSource database) : IWebhookOutbox
{
    private const int MostRows = 200;
    private const string Columns = "select id, webhook, type, body, state, made_at, since, next_at, attempts, status, detail, tried_at, delivered_at, earlier, again_by from webhook_deliveries";
    private const string Find = "select position, disabled, changed_by, changed_at from webhooks where name = @name";
    private const string Begin = "insert into webhooks (name, position) values (@name, @position) on conflict (name) do nothing";
    private const string GoOn = "update webhooks set position = @through where name = @name and position = @from";
    private const string Disable = "update webhooks set disabled = @disabled, changed_by = @by, changed_at = @now where name = @name and disabled <> @disabled";

    private const string Make =
        """
        insert into webhook_deliveries (id, webhook, type, body, state, made_at, since, next_at, attempts, detail)
        values (@id, @webhook, @type, @body, 'waiting', @made_at, @since, @next_at, 0, '') on conflict (id) do nothing
        """;

    private const string Due = Columns + " where webhook = @webhook and state = 'waiting' and next_at <= @now order by next_at, id limit @limit";

    // The attempts say whether anybody came in between: they only rise.
    private const string Claim = "update webhook_deliveries set attempts = attempts + 1, tried_at = @now, next_at = @until where id = @id and state = 'waiting' and attempts = @attempts and next_at = @next_at";

    private const string Settle =
        """
        update webhook_deliveries set state = @state, next_at = @next_at, status = @status, detail = @detail, delivered_at = coalesce(cast(@delivered_at as bigint), delivered_at)
        where id = @id and state = 'waiting' and attempts = @attempt
        """;

    private const string Keep = "insert into webhook_attempts (id, attempt, at, took, status, detail) values (@id, @attempt, @at, @took, @status, @detail) on conflict (id, attempt) do nothing";

    // An attempt of which nothing came yet stands in no list of attempts: then it is on its way, or its host died over it, and comes due by itself.
    private const string Again =
        """
        update webhook_deliveries set state = 'waiting', next_at = @now, since = @now, earlier = attempts, again_by = @by
        where webhook = @webhook and id = @id
          and (state <> 'waiting' or attempts = 0 or exists (select 1 from webhook_attempts a where a.id = webhook_deliveries.id and a.attempt = webhook_deliveries.attempts))
        """;

    private const string Page = Columns +
        """
         where webhook = @webhook and (made_at, id) < (cast(@cursor_at as bigint), cast(@cursor_id as text)) and (cast(@state as text) is null or state = @state)
        order by made_at desc, id desc limit @limit
        """;

    // Of the page that lies between two rows of its order, whichever of them it has.
    private const string Attempts =
        """
        select a.id, a.attempt, a.at, a.took, a.status, a.detail from webhook_deliveries d join webhook_attempts a on a.id = d.id
        where d.webhook = @webhook and (cast(@state as text) is null or d.state = @state)
          and (d.made_at, d.id) <= (cast(@newest_at as bigint), cast(@newest_id as text)) and (d.made_at, d.id) >= (cast(@oldest_at as bigint), cast(@oldest_id as text))
        order by a.id, a.attempt desc
        """;

    private const string PruneAttempts = "delete from webhook_attempts where id in (select id from webhook_deliveries where made_at < @before and since < @before)";
    private const string Prune = "delete from webhook_deliveries where made_at < @before and since < @before";

    private readonly SqlQueries _queries = new(database);

    public async Task<WebhookPlace?> FindAsync(string webhook, CancellationToken cancellationToken) =>
        (await _queries.ListAsync(Find, row => new WebhookPlace(row.GetInt64(0), row.GetInt32(1) != 0) { ChangedBy = Text(row, 2), ChangedAt = Time(row, 3) }, cancellationToken, ("@name", webhook))).FirstOrDefault();

    public Task BeginAsync(string webhook, long position, CancellationToken cancellationToken) => WriteAsync(Begin, cancellationToken, ("@name", webhook), ("@position", position));

    public async Task<bool> FeedAsync(string webhook, long from, long through, ImmutableArray<WebhookDelivery> made, CancellationToken cancellationToken)
    {
        var write = new TransactionWrite([
            (new StatementWrite(GoOn, ("@name", webhook), ("@from", from), ("@through", through)), 1),
            .. made.Select(m => ((StatementWrite, int?))(
                new StatementWrite(
                    Make,
                    ("@id", m.Id),
                    ("@webhook", webhook),
                    ("@type", m.Type),
                    ("@body", m.Body),
                    ("@made_at", UnixMicros.Write(m.MadeAt)),
                    ("@since", UnixMicros.Write(m.Since)),
                    ("@next_at", UnixMicros.Write(m.NextAt))),
                null))]);
        writer.Enqueue(write);
        return await write.Task.WaitAsync(cancellationToken);
    }

    public Task<ImmutableArray<WebhookDelivery>> DueAsync(string webhook, DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        _queries.ListAsync(Due, Read, cancellationToken, ("@webhook", webhook), ("@now", UnixMicros.Write(now)), ("@limit", limit));

    public async Task<bool> ClaimAsync(WebhookDelivery seen, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(seen);
        return await WriteAsync(
            Claim, cancellationToken, ("@id", seen.Id), ("@attempts", seen.Attempts), ("@next_at", UnixMicros.Write(seen.NextAt)), ("@now", UnixMicros.Write(now)), ("@until", UnixMicros.Write(until))) > 0;
    }

    public async Task<bool> SettleAsync(string id, WebhookAttempt attempt, string state, DateTimeOffset nextAt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        var write = new TransactionWrite([
            (
                new StatementWrite(
                    Settle,
                    ("@id", id),
                    ("@attempt", attempt.Number),
                    ("@state", state),
                    ("@next_at", UnixMicros.Write(nextAt)),
                    ("@status", attempt.Status),
                    ("@detail", attempt.Detail),
                    ("@delivered_at", state == WebhookState.Delivered ? UnixMicros.Write(attempt.At + attempt.Took) : (long?)null)),
                1),
            (
                new StatementWrite(
                    Keep,
                    ("@id", id),
                    ("@attempt", attempt.Number),
                    ("@at", UnixMicros.Write(attempt.At)),
                    ("@took", attempt.Took.Ticks / TimeSpan.TicksPerMicrosecond),
                    ("@status", attempt.Status),
                    ("@detail", attempt.Detail)),
                null)]);
        writer.Enqueue(write);
        return await write.Task.WaitAsync(cancellationToken);
    }

    public async Task<bool> RedeliverAsync(string webhook, string id, Actor by, DateTimeOffset now, CancellationToken cancellationToken) =>
        await WriteAsync(Again, cancellationToken, ("@webhook", webhook), ("@id", id), ("@by", by.Value), ("@now", UnixMicros.Write(now))) > 0;

    public async Task<bool> DisableAsync(string webhook, bool isDisabled, Actor by, DateTimeOffset now, CancellationToken cancellationToken) =>
        await WriteAsync(Disable, cancellationToken, ("@name", webhook), ("@disabled", isDisabled ? 1 : 0), ("@by", by.Value), ("@now", UnixMicros.Write(now))) > 0;

    public async Task<Page<WebhookDelivery>> ListAsync(string webhook, string? state, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var most = Math.Clamp(limit, 1, MostRows);
        var (at, id) = PageCursor.ReadBackwards(cursor);
        var rows = await _queries.ListAsync(
            Page, Read, cancellationToken, ("@webhook", webhook), ("@state", state), ("@cursor_at", at), ("@cursor_id", id), ("@limit", most + 1));
        var page = PageCursor.PageOf(rows, most, row => PageCursor.Write(row.MadeAt, row.Id));
        return page.Items.IsEmpty ? page : page with { Items = await WithAttemptsAsync(webhook, state, page.Items, cancellationToken) };
    }

    public async Task<int> PruneAsync(DateTimeOffset madeBefore, CancellationToken cancellationToken)
    {
        // The attempts first: a process that ends in between has lost the history of what is forgotten next time.
        await WriteAsync(PruneAttempts, cancellationToken, ("@before", UnixMicros.Write(madeBefore)));
        return await WriteAsync(Prune, cancellationToken, ("@before", UnixMicros.Write(madeBefore)));
    }

    private async Task<ImmutableArray<WebhookDelivery>> WithAttemptsAsync(string webhook, string? state, ImmutableArray<WebhookDelivery> rows, CancellationToken cancellationToken)
    {
        var attempts = (await _queries.ListAsync(
            Attempts,
            row => (Id: row.GetString(0), Attempt: new WebhookAttempt(
                row.GetInt32(1), UnixMicros.Read(row.GetInt64(2)), TimeSpan.FromTicks(row.GetInt64(3) * TimeSpan.TicksPerMicrosecond), row.IsDBNull(4) ? null : row.GetInt32(4), row.GetString(5))),
            cancellationToken,
            ("@webhook", webhook),
            ("@state", state),
            ("@newest_at", UnixMicros.Write(rows[0].MadeAt)),
            ("@newest_id", rows[0].Id),
            ("@oldest_at", UnixMicros.Write(rows[^1].MadeAt)),
            ("@oldest_id", rows[^1].Id))).ToLookup(a => a.Id, a => a.Attempt, StringComparer.Ordinal);
        return [.. rows.Select(row => attempts.Contains(row.Id) ? row with { History = [.. attempts[row.Id]] } : row)];
    }

    private async Task<int> WriteAsync(string sql, CancellationToken cancellationToken, params (string Name, object? Value)[] values)
    {
        var write = new StatementWrite(sql, values);
        writer.Enqueue(write);
        return await write.Task.WaitAsync(cancellationToken);
    }

    private static WebhookDelivery Read(DbDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        row.GetString(2),
        row.GetString(3),
        row.GetString(4),
        UnixMicros.Read(row.GetInt64(5)),
        UnixMicros.Read(row.GetInt64(6)),
        UnixMicros.Read(row.GetInt64(7)),
        row.GetInt32(8),
        row.IsDBNull(9) ? null : row.GetInt32(9),
        row.GetString(10))
    {
        TriedAt = Time(row, 11),
        DeliveredAt = Time(row, 12),
        Earlier = row.GetInt32(13),
        AgainBy = Text(row, 14),
    };

    private static DateTimeOffset? Time(DbDataReader row, int column) => row.IsDBNull(column) ? null : UnixMicros.Read(row.GetInt64(column));

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
