namespace AiManager.Host;

/// <summary>Progress for a log or a pipe: each change on a line, once.</summary>
internal sealed class PlainProgress(TextWriter output, PlainWords words, TimeProvider time) : IProgressView
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<TaskId, (string Status, string? Note)> _shown = [];
    private string? _outcome;
    private int _planVersion;

    public async Task<WorkflowResource> ShowAsync(Func<CancellationToken, Task<WorkflowResource>> look, Task done, CancellationToken cancellationToken)
    {
        while (!done.IsCompleted)
        {
            Show(await look(cancellationToken));
            await Task.WhenAny(done, Task.Delay(Pause, time, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }

        await done;
        var last = await look(cancellationToken);
        Show(last);
        return last;
    }

    private void Show(WorkflowResource workflow)
    {
        if (workflow.Contract?.Outcome is { } outcome && outcome != _outcome)
        {
            _outcome = outcome;
            output.WriteLine($"Outcome: {Printable.Line(outcome)}");
        }

        if (workflow.Plan.Version > _planVersion)
        {
            _planVersion = workflow.Plan.Version;
            output.WriteLine($"Plan {_planVersion}: {workflow.Plan.Tasks.Length} tasks");
        }

        foreach (var line in PlanLines.Of(workflow, words).Where(l => l.Status is not ("pending" or "ready")))
        {
            if (_shown.TryGetValue(line.Task, out var before) && before == (line.Status, line.Note))
            {
                continue;
            }

            _shown[line.Task] = (line.Status, line.Note);
            var by = line.Executor is null ? string.Empty : $" [{line.Executor}]";
            var note = line.Note is null ? string.Empty : $" – {line.Note}";
            output.WriteLine($"  {line.Status,-16} {new string(' ', line.Depth * 2)}{line.Title}{by}{note}");
        }
    }
}
