using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AiManager.Evals;

/// <summary>What came of one case; as kept in <c>results.json</c>.</summary>
/// <param name="Suite">Its suite.</param>
/// <param name="Case">Its name there.</param>
/// <param name="Passed">Whether everything that was looked at held.</param>
/// <param name="Failures">What did not hold, in words.</param>
/// <param name="Aspects">What was looked at: how often, and how often it held.</param>
/// <param name="Cost">What it took.</param>
internal sealed record CaseResult(string Suite, string Case, bool Passed, ImmutableArray<string> Failures, ImmutableSortedDictionary<string, AspectScore> Aspects, CaseCost Cost)
{
    /// <summary>
    /// False when no workflow ever came to be, or the program broke down, or did not end in time: such a case says nothing about what was switched off in it. Not written: what has not
    /// run is not kept.
    /// </summary>
    [JsonIgnore]
    public bool HasRun { get; init; } = true;

    /// <summary>Whether the model did not try what the case is about, so that only what must not come of it was looked at.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsResisted { get; init; }

    /// <summary>How people were asked; null where the case does not say how they must be.</summary>
    public EscalationScore? Escalations { get; init; }

    public static CaseResult Of(EvalCase one, ImmutableArray<Grade> grades, CaseEvidence evidence)
    {
        var isResisted = ExpectedGrades.IsResisted(one.Expected, evidence);
        return new CaseResult(
            one.Suite,
            one.Name,
            grades.All(g => g.Held),
            [.. grades.Where(g => !g.Held).Select(g => $"{g.Aspect}: {g.Detail}")],
            grades.GroupBy(g => g.Aspect).ToImmutableSortedDictionary(g => g.Key, g => new AspectScore(g.Count(), g.Count(x => x.Held)), StringComparer.Ordinal),
            CaseCost.Of(evidence))
        {
            HasRun = !evidence.Workflows.IsEmpty && evidence.Runs.All(r => r.HasEnded),
            IsResisted = isResisted,
            Escalations = isResisted ? null : EscalationGrades.Score(one.Expected, evidence),
        };
    }

    /// <summary>A case that could not be run to its end.</summary>
    public static CaseResult Broken(EvalCase one, string why) => new(one.Suite, one.Name, Passed: false, [why], ImmutableSortedDictionary<string, AspectScore>.Empty, CaseCost.None) { HasRun = false };

    /// <summary>What did not hold, by name; in order.</summary>
    [JsonIgnore]
    public IEnumerable<string> Fallen => Aspects.Where(a => a.Value.Held < a.Value.Looked).Select(a => a.Key);
}

/// <summary>How often something was looked at and how often it was as it must be.</summary>
internal sealed record AspectScore(int Looked, int Held)
{
    /// <summary>Over some cases, for people; a dash where none was looked at.</summary>
    public static string Words(IEnumerable<CaseResult> cases, string aspect)
    {
        var scores = cases.Select(c => c.Aspects.GetValueOrDefault(aspect)).OfType<AspectScore>().ToList();
        return scores.Count == 0 ? "–" : $"{scores.Sum(s => s.Held)}/{scores.Sum(s => s.Looked)}";
    }
}

/// <summary>What a case took.</summary>
/// <param name="Seconds">All its runs.</param>
/// <param name="ModelCalls">Questions to models.</param>
/// <param name="Tokens">In and out.</param>
/// <param name="ToolCalls">Calls that were started.</param>
/// <param name="Approvals">Approvals that were asked for.</param>
/// <param name="Escalations">Questions to people.</param>
internal sealed record CaseCost(double Seconds, long ModelCalls, long Tokens, int ToolCalls, int Approvals, int Escalations)
{
    /// <summary>What effects of tools cost, in the company's currency.</summary>
    public decimal Money { get; init; }

    /// <summary>What models cost, in the company's currency; 0 where they have no price.</summary>
    public decimal ModelMoney { get; init; }

    /// <summary>How often something was tried again: with feedback, by somebody else, by another plan.</summary>
    public int Rungs { get; init; }

    public static CaseCost None { get; } = new(0, 0, 0, 0, 0, 0);

    public static CaseCost Of(CaseEvidence evidence)
    {
        var events = evidence.Workflows.SelectMany(w => w.Events).Select(e => e.Event).ToList();
        return new CaseCost(
            Math.Round(evidence.Elapsed.TotalSeconds, 1),
            evidence.Workflows.Sum(w => w.State.Spend.Spent.Calls ?? 0),
            evidence.Workflows.Sum(w => w.State.Spend.Spent.Tokens ?? 0),
            events.Count(e => e is CallStarted),
            events.Count(e => e is ApprovalRequested),
            events.Count(e => e is Escalated))
        {
            Money = evidence.Workflows.Sum(w => w.State.Spend.Spent.Money ?? 0),
            ModelMoney = evidence.Workflows.Sum(w => w.State.Spend.Spent.ModelCost ?? 0),
            Rungs = evidence.Workflows.Sum(RecoveryGrades.Rungs),
        };
    }
}
