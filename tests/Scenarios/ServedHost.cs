using System.Diagnostics;
using AiManager.Contracts;

namespace AiManager.Scenarios.Tests;

/// <summary>A verb that serves, on a free loopback port, until it is disposed.</summary>
internal sealed class ServedHost : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _errors;

    private ServedHost(Process process, Uri url)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
        _errors = process.StandardError.ReadToEndAsync();
        Client = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromMinutes(2) };
    }

    /// <summary>Talks to it, without a key.</summary>
    public HttpClient Client { get; }

    /// <summary>Starts a verb and waits until <paramref name="probe"/> answers anything.</summary>
    public static async Task<ServedHost> StartAsync(IReadOnlyList<string> arguments, string probe, IReadOnlyDictionary<string, string>? environment = null, string? program = null)
    {
        var url = new Uri($"http://127.0.0.1:{FreePort.Take()}");
        var host = new ServedHost(HostProcess.Start([.. arguments, "--urls", url.ToString().TrimEnd('/')], environment, program), url);
        try
        {
            await host.AnswersAsync(probe);
            return host;
        }
        catch
        {
            // Nobody else knows of it, and on a store that others use it would go on working.
            await host.DisposeAsync();
            throw;
        }
    }

    private async Task AnswersAsync(string probe)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        for (var attempt = 0; attempt < 300; attempt++)
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"It ended with {_process.ExitCode}: {await _output}{await _errors}");
            }

            try
            {
                using var answer = await Client.GetAsync(new Uri(probe, UriKind.Relative));
                return;
            }
            catch (HttpRequestException)
            {
                await timer.WaitForNextTickAsync();
            }
        }

        throw new TimeoutException("It did not begin to answer.");
    }

    /// <summary>The process.</summary>
    public int Pid => _process.Id;

    /// <summary>Asks it to end (SIGTERM), or sends another signal.</summary>
    public void Signal(string name = "TERM")
    {
        using var kill = Process.Start("kill", ["-" + name, Pid.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Returns when it stands still, which it was told to do by itself.</summary>
    public async Task FrozenAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        for (var attempt = 0; attempt < 300; attempt++)
        {
            // The state stands behind the name, which is in brackets: T is stopped.
            if ((await File.ReadAllTextAsync($"/proc/{Pid}/stat")).Split(") ")[^1].StartsWith('T'))
            {
                return;
            }

            await timer.WaitForNextTickAsync();
        }

        throw new TimeoutException("It did not freeze.");
    }

    /// <summary>Waits until it has ended: its exit code, and all that it said.</summary>
    public async Task<(int Code, string Said)> EndAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await _process.WaitForExitAsync(patience.Token);
        return (_process.ExitCode, await _output + await _errors);
    }

    /// <summary>A client that carries a key.</summary>
    public HttpClient As(string key)
    {
        var client = new HttpClient { BaseAddress = Client.BaseAddress, Timeout = TimeSpan.FromMinutes(2) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        return client;
    }

    /// <summary>Waits until it has ended by itself.</summary>
    public Task EndedAsync() => _process.WaitForExitAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
