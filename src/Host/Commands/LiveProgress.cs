using Spectre.Console;

namespace AiManager.Host;

/// <summary>Progress for a person at a terminal: the plan as a tree that is drawn anew in place.</summary>
internal sealed class LiveProgress(IAnsiConsole console, PlainWords words, TimeProvider time) : IProgressView
{
    private const string Frames = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
    private const int FramesPerLook = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(80);

    public async Task<WorkflowResource> ShowAsync(Func<CancellationToken, Task<WorkflowResource>> look, Task done, CancellationToken cancellationToken)
    {
        var seen = await look(cancellationToken);
        await console.Live(Draw(seen, Frames[0])).AutoClear(false).Overflow(VerticalOverflow.Ellipsis).StartAsync(async context =>
        {
            for (var frame = 1; !done.IsCompleted; frame++)
            {
                seen = frame % FramesPerLook == 0 ? await look(cancellationToken) : seen;
                context.UpdateTarget(Draw(seen, Frames[frame % Frames.Length]));
                await Task.WhenAny(done, Task.Delay(Pause, time, cancellationToken));
                cancellationToken.ThrowIfCancellationRequested();
            }

            await done;
            seen = await look(cancellationToken);
            context.UpdateTarget(Draw(seen, null));
        });
        return seen;
    }

    private Rows Draw(WorkflowResource workflow, char? spinner)
    {
        var outcome = workflow.Contract is { } contract ? Printable.Line(contract.Outcome) : Printable.Line(workflow.Goal);
        var tree = new Tree(new Text(outcome, new Style(decoration: Decoration.Bold))) { Style = new Style(Color.Grey) };
        IHasTreeNodes parent = tree;
        foreach (var line in PlanLines.Of(workflow, words))
        {
            var node = (line.Depth == 0 ? tree : parent).AddNode(Draw(line, spinner));
            parent = line.Depth == 0 ? node : parent;
        }

        var now = $"{(spinner is { } turning ? turning : '·')} {Printable.Cut(workflow.Now, 200)}";
        return new Rows(tree, new Text(now, new Style(Color.Aqua)), new Text(PlanLines.Spend(workflow), new Style(Color.Grey)));
    }

    private static Markup Draw(PlanLine line, char? spinner)
    {
        var (mark, color) = line.Status switch
        {
            "done" => ("✓", "green"),
            "failed" => ("✗", "red"),
            "cancelled" => ("–", "grey"),
            "blocked" => ("!", "red"),
            "waiting_approval" or "waiting_person" or "waiting" => ("◷", "yellow"),
            "running" or "in_review" => (spinner?.ToString() ?? "·", "aqua"),
            _ => ("○", "grey"),
        };
        var by = line.Executor is null ? string.Empty : $" [grey]{Markup.Escape(line.Executor)}[/]";
        var note = line.Note is null ? string.Empty : $" [{color}]{Markup.Escape(line.Note)}[/]";
        return new Markup($"[{color}]{mark}[/] {Markup.Escape(line.Title)}{by}{note}");
    }
}
