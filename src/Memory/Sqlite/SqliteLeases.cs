using AiManager.Domain;
using SQLitePCL;

namespace AiManager.Memory;

/// <summary>
/// Who drives what. A stream is claimable when it is <c>runnable</c> and nobody's lease on it holds. A due row whose time has come makes its stream
/// runnable at the first claim after that and is then marked as woken, so that it never claims twice: whoever claimed has seen it, and if that host
/// dies, runnable stays and the lease runs out. A stream under a lease is left alone until it is let go, since its driver may have looked before the
/// time came; letting go leaves the row to the next claim. A row that was woken before its time, by a host whose clock is ahead, wakes again: whoever
/// claims, or lets go, by a clock that has not come so far puts it back to sleep.
/// </summary>
internal sealed class SqliteLeases(sqlite3 database, TimeProvider time) : IDisposable
{
    private readonly SqliteStatement _wakeDue = new(
        database,
        """
        update streams set runnable = 1, woken_at = case runnable when 1 then woken_at else ?1 end
        where stream in (select stream from due where woken = 0 and at <= ?1) and (lease_until is null or lease_until < ?1)
        """);

    private readonly SqliteStatement _markDue = new(
        database,
        """
        update due set woken = 1
        where woken = 0 and at <= ?1
          and exists (select 1 from streams where streams.stream = due.stream and (streams.lease_until is null or streams.lease_until < ?1))
        """);

    private readonly SqliteStatement _next = new(
        database,
        """
        select stream from streams
        where runnable = 1 and (lease_until is null or lease_until < ?) and max_schema <= ?
        order by priority desc, woken_at limit 1
        """);

    private readonly SqliteStatement _this = new(
        database,
        "select stream from streams where stream = ? and runnable = 1 and (lease_until is null or lease_until < ?) and max_schema <= ?");

    private readonly SqliteStatement _take = new(
        database,
        "update streams set epoch = epoch + 1, owner = ?, lease_until = ? where stream = ? returning epoch");

    private readonly SqliteStatement _tooEarly = new(database, "update due set woken = 0 where stream = ? and woken = 1 and at > ?");

    private readonly SqliteStatement _renew = new(
        database,
        "update streams set lease_until = max(lease_until, ?) where stream = ? and owner = ? and epoch = ?");

    private readonly SqliteStatement _release = new(
        database,
        """
        update streams set owner = null, lease_until = null, runnable = (seq <> ?1), woken_at = case when seq <> ?1 then ?2 else woken_at end
        where stream = ?3 and owner = ?4 and epoch = ?5
        returning runnable
        """);

    public Claim? Claim(ClaimWrite claim)
    {
        var now = UnixMicros.Write(claim.Now);
        if (_wakeDue.Bind(now).Run() > 0)
        {
            _markDue.Bind(now).Run();
        }

        if (Free(claim.Only, now) is not { } stream)
        {
            return null;
        }

        _take.Bind(claim.Node).Bind(UnixMicros.Write(claim.Until)).Bind(stream).Step();
        var epoch = _take.Number(0);
        _take.Reset();
        _tooEarly.Bind(stream).Bind(now).Run();
        return new Claim(stream, claim.Node, epoch);
    }

    public bool Renew(RenewWrite renew) =>
        _renew.Bind(UnixMicros.Write(renew.Until)).Bind(renew.Claim.Stream).Bind(renew.Claim.Node).Bind(renew.Claim.Epoch).Run() > 0;

    /// <summary>True when there is still something to do.</summary>
    public bool Release(ReleaseWrite release)
    {
        var held = release.Claim;
        var now = UnixMicros.Write(time.GetUtcNow());
        if (!_release.Bind(release.FoldedSeq).Bind(now).Bind(held.Stream).Bind(held.Node).Bind(held.Epoch).Step())
        {
            return false;
        }

        var runnable = _release.Number(0) == 1;
        _release.Reset();
        _tooEarly.Bind(held.Stream).Bind(now).Run();
        return runnable;
    }

    public void Dispose()
    {
        foreach (var statement in new[] { _wakeDue, _markDue, _next, _this, _take, _tooEarly, _renew, _release })
        {
            statement.Dispose();
        }
    }

    private string? Free(string? only, long now)
    {
        var statement = only is null ? _next : _this.Bind(only);
        if (!statement.Bind(now).Bind(EventTypes.NewestGeneration).Step())
        {
            return null;
        }

        var stream = statement.Text(0);
        statement.Reset();
        return stream;
    }
}
