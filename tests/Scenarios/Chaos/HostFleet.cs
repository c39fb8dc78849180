using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using AiManager.Contracts;

namespace AiManager.Scenarios.Tests;

/// <summary>Several host processes on one store, each at an address that stays its own when it is killed and started again.</summary>
internal sealed class HostFleet : IAsyncDisposable
{
    private const int Stop = 19, Continue = 18; // SIGSTOP and SIGCONT on Linux
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    private readonly IReadOnlyList<string> _arguments;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly Process?[] _processes;
    private readonly Uri[] _urls;
    private readonly bool[] _isFrozen;

    public HostFleet(int hosts, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        (_arguments, _environment) = (arguments, environment);
        _processes = new Process?[hosts];
        _isFrozen = new bool[hosts];
        _urls = [.. Enumerable.Range(0, hosts).Select(_ => new Uri($"http://127.0.0.1:{FreePort.Take()}"))];
    }

    /// <summary>What the hosts wrote, for a failing assertion.</summary>
    public ConcurrentQueue<string> Said { get; } = new();

    public int Count => _urls.Length;

    public async Task StartAllAsync()
    {
        for (var host = 0; host < Count; host++)
        {
            Start(host);
            await ReadyAsync(host);
        }
    }

    public void Start(int host)
    {
        var url = _urls[host].ToString().TrimEnd('/');
        var process = HostProcess.Start(["serve", .. _arguments, "--urls", url], _environment);
        process.StandardInput.Close();
        process.OutputDataReceived += Hear;
        process.ErrorDataReceived += Hear;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _processes[host] = process;
        _isFrozen[host] = false;

        void Hear(object sender, DataReceivedEventArgs line)
        {
            if (!string.IsNullOrEmpty(line.Data))
            {
                Said.Enqueue($"host {host}: {line.Data}");
            }
        }
    }

    /// <summary>Returns when the host is ready to serve. Throws when it ended, or takes too long.</summary>
    public async Task ReadyAsync(int host)
    {
        using var timer = new PeriodicTimer(Patience, TimeProvider.System);
        for (var attempt = 0; attempt < 600; attempt++)
        {
            if (_processes[host]!.HasExited)
            {
                throw new InvalidOperationException($"Host {host} ended by itself: {string.Join('\n', Said.TakeLast(40))}");
            }

            if (await IsReadyAsync(host) == true)
            {
                return;
            }

            await timer.WaitForNextTickAsync();
        }

        throw new TimeoutException($"Host {host} did not become ready: {string.Join('\n', Said.TakeLast(40))}");
    }

    public async Task KillAsync(int host)
    {
        if (_processes[host] is { } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
            _processes[host] = null;
        }
    }

    public void Freeze(int host) => Signal(host, Stop, isFrozen: true);

    public void Thaw(int host) => Signal(host, Continue, isFrozen: false);

    /// <summary>Returns when the host stands still, which it was told to do by itself.</summary>
    public async Task FrozenAsync(int host)
    {
        using var timer = new PeriodicTimer(Patience, TimeProvider.System);
        for (var attempt = 0; attempt < 300; attempt++)
        {
            // The state stands behind the name, which is in brackets: T is stopped.
            if ((await File.ReadAllTextAsync($"/proc/{_processes[host]!.Id}/stat")).Split(") ")[^1].StartsWith('T'))
            {
                _isFrozen[host] = true;
                return;
            }

            await timer.WaitForNextTickAsync();
        }

        throw new TimeoutException($"Host {host} did not freeze: {string.Join('\n', Said.TakeLast(40))}");
    }

    /// <summary>Returns when one of them has written it: what it writes may come behind what it answers.</summary>
    public async Task SaysAsync(string words)
    {
        using var timer = new PeriodicTimer(Patience, TimeProvider.System);
        for (var attempt = 0; !Said.Any(line => line.Contains(words, StringComparison.Ordinal)); attempt++)
        {
            Assert.True(attempt < 150, $"Nobody said '{words}': {string.Join('\n', Said.TakeLast(40))}");
            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>Whether the host says that it is ready; null when it says nothing within five seconds.</summary>
    public async Task<bool?> IsReadyAsync(int host)
    {
        using var client = new HttpClient { BaseAddress = _urls[host], Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            using var answer = await client.GetAsync(new Uri("/health/ready", UriKind.Relative));
            return answer.StatusCode switch
            {
                System.Net.HttpStatusCode.OK => true,
                System.Net.HttpStatusCode.ServiceUnavailable => false,
                _ => throw new InvalidOperationException($"Host {host} says {answer.StatusCode}."),
            };
        }
        catch (Exception away) when (away is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }

    /// <summary>Sends a request to the first host that takes it, beginning at <paramref name="first"/>. A host that is away is passed over.</summary>
    public async Task<HttpResponseMessage> SendAsync(string key, int first, Func<HttpRequestMessage> request)
    {
        using var timer = new PeriodicTimer(Patience, TimeProvider.System);
        for (var attempt = 0; attempt < 300; attempt++)
        {
            var host = (first + attempt) % Count;
            if (_processes[host] is not null && !_isFrozen[host])
            {
                try
                {
                    var answer = await AskAsync(key, host, request(), TimeSpan.FromSeconds(5));
                    if ((int)answer.StatusCode < 500 && (int)answer.StatusCode != 429)
                    {
                        return answer;
                    }

                    answer.Dispose();
                }
                catch (Exception away) when (away is HttpRequestException or TaskCanceledException)
                {
                    // Killed or frozen in the middle: the next one.
                }
            }

            await timer.WaitForNextTickAsync();
        }

        throw new TimeoutException($"No host took the request: {string.Join('\n', Said.TakeLast(40))}");
    }

    /// <summary>Sends a request to a host, whatever it answers.</summary>
    public async Task<HttpResponseMessage> AskAsync(string key, int host, HttpRequestMessage request, TimeSpan patience)
    {
        using var client = new HttpClient { BaseAddress = _urls[host], Timeout = patience };
        client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        return await client.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        for (var host = 0; host < Count; host++)
        {
            await KillAsync(host);
        }
    }

    private void Signal(int host, int signal, bool isFrozen)
    {
        if (_processes[host] is { HasExited: false } process)
        {
            _ = Kill(process.Id, signal);
            _isFrozen[host] = isFrozen;
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);
}
