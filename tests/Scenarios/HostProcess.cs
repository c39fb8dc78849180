using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace AiManager.Scenarios.Tests;

/// <summary>The real program as a process of its own, without a terminal, in a data folder of its own.</summary>
internal static class HostProcess
{
    /// <summary>The build beside these tests, or the one that <c>./test</c> compiled ahead of time, which starts in half the time.</summary>
    private static readonly string Program = Environment.GetEnvironmentVariable("AIMANAGER_TEST_HOST") ?? Path.Combine(AppContext.BaseDirectory, "AiManager.Host.dll");

    /// <summary>Runs a verb to its end; a run that takes over two minutes is killed and fails the test.</summary>
    public static async Task<HostResult> RunAsync(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? program = null)
    {
        using var process = Start(arguments, environment, program);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"'{string.Join(' ', arguments)}' did not end: {await output}{await errors}");
        }

        return new HostResult(process.ExitCode, await output, await errors);
    }

    /// <summary>Starts a verb and leaves it running.</summary>
    /// <param name="arguments">The verb and its options.</param>
    /// <param name="environment">More than this process's own.</param>
    /// <param name="program">Another build of the program; null for the one beside these tests.</param>
    public static Process Start(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? program = null)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            WorkingDirectory = RepositoryFiles.Root,
        };
        start.ArgumentList.Add(program ?? Program);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var name in new[] { "AIMANAGER_MODEL_URL", "AIMANAGER_MODEL", "AIMANAGER_MODEL_KEY", "AIMANAGER_STORE", "AIMANAGER_CRASH_AT", "AIMANAGER_FREEZE_AT", "AIMANAGER_CLOCK_AHEAD_SECONDS", "AIMANAGER_TEST_HOOKS", "AIMANAGER_LEASE", "AIMANAGER_PATIENCE", "AIMANAGER_MAX_WORKFLOWS", "OTEL_EXPORTER_OTLP_ENDPOINT" })
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException("The host did not start.");
    }
}

/// <summary>How a run ended.</summary>
internal sealed record HostResult(int ExitCode, string Output, string Errors)
{
    /// <summary>The workflow's object: the last line of a run with <c>--json</c>.</summary>
    public JsonElement Workflow
    {
        get
        {
            var line = Output.TrimEnd().Split('\n')[^1];
            using var document = JsonDocument.Parse(line);
            return document.RootElement.Clone();
        }
    }

    /// <summary>Everything it said, for a failing assertion.</summary>
    public override string ToString() => $"exit {ExitCode}\n{Output}\n{Errors}";
}
