using System.Collections.Immutable;

namespace AiManager.ManagerAgent;

/// <summary>How work goes, over a stretch of time. A projection of lists and journals and nothing else.</summary>
/// <param name="From">Workflows submitted from then on, UTC.</param>
/// <param name="To">And before then, UTC.</param>
/// <param name="Workflows">How many there are.</param>
/// <param name="IsAll">False when there are more than are listed; then the newest are.</param>
/// <param name="Read">How many of them, the newest, were read for all that stands below <paramref name="LeadTime"/>.</param>
/// <param name="Outcomes">How many came to what, in the contract's words of a status.</param>
/// <param name="Days">The same over time, oldest first.</param>
/// <param name="LeadTime">From submission to completion, of what is completed; of what was not read, to the last that happened to it. Null while nothing is completed.</param>
/// <param name="Waiting">How long people were waited for, by role, the longest altogether first.</param>
/// <param name="Approvals">What people were asked to approve.</param>
/// <param name="Cost">What it cost.</param>
/// <param name="Escalations">What people were asked otherwise, the most frequent first.</param>
/// <param name="Executors">What became of each executor's work, the busiest first.</param>
public sealed record InsightReport(
    DateTimeOffset From,
    DateTimeOffset To,
    int Workflows,
    bool IsAll,
    int Read,
    ImmutableSortedDictionary<string, int> Outcomes,
    ImmutableArray<InsightDays> Days,
    InsightTimes? LeadTime,
    ImmutableArray<InsightWait> Waiting,
    InsightApprovals Approvals,
    InsightCost Cost,
    ImmutableArray<InsightEscalation> Escalations,
    ImmutableArray<InsightExecutor> Executors)
{
    private const int MostBars = 31;

    /// <summary>Fewer days beside one another show no course of things.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromDays(13);

    private const int MostEscalations = 10;

    /// <summary>Makes it. Pure.</summary>
    /// <param name="from">Of the stretch.</param>
    /// <param name="to">Of the stretch.</param>
    /// <param name="rows">Workflows submitted in it, newest first.</param>
    /// <param name="isAll">Whether those are all.</param>
    /// <param name="digests">Of the newest of them.</param>
    /// <param name="currency">The company's.</param>
    public static InsightReport Of(DateTimeOffset from, DateTimeOffset to, ImmutableArray<WorkflowRow> rows, bool isAll, ImmutableArray<WorkflowDigest> digests, string currency)
    {
        var completed = rows.Where(r => r.Status == StatusNames.Write(WorkflowStatus.Completed)).ToList();
        var done = completed.Select(r => r.Workflow).ToHashSet();
        var succeeded = digests.Count(d => done.Contains(d.Workflow));
        var ends = digests.Where(d => d.IsOver).ToDictionary(d => d.Workflow, d => d.EndedAt!.Value);
        var approvals = digests.SelectMany(d => d.Approvals).ToList();
        return new InsightReport(
            from,
            to,
            rows.Length,
            isAll,
            digests.Length,
            rows.GroupBy(r => r.Status).ToImmutableSortedDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal),
            DaysOf(from, to, rows, digests.ToDictionary(d => d.Workflow), currency),
            InsightTimes.Of(completed.Select(r => ends.GetValueOrDefault(r.Workflow, r.UpdatedAt) - r.SubmittedAt)),
            [
                .. digests.SelectMany(d => d.Waits).GroupBy(w => w.Role).Select(g => new InsightWait(g.Key, InsightTimes.Of(g.Select(w => w.Time))!))
                    .OrderByDescending(w => w.Times.TotalSeconds).ThenBy(w => w.Role, StringComparer.Ordinal),
            ],
            new InsightApprovals(
                approvals.Count,
                digests.IsEmpty ? 0 : Math.Round((decimal)approvals.Count / digests.Length, 2),
                approvals.OfType<ApprovalVerdict>().GroupBy(v => v.ToString().ToLowerInvariant()).ToImmutableSortedDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal)),
            InsightCost.Of(digests, succeeded, currency),
            [
                .. digests.SelectMany(d => d.Escalations.Select(e => (d.Workflow, e.Kind, e.Question))).GroupBy(e => e.Kind)
                    .Select(g => new InsightEscalation(g.Key, g.Count(), g.First().Question, g.First().Workflow)).OrderByDescending(e => e.Count).ThenBy(e => e.Kind).Take(MostEscalations),
            ],
            [
                .. digests.SelectMany(d => d.Efforts).GroupBy(e => e.Who.Value).Select(InsightExecutor.Of)
                    .OrderByDescending(e => e.Finished).ThenBy(e => e.Executor, StringComparer.Ordinal),
            ]);
    }

    /// <summary>At most 31 stretches of whole days, and a fortnight at least where so much is asked for.</summary>
    private static ImmutableArray<InsightDays> DaysOf(DateTimeOffset from, DateTimeOffset to, ImmutableArray<WorkflowRow> rows, Dictionary<WorkflowId, WorkflowDigest> read, string currency)
    {
        var least = to - DateTimeOffset.MinValue > Least ? to - Least : DateTimeOffset.MinValue;
        var oldest = rows.IsEmpty ? from : rows.Min(r => r.SubmittedAt);
        var begin = (oldest < least ? oldest : least) is var early && early > from ? early : from;
        var first = new DateTimeOffset(begin.UtcDateTime.Date, TimeSpan.Zero);
        var days = Math.Max(1, (int)Math.Ceiling((to - first).TotalDays));
        var width = (days + MostBars - 1) / MostBars;
        var byBar = rows.ToLookup(r => (int)((r.SubmittedAt - first).TotalDays / width));
        return [.. Enumerable.Range(0, (days + width - 1) / width).Select(i => InsightDays.Of(first.AddDays(i * width), width, [.. byBar[i]], read, currency))];
    }
}

