using System.Net;
using System.Net.Sockets;

namespace AiManager.Memory.Tests;

/// <summary>A wire to a server on this machine that can be cut, and on which everything can be held up.</summary>
internal sealed class LooseWire : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<TcpClient> _ends = [];
    private readonly int _to;
    private readonly Task _accepting;
    private volatile Task _holds = Task.CompletedTask;
    private volatile bool _isCut;

    private LooseWire(int to)
    {
        _to = to;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where it begins.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Nothing passes before this is done.</summary>
    public Task Holds
    {
        get => _holds;
        set => _holds = value;
    }

    /// <summary>Cuts it, or mends it: what was under way is lost.</summary>
    public bool IsCut
    {
        get => _isCut;
        set
        {
            _isCut = value;
            if (value)
            {
                CloseAll();
            }
        }
    }

    /// <summary>One to a port.</summary>
    public static LooseWire To(int port) => new(port);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        CloseAll();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var from = Keep(await _listener.AcceptTcpClientAsync(_stop.Token));
                if (IsCut)
                {
                    from.Dispose();
                    continue;
                }

                var to = Keep(new TcpClient());
                await to.ConnectAsync(IPAddress.Loopback, _to);
                _ = PumpAsync(from, to, isHeld: true);
                _ = PumpAsync(to, from, isHeld: false);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It was disposed.
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, bool isHeld)
    {
        try
        {
            var (bytes, source, sink) = (new byte[16_384], from.GetStream(), to.GetStream());
            while (await source.ReadAsync(bytes, _stop.Token) is > 0 and var read)
            {
                if (isHeld)
                {
                    await Holds.WaitAsync(_stop.Token);
                }

                await sink.WriteAsync(bytes.AsMemory(0, read), _stop.Token);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Either end has gone.
        }

        from.Dispose();
        to.Dispose();
    }

    private TcpClient Keep(TcpClient end)
    {
        lock (_ends)
        {
            _ends.Add(end);
        }

        return end;
    }

    private void CloseAll()
    {
        lock (_ends)
        {
            _ends.ForEach(e => e.Dispose());
            _ends.Clear();
        }
    }
}
