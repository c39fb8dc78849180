namespace AiManager.Memory;

/// <summary>
/// Connections for reading that stay open between queries and keep what they have prepared. Opening one and preparing a query anew costs several times what running
/// it does, and the gate reads its ledgers at every call. Between queries no transaction is open, so each sees what is committed by then.
/// </summary>
internal sealed class KeptSqliteReads(string connectionString) : SqliteDataSource(connectionString)
{
    /// <summary>More than that at once are rare; what they leave is closed.</summary>
    private const int MostKept = 8;

    private readonly Lock _gate = new();
    private readonly Stack<KeptConnection> _idle = new();
    private bool _isClosed;

    /// <summary>One that nobody else uses until it is given back or disposed.</summary>
    public KeptConnection Take()
    {
        lock (_gate)
        {
            if (_idle.TryPop(out var idle))
            {
                return idle;
            }
        }

        return new KeptConnection(OpenConnection());
    }

    /// <summary>Takes back one whose last query came to its end. One that broke off is disposed instead.</summary>
    public void Give(KeptConnection connection)
    {
        lock (_gate)
        {
            if (!_isClosed && _idle.Count < MostKept)
            {
                _idle.Push(connection);
                return;
            }
        }

        connection.Dispose();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Close();
        }

        base.Dispose(disposing);
    }

    /// <inheritdoc/>
    protected override ValueTask DisposeAsyncCore()
    {
        Close();
        return base.DisposeAsyncCore();
    }

    private void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            while (_idle.TryPop(out var idle))
            {
                idle.Dispose();
            }
        }
    }
}
