using System.Diagnostics;
using SQLitePCL;

namespace AiManager.Memory;

/// <summary>The writer's connection with its statements.</summary>
internal sealed class SqliteWriter : IDisposable
{
    private readonly sqlite3 _database;
    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _commit;
    private readonly SqliteStatement _rollback;
    private readonly SqliteRows _rows;
    private readonly SqliteAppends _appends;
    private readonly SqliteLeases _leases;
    private readonly SqliteKeeping _keeping;
    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);

    /// <param name="database">Open; owned from here on.</param>
    /// <param name="time">For who has waited longest.</param>
    public SqliteWriter(sqlite3 database, TimeProvider time)
    {
        _database = database;
        _begin = new SqliteStatement(database, "begin immediate");
        _commit = new SqliteStatement(database, "commit");
        _rollback = new SqliteStatement(database, "rollback");
        _rows = new SqliteRows(database);
        _appends = new SqliteAppends(database, _rows, time);
        _leases = new SqliteLeases(database, time);
        _keeping = new SqliteKeeping(database);
    }

    public void Begin()
    {
        _begin.Run();
        _appends.Begin();
    }

    public void Commit() => _commit.Run();

    /// <summary>Ends a transaction that was not committed; harmless when there is none.</summary>
    public void TakeBack()
    {
        if (raw.sqlite3_get_autocommit(_database) == 0)
        {
            _rollback.Run();
        }
    }

    public void Carry(IWrite write)
    {
        switch (write)
        {
            case AppendWrite append:
                append.Outcome = _appends.Append(append);
                break;
            case ClaimWrite claim:
                claim.Outcome = _leases.Claim(claim);
                break;
            case RenewWrite renew:
                renew.Outcome = _leases.Renew(renew);
                break;
            case ReleaseWrite release:
                release.Outcome = _leases.Release(release);
                break;
            case BlobWrite blob:
                blob.Outcome = _keeping.Keep(blob.Digest, blob.Content.Span);
                break;
            case KeyWrite key:
                key.Outcome = _keeping.Keep(key.Key, key.Now);
                break;
            case StatementWrite statement:
                statement.Outcome = Run(statement);
                break;
            default:
                throw new UnreachableException($"Nobody knows how to carry out a {write.GetType().Name}.");
        }
    }

    /// <summary>Carries out a write that shares a transaction with nobody.</summary>
    public void CarryAlone(IWrite write)
    {
        switch (write)
        {
            case EraseWrite erase:
                _begin.Run();
                _keeping.Erase(erase.Person);
                _commit.Run();
                _keeping.EmptyLog();
                break;
            case RebuildWrite rebuild:
                _begin.Run();
                _rows.Clear();
                rebuild.Replay(_rows.Put).GetAwaiter().GetResult();
                _commit.Run();
                break;
            case TransactionWrite together:
                _begin.Run();
                foreach (var (statement, expected) in together.Statements)
                {
                    var changed = Run(statement);
                    if (expected is { } wanted && changed != wanted)
                    {
                        TakeBack();
                        return;
                    }
                }

                _commit.Run();
                together.Outcome = true;
                break;
            case SqliteUpkeep upkeep:
                upkeep.Work(_database);
                break;
            default:
                throw new UnreachableException($"Nobody knows how to carry out a {write.GetType().Name}.");
        }
    }

    public void Dispose()
    {
        _begin.Dispose();
        _commit.Dispose();
        _rollback.Dispose();
        _appends.Dispose();
        _rows.Dispose();
        _leases.Dispose();
        _keeping.Dispose();
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        _database.Dispose();
    }

    private int Run(StatementWrite write)
    {
        // As many as features have statements: their text is constant.
        if (!_statements.TryGetValue(write.Sql, out var statement))
        {
            _statements[write.Sql] = statement = new SqliteStatement(_database, write.Sql);
        }

        foreach (var (name, value) in write.Values)
        {
            statement.Bind(name, value);
        }

        return statement.Run();
    }
}

/// <summary>Anything to be done on the writer's own connection, outside a transaction.</summary>
internal sealed class SqliteUpkeep(Action<sqlite3> work) : Write<bool>
{
    public Action<sqlite3> Work { get; } = work;

    public override bool StandsAlone => true;
}
