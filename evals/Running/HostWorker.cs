using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace AiManager.Evals;

/// <summary>A process that does verbs of the program, one after the other.</summary>
internal sealed class HostWorker : IDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "AiManager.Evals.dll");
    private readonly Process _process;
    private readonly Task<string> _errors;

    private HostWorker(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
    }

    /// <summary>Whether it does no more.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Starts one that asks this model; null for the scripted one.</summary>
    public static HostWorker Start(ModelChoice? model)
    {
        var start = new ProcessStartInfo("dotnet", [Program, WorkerCommand.Verb])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
        };
        Settle(start.Environment, model);
        return new HostWorker(Process.Start(start) ?? throw new InvalidOperationException("The program did not start."));
    }

    /// <summary>Does one verb. It is over when that took too long, was stopped, or ended the process.</summary>
    /// <param name="job">The verb.</param>
    /// <param name="patience">How long it may take.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<ProgramRun> RunAsync(WorkerJob job, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        try
        {
            await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(job).AsMemory(), limit.Token);
            await _process.StandardInput.FlushAsync(limit.Token);
            if (await _process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                return JsonSerializer.Deserialize<ProgramRun>(line)!;
            }

            IsOver = true;
            await _process.WaitForExitAsync(limit.Token);
            return new ProgramRun(_process.ExitCode, string.Empty, await _errors);
        }
        catch (OperationCanceledException)
        {
            IsOver = true;
            _process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            return new ProgramRun(null, string.Empty, await _errors);
        }
    }

    /// <summary>Lets it go: it ends when nothing can come in any more.</summary>
    public void Dispose()
    {
        if (!IsOver)
        {
            _process.StandardInput.Close();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    /// <summary>What this machine's own settings say must not change what is measured.</summary>
    private static void Settle(IDictionary<string, string?> environment, ModelChoice? model)
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
