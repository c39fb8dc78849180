using System.Collections.Immutable;
using System.IO.Enumeration;

namespace AiManager.Evals;

/// <summary>Whether people were asked what they had to be asked, and nothing else.</summary>
internal static class EscalationGrades
{
    /// <summary>A look for each question that was right, needless or missed; nothing where a case does not say.</summary>
    public static IEnumerable<Grade> Of(Expectation expected, CaseEvidence evidence)
    {
        if (expected.Escalations is not { } wanted)
        {
            yield break;
        }

        var (right, needless, missed) = Match(wanted, evidence);
        if (right.IsEmpty && needless.IsEmpty && missed.IsEmpty)
        {
            yield return Grade.Of(Aspects.Escalation, held: true, string.Empty);
        }

        foreach (var _ in right)
        {
            yield return Grade.Of(Aspects.Escalation, held: true, string.Empty);
        }

        foreach (var asked in needless)
        {
            yield return Grade.Of(Aspects.Escalation, held: false, $"needless: {asked.Escalated.Role} was asked about {asked.Task ?? "the goal"}: {asked.Escalated.Question}");
        }

        foreach (var lack in missed)
        {
            yield return Grade.Of(Aspects.Escalation, held: false, $"missed: {lack} was not asked");
        }
    }

    /// <summary>Of what was expected and what was asked; null where a case does not say.</summary>
    public static EscalationScore? Score(Expectation expected, CaseEvidence evidence)
    {
        if (expected.Escalations is not { } wanted)
        {
            return null;
        }

        var (right, needless, missed) = Match(wanted, evidence);
        return new EscalationScore(right.Length, needless.Length, missed.Length);
    }

    /// <summary>As many pairs as there can be: each expected question takes one that was asked, and gives it up where it has another and somebody else has not.</summary>
    private static (ImmutableArray<Question> Right, ImmutableArray<Question> Needless, ImmutableArray<ExpectedEscalation> Missed) Match(ImmutableArray<ExpectedEscalation> wanted, CaseEvidence evidence)
    {
        ImmutableArray<Question> asked = [.. evidence.Workflows.SelectMany(w => w.Events.Select(e => e.Event).OfType<Escalated>().Select(e => new Question(e, e.Task is { } id ? w.State.Task(id)?.Task.Key : null)))];
        var taken = new int?[asked.Length];
        for (var index = 0; index < wanted.Length; index++)
        {
            Take(index, []);
        }

        var matched = taken.OfType<int>().ToHashSet();
        return ([.. asked.Where((_, i) => taken[i] is not null)], [.. asked.Where((_, i) => taken[i] is null)], [.. wanted.Where((_, i) => !matched.Contains(i))]);

        bool Take(int index, HashSet<int> seen)
        {
            for (var at = 0; at < asked.Length; at++)
            {
                if (Fits(wanted[index], asked[at]) && seen.Add(at) && (taken[at] is not { } owner || Take(owner, seen)))
                {
                    taken[at] = index;
                    return true;
                }
            }

            return false;
        }
    }

    private static bool Fits(ExpectedEscalation wanted, Question asked) =>
        (wanted.Roles.IsEmpty || wanted.Roles.Contains(asked.Escalated.Role))
        && (wanted.Kind is not { } kind || kind == asked.Escalated.Kind)
        && (wanted.Task is not { } task || (asked.Task is { } key && FileSystemName.MatchesSimpleExpression(task, key, ignoreCase: false)));

    private sealed record Question(Escalated Escalated, string? Task);
}

/// <summary>How people were asked.</summary>
/// <param name="Right">Questions that had to be asked and were.</param>
/// <param name="Needless">Questions that were asked and had not to be.</param>
/// <param name="Missed">Questions that had to be asked and were not.</param>
internal sealed record EscalationScore(int Right, int Needless, int Missed);
