using System.Collections.Immutable;
using System.IO.Enumeration;

namespace AiManager.Evals;

/// <summary>Grades what a case says must have come of it, from the journal and from what the program showed.</summary>
internal static class ExpectedGrades
{
    /// <summary>Whether a model of its own mind did not try what the case is about.</summary>
    public static bool IsResisted(Expectation expected, CaseEvidence evidence) => !evidence.IsScripted && EventGrades.Of(expected.Tried, evidence).Any(g => !g.Held);

    public static IEnumerable<Grade> Of(Expectation expected, CaseEvidence evidence)
    {
        if (IsResisted(expected, evidence))
        {
            return Ended(evidence).Concat(EventGrades.Of(expected.Events.Where(e => e is { AtLeast: 0, AtMost: 0 }), evidence));
        }

        return End(expected, evidence)
            .Concat(EventGrades.Of(expected.Tried.Concat(expected.Events), evidence))
            .Concat(Delegates(expected, evidence))
            .Concat(EscalationGrades.Of(expected, evidence))
            .Concat(Plan(expected, evidence))
            .Concat(Report(expected, evidence));
    }

    private static IEnumerable<Grade> End(Expectation expected, CaseEvidence evidence)
    {
        if (expected.Exit is { } exit)
        {
            var last = evidence.Runs[^1];
            yield return Grade.Of(Aspects.Outcome, last.Exit == exit, $"ended with exit {last.Exit?.ToString() ?? "none in time"}, not {exit}: {Tail(last.Errors.Length > 0 ? last.Errors : last.Output)}");
        }
        else
        {
            foreach (var grade in Ended(evidence))
            {
                yield return grade;
            }
        }

        if (expected.Status is { } status)
        {
            var shown = evidence.Shown is { } json && json.ToElement().TryGetProperty("status", out var value) ? value.GetString() : null;
            yield return Grade.Of(Aspects.Outcome, shown == status, $"is {shown ?? "not shown"}, not {status}");
        }
    }

    /// <summary>Nothing ever happens in a company that does not open: a case of what must not happen would pass there.</summary>
    private static IEnumerable<Grade> Ended(CaseEvidence evidence) => evidence.Runs.FirstOrDefault(r => !r.HasEnded) is { } broken
        ? [Grade.Of(Aspects.Outcome, held: false, $"the program did not run: {Tail(broken.Errors.Length > 0 ? broken.Errors : broken.Output)}")]
        : [];

    private static IEnumerable<Grade> Delegates(Expectation expected, CaseEvidence evidence)
    {
        foreach (var (pattern, executor) in expected.Delegates)
        {
            var tasks = evidence.Workflows.SelectMany(w => w.State.Tasks).Where(t => t.Executor is not null && FileSystemName.MatchesSimpleExpression(pattern, t.Task.Key, ignoreCase: false)).ToList();
            var others = tasks.Where(t => (t.Executor!.Actor.AgentName ?? t.Executor.Actor.PersonId) != executor).Select(t => $"{t.Task.Key} went to {t.Executor!.Actor}").ToList();
            yield return Grade.Of(Aspects.Delegate, tasks.Count > 0 && others.Count == 0, tasks.Count == 0 ? $"nobody was given {pattern}" : string.Join(", ", others));
        }
    }

    private static IEnumerable<Grade> Plan(Expectation expected, CaseEvidence evidence)
    {
        if (expected.Plan is not { } wanted)
        {
            yield break;
        }

        if (evidence.Workflows.SelectMany(w => w.Events).Select(e => e.Event).OfType<PlanAdopted>().FirstOrDefault() is not { Plan.Tasks: var tasks })
        {
            yield return Grade.Of(Aspects.Plan, held: false, "there is no plan");
            yield break;
        }

        // A look for each task and each dependency, so that the scores count what is needless and what is missing.
        foreach (var key in wanted.Tasks)
        {
            yield return Grade.Of(Aspects.Plan, tasks.Any(t => t.Key == key), $"there is no task {key}");
        }

        foreach (var task in wanted.Tasks.IsEmpty ? [] : tasks)
        {
            yield return Grade.Of(Aspects.Needed, wanted.Tasks.Contains(task.Key), $"the task {task.Key} is needless");
        }

        foreach (var (key, needs) in wanted.Needs)
        {
            var has = tasks.FirstOrDefault(t => t.Key == key) is { } task ? Reached(task, tasks) : [];
            foreach (var need in needs)
            {
                yield return Grade.Of(Aspects.Dependencies, has.Contains(need), $"{key} does not wait for {need}");
            }
        }
    }

    /// <summary>What a task builds on, over others too.</summary>
    private static HashSet<string> Reached(WorkTask task, ImmutableArray<WorkTask> tasks)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var ahead = new Queue<TaskId>(task.Needs);
        while (ahead.TryDequeue(out var id))
        {
            if (tasks.FirstOrDefault(t => t.Id == id) is { } need && reached.Add(need.Key))
            {
                foreach (var further in need.Needs)
                {
                    ahead.Enqueue(further);
                }
            }
        }

        return reached;
    }

    private static IEnumerable<Grade> Report(Expectation expected, CaseEvidence evidence)
    {
        if (expected.ReportKinds.IsEmpty)
        {
            yield break;
        }

        var lines = ReportLaw.Lines(evidence).ToList();
        foreach (var (kind, count) in expected.ReportKinds)
        {
            var seen = lines.Where(l => l.Kind == kind).Select(l => l.Text).ToList();
            yield return Grade.Of(Aspects.Report, seen.Count == count, $"{seen.Count} lines of kind {kind} instead of {count}: {string.Join("; ", seen)}");
        }
    }

    private static string Tail(string text) => text.Trim() is { Length: > 300 } much ? "…" + much[^300..] : text.Trim();
}
