using AiManager.Domain;
using SQLitePCL;

namespace AiManager.Memory;

/// <summary>Blobs and keys.</summary>
internal sealed class SqliteKeeping(sqlite3 database) : IDisposable
{
    private readonly SqliteStatement _blob = new(database, "insert into blobs (digest, content) values (?, ?) on conflict do nothing");

    private readonly SqliteStatement _key = new(
        database,
        "insert into envelope_keys (kid, person, secret, created_at) values (?, ?, ?, ?) on conflict do nothing");

    private readonly SqliteStatement _keyOf = new(database, "select kid, secret from envelope_keys where person = ?");
    private readonly SqliteStatement _eraseKey = new(database, "delete from envelope_keys where person = ?");

    private readonly SqliteStatement _eraseGoals = new(
        database,
        $"update workflows set goal = '{PrivateText.Erased}', goal_folded = '{PrivateText.Erased}' where requester = ?");

    private readonly SqliteStatement _emptyLog = new(database, "pragma wal_checkpoint(truncate)");

    public bool Keep(string digest, ReadOnlySpan<byte> content) => _blob.Bind(digest).Bind(content).Run() > 0;

    public EnvelopeKey Keep(EnvelopeKey key, DateTimeOffset now)
    {
        _key.Bind(key.Kid).Bind(key.Person).Bind(key.Secret.Span).Bind(UnixMicros.Write(now)).Run();
        _keyOf.Bind(key.Person).Step();
        var kept = new EnvelopeKey(_keyOf.Text(0), key.Person, _keyOf.Bytes(1).ToArray());
        _keyOf.Reset();
        return kept;
    }

    public void Erase(string person)
    {
        _eraseKey.Bind(person).Run();
        _eraseGoals.Bind(person).Run();
    }

    /// <summary>
    /// Writes the log back into the database and cuts it to nothing, so that no copy of a destroyed key stays in it; secure_delete has zeroed its place in
    /// the pages. Throws <see cref="StoreUnavailableException"/> when a long reader is in the way: the key is gone from the tables, the copy is not.
    /// </summary>
    public void EmptyLog()
    {
        _emptyLog.Step();
        var isBusy = _emptyLog.Number(0) != 0;
        _emptyLog.Reset();
        if (isBusy)
        {
            throw new StoreUnavailableException("The key is destroyed, but a reader keeps a copy of it in the write-ahead log. Erase again in a moment.");
        }
    }

    public void Dispose()
    {
        foreach (var statement in new[] { _blob, _key, _keyOf, _eraseKey, _eraseGoals, _emptyLog })
        {
            statement.Dispose();
        }
    }
}
