using System.Collections.Concurrent;

namespace AiManager.Evals;

/// <summary>
/// The real program without a terminal, in processes of its own. One of them does verb after verb for cases that share nothing but it; asked for, each verb gets a
/// process that does nothing else, as when people start it: that takes six times the processor, and must come to the same.
/// </summary>
/// <param name="model">What it is to ask; null for the scripted model.</param>
/// <param name="isFresh">Whether each verb has a process for itself.</param>
internal sealed class HostProgram(ModelChoice? model, bool isFresh = false) : IDisposable
{
    /// <summary>A run that takes longer is stopped: its case fails.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(5);

    private readonly ConcurrentBag<HostWorker> _idle = [];

    /// <summary>Whether the scripted model speaks.</summary>
    public bool IsScripted => model is null;

    /// <summary>Runs a verb to its end.</summary>
    /// <param name="arguments">The verb and what it takes.</param>
    /// <param name="settings">Further variables of its environment.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<ProgramRun> RunAsync(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken)
    {
        var worker = _idle.TryTake(out var idle) ? idle : HostWorker.Start(model);
        var run = await worker.RunAsync(new WorkerJob(arguments, settings), Patience, cancellationToken);
        if (worker.IsOver || isFresh)
        {
            worker.Dispose();
        }
        else
        {
            _idle.Add(worker);
        }

        return run;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_idle.TryTake(out var worker))
        {
            worker.Dispose();
        }
    }
}
