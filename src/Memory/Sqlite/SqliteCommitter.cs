using AiManager.Domain;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AiManager.Memory;

/// <summary>Carries writes out on SQLite, over one connection of its own. A connection that broke is replaced by the next batch.</summary>
internal sealed class SqliteCommitter(Func<sqlite3> open, ICrashPoints crashPoints, TimeProvider time) : ICommitter
{
    private SqliteWriter? _writer;

    public void Commit(IReadOnlyList<IWrite> batch)
    {
        try
        {
            _writer ??= new SqliteWriter(open(), time);
            if (batch is [{ StandsAlone: true } alone])
            {
                _writer.CarryAlone(alone);
                return;
            }

            Together(_writer, batch);
        }
        catch (SqliteException cause) when (IsOfTheStore(cause.SqliteErrorCode))
        {
            throw new StoreUnavailableException($"The store cannot be written now: {cause.Message}", cause);
        }
        finally
        {
            Clean();
        }
    }

    public void Dispose() => _writer?.Dispose();

    private void Together(SqliteWriter writer, IReadOnlyList<IWrite> batch)
    {
        writer.Begin();
        foreach (var write in batch)
        {
            writer.Carry(write);
        }

        Pass(CrashPoint.InsideGroupCommit, batch);
        writer.Commit();
        Pass(CrashPoint.AfterGroupCommit, batch);
    }

    private void Pass(CrashPoint point, IReadOnlyList<IWrite> batch)
    {
        if (ReferenceEquals(crashPoints, NoCrashPoints.Instance))
        {
            return;
        }

        foreach (var write in batch)
        {
            if (write is AppendWrite append)
            {
                crashPoints.Pass(point, append.Request.Stream);
            }
        }
    }

    /// <summary>Takes back what was not committed. A connection that cannot even do that is given up.</summary>
    private void Clean()
    {
        try
        {
            _writer?.TakeBack();
        }
        catch (SqliteException)
        {
            _writer!.Dispose();
            _writer = null;
        }
    }

    /// <summary>What a statement or its values are to blame for is one write's own fault; all else is the store's.</summary>
    private static bool IsOfTheStore(int code) =>
        code is not (raw.SQLITE_ERROR or raw.SQLITE_CONSTRAINT or raw.SQLITE_MISMATCH or raw.SQLITE_TOOBIG
            or raw.SQLITE_RANGE or raw.SQLITE_MISUSE);
}
