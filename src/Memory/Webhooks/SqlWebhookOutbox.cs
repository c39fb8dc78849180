using System.Collections.Immutable;
using System.Data.Common;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>The outbox in two tables, in SQL that every provider understands; writes go through the store's one writer.</summary>
internal sealed class SqlWebhookOutbox(IWriteQueue writer, DbDataSource database) : IWebhookOutbox
{
    private const int MostRows = 200;
    private const string Columns = "select id, webhook, type, body, state, made_at, since, next_at, attempts, status, detail from webhook_deliveries";
    private const string Find = "select position, disabled from webhooks where name = @name";
    private const string Begin = "insert into webhooks (name, position) values (@name, @position) on conflict (name) do nothing";
    private const string GoOn = "update webhooks set position = @through where name = @name and position = @from";
    private const string Disable = "update webhooks set disabled = @disabled where name = @name and disabled <> @disabled";

    private const string Make =
        """
        insert into webhook_deliveries (id, webhook, type, body, state, made_at, since, next_at, attempts, detail)
        values (@id, @webhook, @type, @body, 'waiting', @made_at, @since, @next_at, 0, '') on conflict (id) do nothing
        """;

    private const string Due = Columns + " where webhook = @webhook and state = 'waiting' and next_at <= @now order by next_at, id limit @limit";

    // The attempts say whether anybody came in between: they only rise.
    private const string Claim = "update webhook_deliveries set attempts = attempts + 1, next_at = @until where id = @id and state = 'waiting' and attempts = @attempts and next_at = @next_at";

    private const string Settle =
        "update webhook_deliveries set state = @state, next_at = @next_at, status = @status, detail = @detail where id = @id and state = 'waiting' and attempts = @attempt";

    private const string Again = "update webhook_deliveries set state = 'waiting', next_at = @now, since = @now where webhook = @webhook and id = @id and state <> 'waiting'";

    private const string Page = Columns +
        """
         where webhook = @webhook and (made_at, id) < (cast(@cursor_at as bigint), cast(@cursor_id as text)) and (cast(@state as text) is null or state = @state)
        order by made_at desc, id desc limit @limit
        """;

    private const string Prune = "delete from webhook_deliveries where made_at < @before and since < @before";

    private readonly SqlQueries _queries = new(database);

    public async Task<WebhookPlace?> FindAsync(string webhook, CancellationToken cancellationToken) =>
        (await _queries.ListAsync(Find, row => new WebhookPlace(row.GetInt64(0), row.GetInt32(1) != 0), cancellationToken, ("@name", webhook))).FirstOrDefault();

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

    public async Task<bool> ClaimAsync(WebhookDelivery seen, DateTimeOffset until, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(seen);
        return await WriteAsync(
            Claim, cancellationToken, ("@id", seen.Id), ("@attempts", seen.Attempts), ("@next_at", UnixMicros.Write(seen.NextAt)), ("@until", UnixMicros.Write(until))) > 0;
    }

    public async Task<bool> SettleAsync(string id, int attempt, string state, DateTimeOffset nextAt, int? status, string detail, CancellationToken cancellationToken) =>
        await WriteAsync(
            Settle,
            cancellationToken,
            ("@id", id),
            ("@attempt", attempt),
            ("@state", state),
            ("@next_at", UnixMicros.Write(nextAt)),
            ("@status", status),
            ("@detail", detail)) > 0;

    public async Task<bool> RedeliverAsync(string webhook, string id, DateTimeOffset now, CancellationToken cancellationToken) =>
        await WriteAsync(Again, cancellationToken, ("@webhook", webhook), ("@id", id), ("@now", UnixMicros.Write(now))) > 0;

    public async Task<bool> DisableAsync(string webhook, bool isDisabled, CancellationToken cancellationToken) =>
        await WriteAsync(Disable, cancellationToken, ("@name", webhook), ("@disabled", isDisabled ? 1 : 0)) > 0;

    public async Task<Page<WebhookDelivery>> ListAsync(string webhook, string? state, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var most = Math.Clamp(limit, 1, MostRows);
        var (at, id) = PageCursor.ReadBackwards(cursor);
        var rows = await _queries.ListAsync(
            Page, Read, cancellationToken, ("@webhook", webhook), ("@state", state), ("@cursor_at", at), ("@cursor_id", id), ("@limit", most + 1));
        return PageCursor.PageOf(rows, most, row => PageCursor.Write(row.MadeAt, row.Id));
    }

    public Task<int> PruneAsync(DateTimeOffset madeBefore, CancellationToken cancellationToken) => WriteAsync(Prune, cancellationToken, ("@before", UnixMicros.Write(madeBefore)));

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
        row.GetString(10));
}
