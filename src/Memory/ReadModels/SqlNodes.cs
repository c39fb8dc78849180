using System.Collections.Immutable;
using System.Data.Common;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>The hosts in a table, in SQL that every provider understands.</summary>
internal sealed class SqlNodes(IWriteQueue writer, DbDataSource database) : INodes
{
    private const string Beat =
        """
        insert into nodes (node, started_at, heartbeat_at, lease, version, bundle, folder, url, draining, left_at)
        values (@node, @started, @at, @lease, @version, @bundle, @folder, @url, @draining, null)
        on conflict (node) do update set
          started_at = excluded.started_at, heartbeat_at = excluded.heartbeat_at, lease = excluded.lease, version = excluded.version, bundle = excluded.bundle,
          folder = excluded.folder, url = excluded.url, draining = excluded.draining, left_at = null
        """;

    private const string Leave = "update nodes set left_at = @at where node = @node";
    private const string Forget = "delete from nodes where heartbeat_at < @before";

    private const string List =
        """
        select n.node, n.started_at, n.heartbeat_at, n.lease, n.version, n.bundle, n.folder, n.url, n.draining, n.left_at,
          (select count(*) from streams s where s.lease_until is not null and s.owner = n.node)
        from nodes n order by n.node
        """;

    private readonly SqlQueries _queries = new(database);

    /// <inheritdoc/>
    public async Task BeatAsync(NodeBeat beat, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(beat);
        await CarryAsync(
            Beat,
            cancellationToken,
            ("@node", beat.Node),
            ("@started", UnixMicros.Write(beat.StartedAt)),
            ("@at", UnixMicros.Write(beat.At)),
            ("@lease", beat.Lease.Ticks / TimeSpan.TicksPerMicrosecond),
            ("@version", beat.Version),
            ("@bundle", beat.Bundle),
            ("@folder", beat.Folder),
            ("@url", beat.Url),
            ("@draining", beat.IsDraining));
        await CarryAsync(Forget, cancellationToken, ("@before", UnixMicros.Write(beat.At - NodeRow.Kept)));
    }

    /// <inheritdoc/>
    public Task LeaveAsync(string node, DateTimeOffset at, CancellationToken cancellationToken) =>
        CarryAsync(Leave, cancellationToken, ("@at", UnixMicros.Write(at)), ("@node", node));

    /// <inheritdoc/>
    public Task<ImmutableArray<NodeRow>> ListAsync(CancellationToken cancellationToken) => _queries.ListAsync(List, Read, cancellationToken);

    private async Task CarryAsync(string sql, CancellationToken cancellationToken, params (string Name, object? Value)[] values)
    {
        var write = new StatementWrite(sql, values);
        writer.Enqueue(write);
        await write.Task.WaitAsync(cancellationToken);
    }

    private static NodeRow Read(DbDataReader row) => new(
        new NodeBeat(
            row.GetString(0),
            UnixMicros.Read(row.GetInt64(1)),
            UnixMicros.Read(row.GetInt64(2)),
            TimeSpan.FromMicroseconds(row.GetInt64(3)),
            row.GetString(4),
            row.GetString(5),
            row.IsDBNull(6) ? null : row.GetString(6),
            row.IsDBNull(7) ? null : row.GetString(7),
            row.GetInt32(8) != 0),
        row.IsDBNull(9) ? null : UnixMicros.Read(row.GetInt64(9)),
        (int)row.GetInt64(10));
}
