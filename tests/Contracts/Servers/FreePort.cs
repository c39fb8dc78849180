using System.Net;
using System.Net.Sockets;

namespace AiManager.Contracts;

/// <summary>
/// A loopback port for somebody who must be told it before they listen, or who comes back to it. It lies below those that the system gives out by itself (on Linux 32768
/// and above): one of those may be anybody's between being found and being used, who listens or who only calls somebody. Each process begins elsewhere and gives none out twice.
/// </summary>
public static class FreePort
{
    private const int First = 20_000, Count = 12_000, Apart = 61;
    private static int _given = -1;

    /// <summary>One that nobody listens at.</summary>
    public static int Take()
    {
        for (var attempt = 0; attempt < Count; attempt++)
        {
            var port = First + (int)(((long)Environment.ProcessId * Apart + Interlocked.Increment(ref _given)) % Count);
            if (IsFree(port))
            {
                return port;
            }
        }

        throw new InvalidOperationException($"None of the ports from {First} on is free.");
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