/// <summary>A stretch of days: what was submitted in it, by what it came to.</summary>
/// <param name="From">Its first day, UTC.</param>
/// <param name="Days">How many.</param>
/// <param name="Completed">Of what was submitted.</param>
/// <param name="Ended">Failed or cancelled.</param>
/// <param name="Open">Not over yet.</param>
/// <param name="WaitedSeconds">How long those of them that were read waited for people, all waits together.</param>
/// <param name="Money">What those that were read cost by effects of tools.</param>
/// <param name="ModelCost">What those that were read cost by models.</param>
public sealed record InsightDays(DateTimeOffset From, int Days, int Completed, int Ended, int Open, double WaitedSeconds, Money Money, Money ModelCost)
{
    internal static InsightDays Of(DateTimeOffset from, int days, ImmutableArray<WorkflowRow> rows, Dictionary<WorkflowId, WorkflowDigest> read, string currency)
    {
        var digests = rows.Select(r => read.GetValueOrDefault(r.Workflow)).OfType<WorkflowDigest>().ToList();
        var statuses = rows.Select(r => r.Status).ToList();
        var completed = statuses.Count(s => s == StatusNames.Write(WorkflowStatus.Completed));
        var ended = statuses.Count(s => s == StatusNames.Write(WorkflowStatus.Failed) || s == StatusNames.Write(WorkflowStatus.Cancelled));
        return new InsightDays(
            from,
            days,
            completed,
            ended,
            statuses.Count - completed - ended,
            Math.Round(digests.Sum(d => d.Waits.Sum(w => w.Time.TotalSeconds)), 3),
            MoneyText.ToMoney(digests.Sum(d => d.Spent.Money ?? 0), currency),
            MoneyText.ToMoney(digests.Sum(d => d.Spent.ModelCost ?? 0), currency));
    }
}

