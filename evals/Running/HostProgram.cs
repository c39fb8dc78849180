using System.Diagnostics;
using System.Text;

namespace AiManager.Evals;

/// <summary>The real program, as a process of its own without a terminal.</summary>
/// <param name="model">What it is to ask; null for the scripted model.</param>
internal sealed class HostProgram(ModelChoice? model)
{
    /// <summary>A run that takes longer is stopped: its case fails.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(5);

    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "AiManager.Host.dll");

    /// <summary>Runs a verb to its end.</summary>
    /// <param name="arguments">The verb and what it takes.</param>
    /// <param name="settings">Further variables of its environment.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<ProgramRun> RunAsync(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        Settle(start.Environment);
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException("The program did not start.");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            return new ProgramRun(null, await output, await errors);
        }

        return new ProgramRun(process.ExitCode, await output, await errors);
    }

    /// <summary>What this machine's own settings say must not change what is measured.</summary>
    private void Settle(IDictionary<string, string?> environment)
    {
        foreach (var name in environment.Keys.Where(n => n.StartsWith("AIMANAGER_", StringComparison.Ordinal) && n != ModelChoice.KeyVariable).ToList())
        {
            environment.Remove(name);
        }

        if (model is null)
        {
            environment.Remove(ModelChoice.KeyVariable);
            return;
        }

        environment["AIMANAGER_MODEL_URL"] = model.Url;
        environment["AIMANAGER_MODEL"] = model.Name;
    }
}

/// <summary>How a run ended.</summary>
/// <param name="Exit">Null when it was stopped because it took too long.</param>
/// <param name="Output">What it printed.</param>
/// <param name="Errors">What it complained of.</param>
internal sealed record ProgramRun(int? Exit, string Output, string Errors)
{
    /// <summary>The object of <c>--json</c>: the last line; null where there is none.</summary>
    public JsonText? Workflow => JsonText.TryParse(Output.TrimEnd().Split('\n')[^1], out var json) && json.Text.StartsWith('{') ? json : null;
}

/// <summary>A real model, as an OpenAI-compatible endpoint has it. Its key is taken from the environment.</summary>
/// <param name="Url">The endpoint.</param>
/// <param name="Name">Which one.</param>
internal sealed record ModelChoice(string Url, string Name)
{
    public const string KeyVariable = "AIMANAGER_MODEL_KEY";
}
