using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

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
        _urls = [.. Enumerable.Range(0, hosts).Select(_ => new Uri($"http://127.0.0.1:{ServedHost.FreePort()}"))];
    }

    /// <summary>What the hosts wrote to their error streams, for a failing assertion.</summary>
    public ConcurrentQueue<string> Errors { get; } = new();

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
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) =>
        {
            if (!string.IsNullOrEmpty(line.Data))
            {
                Errors.Enqueue($"host {host}: {line.Data}");
            }
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _processes[host] = process;
        _isFrozen[host] = false;
    }

    /// <summary>Returns when the host is ready to serve. Throws when it ended, or takes too long.</summary>
    public async Task ReadyAsync(int host)
    {
        using var client = new HttpClient { BaseAddress = _urls[host], Timeout = TimeSpan.FromSeconds(5) };
        using var timer = new PeriodicTimer(Patience, TimeProvider.System);
        for (var attempt = 0; attempt < 600; attempt++)
        {
            if (_processes[host]!.HasExited)
            {
                throw new InvalidOperationException($"Host {host} ended by itself: {string.Join('\n', Errors)}");
            }

            try
            {
                using var answer = await client.GetAsync(new Uri("/health/ready", UriKind.Relative));
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (Exception away) when (away is HttpRequestException or TaskCanceledException)
            {
                // Not yet.
            }

            await timer.WaitForNextTickAsync();
        }

        throw new TimeoutException($"Host {host} did not become ready: {string.Join('\n', Errors)}");
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

    /// <summary>Sends a request to the first host that takes it, beginning at <paramref name="first"/>. A host that is away is passed over.</summary>
    public async Task<HttpResponseMessage> SendAsync(string key, int first, Func<HttpRequestMessage> request)
    {
        using var timer = new PeriodicTimer(Patience, TimeProvider.System);
        for (var attempt = 0; attempt < 300; attempt++)
        {
            var host = (first + attempt) % Count;
            if (_processes[host] is not null && !_isFrozen[host])
            {
                using var client = new HttpClient { BaseAddress = _urls[host], Timeout = TimeSpan.FromSeconds(5) };
                client.DefaultRequestHeaders.Authorization = new("Bearer", key);
                try
                {
                    var answer = await client.SendAsync(request());
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

        throw new TimeoutException($"No host took the request: {string.Join('\n', Errors)}");
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