/// <summary>Times, in seconds.</summary>
/// <param name="Count">Of how many.</param>
/// <param name="MedianSeconds">Half took no longer.</param>
/// <param name="P90Seconds">Nine of ten took no longer.</param>
/// <param name="TotalSeconds">All together.</param>
public sealed record InsightTimes(int Count, double MedianSeconds, double P90Seconds, double TotalSeconds)
{
    internal static InsightTimes? Of(IEnumerable<TimeSpan> times)
    {
        var sorted = times.Select(t => Math.Round(t.TotalSeconds, 3)).Order().ToList();
        return sorted.Count == 0 ? null : new InsightTimes(sorted.Count, Rank(sorted, 50), Rank(sorted, 90), Math.Round(sorted.Sum(), 3));
    }

    /// <summary>The nearest rank: a time that was really taken.</summary>
    private static double Rank(List<double> sorted, int percent) => sorted[((sorted.Count * percent) + 99) / 100 - 1];
}

/// <summary>How long a role was waited for.</summary>
public sealed record InsightWait(string Role, InsightTimes Times);

/// <summary>What people were asked to approve.</summary>
/// <param name="Count">Approvals.</param>
/// <param name="PerGoal">For each workflow, on average.</param>
/// <param name="Verdicts">How many ended how; what still waits is left out.</param>
public sealed record InsightApprovals(int Count, decimal PerGoal, ImmutableSortedDictionary<string, int> Verdicts);

/// <summary>What it cost.</summary>
/// <param name="Money">By effects of tools.</param>
/// <param name="ModelCost">By models.</param>
/// <param name="Tokens">In and out.</param>
/// <param name="Calls">Of models.</param>
/// <param name="Successes">Workflows among those that were read that are completed.</param>
/// <param name="ModelCostPerSuccess">All that models cost, for each success; null while there is none.</param>
/// <param name="TokensPerSuccess">All tokens, for each success; null while there is none.</param>
public sealed record InsightCost(Money Money, Money ModelCost, long Tokens, long Calls, int Successes, Money? ModelCostPerSuccess, long? TokensPerSuccess)
{
    internal static InsightCost Of(ImmutableArray<WorkflowDigest> digests, int successes, string currency)
    {
        var (money, model) = (digests.Sum(d => d.Spent.Money ?? 0), digests.Sum(d => d.Spent.ModelCost ?? 0));
        var (tokens, calls) = (digests.Sum(d => d.Spent.Tokens ?? 0), digests.Sum(d => d.Spent.Calls ?? 0));
        return new InsightCost(
            MoneyText.ToMoney(money, currency), MoneyText.ToMoney(model, currency), tokens, calls, successes, successes == 0 ? null : MoneyText.ToMoney(decimal.Round(model / successes, 8), currency), successes == 0 ? null : tokens / successes);
    }
}

/// <summary>A reason to ask people.</summary>
/// <param name="Kind">What about.</param>
/// <param name="Count">How often.</param>
/// <param name="Example">One of the questions.</param>
/// <param name="Workflow">Whose that was.</param>
public sealed record InsightEscalation(EscalationKind Kind, int Count, string Example, WorkflowId Workflow);

/// <summary>What became of an executor's work.</summary>
/// <param name="Executor">An agent or a person.</param>
/// <param name="AcceptedFirst">Deliverables accepted as they were first handed in.</param>
/// <param name="AcceptedLater">Accepted after they had been sent back.</param>
/// <param name="SentBack">How often a deliverable was sent back.</param>
/// <param name="Failed">Tasks that failed in its hands.</param>
public sealed record InsightExecutor(string Executor, int AcceptedFirst, int AcceptedLater, int SentBack, int Failed)
{
    /// <summary>Tasks that came to an end with it.</summary>
    public int Finished => AcceptedFirst + AcceptedLater + Failed;

    internal static InsightExecutor Of(IGrouping<string, Effort> efforts) => new(
        efforts.Key,
        efforts.Count(e => e.End == EffortEnd.AcceptedFirst),
        efforts.Count(e => e.End == EffortEnd.AcceptedLater),
        efforts.Count(e => e.End == EffortEnd.SentBack),
        efforts.Count(e => e.End == EffortEnd.Failed));
}
