using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace AiManager.Bench;

/// <summary>The program as a process of its own.</summary>
internal sealed class BenchedHost : IDisposable
{
    private readonly Process _process;

    private BenchedHost(Process process, Uri url)
    {
        _process = process;
        Client = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromSeconds(30) };
    }

    /// <summary>Talks to it.</summary>
    public HttpClient Client { get; }

    /// <summary>Its name in leases.</summary>
    public string Node => $"{Environment.MachineName}:{_process.Id}";

    /// <summary>What it has used so far.</summary>
    public TimeSpan Cpu()
    {
        _process.Refresh();
        return _process.TotalProcessorTime;
    }

    /// <summary>What it occupies, in bytes.</summary>
    public long WorkingSet()
    {
        _process.Refresh();
        return _process.WorkingSet64;
    }

    /// <summary>Runs a verb to its end; what it printed.</summary>
    public static Task<string> RunAsync(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment) => RunAsync(arguments, environment, 0);

    /// <summary>Runs a verb to its end, which must be one of these; what it printed.</summary>
    public static async Task<string> RunAsync(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, params int[] ends)
    {
        using var process = Start(arguments, environment);
        var said = process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return ends.Contains(process.ExitCode) ? await said : throw new InvalidOperationException($"'{string.Join(' ', arguments)}' ended with {process.ExitCode}: {await said}");
    }

    /// <summary>Serves, and returns when it is ready.</summary>
    public static async Task<BenchedHost> ServeAsync(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        using var port = new TcpListener(IPAddress.Loopback, 0);
        port.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)port.LocalEndpoint).Port}";
        port.Stop();
        var process = Start(["serve", .. arguments, "--urls", url], environment);
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        var host = new BenchedHost(process, new Uri(url));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        while (!await host.IsReadyAsync())
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"The host ended with {process.ExitCode}.");
            }

            await timer.WaitForNextTickAsync();
        }

        return host;
    }

    /// <summary>SIGKILL; returns when it is gone.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        Client.Dispose();
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await Client.GetAsync(new Uri("/health/ready", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static Process Start(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "AiManager.Host.dll"), .. arguments]) { RedirectStandardOutput = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException("The host did not start.");
    }
}
