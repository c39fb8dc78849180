using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiManager.Tools;

/// <summary>
/// An MCP server as a source of tools. It is started when something is first wanted of it, and again when something is wanted after it ended: at once the first time, and with
/// a growing pause when it keeps ending.
/// </summary>
internal sealed class McpSource(McpDefinition definition, TimeProvider time) : IToolSource
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private ILogger _logger = NullLogger.Instance;
    private Action _changed = () => { };
    private McpConnection? _connection;
    private SourceState _state = SourceState.Untried;
    private int _failures;
    private DateTimeOffset _notBefore = DateTimeOffset.MinValue;
    private DateTimeOffset _openedAt;
    private bool _isClosed;

    /// <inheritdoc/>
    public string Name => definition.Name;

    /// <inheritdoc/>
    public string Kind => McpKind.Word;

    /// <inheritdoc/>
    public string Definition => definition.Digest;

    /// <inheritdoc/>
    public SourceState State => Volatile.Read(ref _connection) is { IsAlive: false } && _state.Condition == SourceCondition.Up ? new SourceState(SourceCondition.Down, "It has ended.") : Volatile.Read(ref _state);

    /// <summary>How it is reached.</summary>
    public McpDefinition Reached => definition;

    /// <summary>The clock.</summary>
    public TimeProvider Time => time;

    /// <inheritdoc/>
    public void Begin(ILogger logger, Action changed) => (_logger, _changed) = (logger, changed);

    /// <inheritdoc/>
    public async Task<ImmutableArray<ListedTool>> ListAsync(CancellationToken cancellationToken) => (await ConnectedAsync(isListWanted: true, cancellationToken)).Tools;

    /// <inheritdoc/>
    public IToolImplementation Make(ListedTool tool, ToolInfo info) => new McpTool(this, tool, info);

    /// <summary>A living connection whose list is what the server has now. Throws <see cref="SourceFaultException"/>.</summary>
    /// <param name="isListWanted">True to ask for the list although nothing says that it is another.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<McpConnection> ConnectedAsync(bool isListWanted, CancellationToken cancellationToken)
    {
        if (!isListWanted && Volatile.Read(ref _connection) is { IsAlive: true, IsStale: false } ready)
        {
            return ready;
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            using var patience = new CancellationTokenSource(definition.StartTimeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
            return await LockedAsync(isListWanted, either.Token);
        }
        catch (SourceFaultException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Notes that a tool reported progress.</summary>
    public void Heard(ListedTool tool) => _logger.Progress(definition.Name, OutsideText.Line(tool.RemoteName, ToolNames.Longest));

    /// <summary>Notes that a call broke off; where that says that the server is gone, the next use starts it anew.</summary>
    public async Task BrokeAsync(McpConnection connection, Exception fault)
    {
        connection.Broke(fault);
        await _turn.WaitAsync();
        try
        {
            if (_connection == connection && !connection.IsAlive)
            {
                await DropAsync("It ended while it was being used.");
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync();
        try
        {
            _isClosed = true;
            if (Interlocked.Exchange(ref _connection, null) is { } connection)
            {
                await connection.DisposeAsync();
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <param name="isListWanted">Whoever asks for the list learns what is new from the answer.</param>
    /// <param name="cancellationToken">Stops.</param>
    private async Task<McpConnection> LockedAsync(bool isListWanted, CancellationToken cancellationToken)
    {
        if (_isClosed)
        {
            throw new SourceFaultException("This host is done with it.");
        }

        if (_connection is { IsAlive: false })
        {
            await DropAsync("It has ended.");
        }

        var before = _connection?.Tools;
        McpConnection? opened = null;
        try
        {
            var connection = _connection ?? (opened = await OpenAsync(cancellationToken));
            if (isListWanted || connection.IsStale)
            {
                await connection.ListAsync(cancellationToken);
            }

            Volatile.Write(ref _connection, connection);
            Volatile.Write(ref _state, _state.Condition == SourceCondition.Up ? _state with { LastError = null } : new SourceState(SourceCondition.Up, null, time.GetUtcNow()));
            if (!isListWanted && (before is null || !connection.Tools.AsSpan().SequenceEqual(before.Value.AsSpan())))
            {
                _changed();
            }

            return connection;
        }
        catch (SourceFaultException fault)
        {
            if (opened is not null)
            {
                Pause();
                await opened.DisposeAsync();
            }

            if (fault is not PausedException)
            {
                Note(fault.Message);
            }

            throw;
        }
    }

    private async Task<McpConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now < _notBefore)
        {
            throw new PausedException($"{_state.LastError ?? "It cannot be reached."} It is tried again in {Math.Ceiling((_notBefore - now).TotalSeconds):0} s.");
        }

        try
        {
            _openedAt = now;
            return await McpConnection.OpenAsync(definition, _logger, _changed, time, cancellationToken);
        }
        catch (SourceFaultException)
        {
            Pause();
            throw;
        }
    }

    private async Task DropAsync(string why)
    {
        if (Interlocked.Exchange(ref _connection, null) is { } ended)
        {
            // One that worked for a while earned a fresh start.
            _failures = time.GetUtcNow() - _openedAt > LongestPause ? 0 : _failures;
            Pause();
            Note(why);
            await ended.DisposeAsync();
        }
    }

    /// <summary>None before the first new start, then 1 s, 2 s, 4 s, … up to a minute.</summary>
    private void Pause()
    {
        var pause = _failures == 0 ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, ShortestPause.Ticks << Math.Min(_failures - 1, 10)));
        _failures++;
        _notBefore = time.GetUtcNow() + pause;
    }

    private void Note(string error)
    {
        if (_state is not { Condition: SourceCondition.Down } || _state.LastError != error)
        {
            _logger.SourceDown(definition.Name, error);
        }

        Volatile.Write(ref _state, new SourceState(SourceCondition.Down, error, _state.Condition == SourceCondition.Down ? _state.Since : time.GetUtcNow()));
    }

    /// <summary>It was not even tried.</summary>
    private sealed class PausedException(string message) : SourceFaultException(message);
}
