using AiManager.Domain;
using Npgsql;

namespace AiManager.Memory;

/// <summary>
/// Carries writes out on PostgreSQL, over one connection of its own. A connection that broke is replaced by the next batch; a batch that another host
/// crossed (a deadlock, a stream that both opened) is decided anew.
/// </summary>
internal sealed class PostgresCommitter(string connectionString, ICrashPoints crashPoints, TimeProvider time) : ICommitter
{
    private const int MostAttempts = 5;

    private PostgresWriter? _writer;

    public void Commit(IReadOnlyList<IWrite> batch)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Try(batch);
                return;
            }
            catch (PostgresException cause) when (PostgresErrors.IsRace(cause) && attempt < MostAttempts)
            {
                TakeBack();
            }
            catch (PostgresException cause) when (PostgresErrors.IsOfOneWrite(cause) && !PostgresErrors.IsRace(cause))
            {
                TakeBack();
                throw;
            }
            catch (Exception cause) when (cause is PostgresException || PostgresErrors.IsOfTheConnection(cause))
            {
                Drop();
                throw new StoreUnavailableException($"The store cannot be written now: {cause.Message}", cause);
            }
            catch
            {
                TakeBack();
                throw;
            }
        }
    }

    public void Dispose() => Drop();

    private void Try(IReadOnlyList<IWrite> batch)
    {
        _writer ??= new PostgresWriter(connectionString, time);
        if (batch is [{ StandsAlone: true } alone])
        {
            _writer.CarryAlone(alone);
            return;
        }

        _writer.Carry(batch, ReferenceEquals(crashPoints, NoCrashPoints.Instance) ? null : point => Pass(point, batch));
    }

    private void Pass(CrashPoint point, IReadOnlyList<IWrite> batch)
    {
        foreach (var write in batch)
        {
            if (write is AppendWrite append)
            {
                crashPoints.Pass(point, append.Request.Stream);
            }
        }
    }

    /// <summary>Takes back what was not committed. A connection that cannot even do that is given up.</summary>
    private void TakeBack()
    {
        try
        {
            _writer?.TakeBack();
        }
        catch (Exception cause) when (cause is NpgsqlException or InvalidOperationException || PostgresErrors.IsOfTheConnection(cause))
        {
            Drop();
        }
    }

    private void Drop()
    {
        _writer?.Dispose();
        _writer = null;
    }
}
