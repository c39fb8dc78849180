namespace AiManager.Domain;

/// <summary>Evaluates as <see cref="WhenEvaluator"/> does and notes each condition that it meets on the way.</summary>
internal sealed class WhenTracer(WhenSource source, WhenFacts facts)
{
    private readonly List<WhenObservation> _observations = [];

    public WhenTrace Trace(WhenSyntax tree)
    {
        var verdict = Judge(tree);
        foreach (var index in verdict.Deciding)
            _observations[index] = _observations[index] with { IsDeciding = true };
        return new WhenTrace(WhenOutcome.Of(verdict.Truth), _observations);
    }

    /// <param name="Deciding">Indexes of the observations that the truth rests on.</param>
    private readonly record struct Verdict(WhenValue Truth, IReadOnlyList<int> Deciding);

    private Verdict Judge(WhenSyntax node) => node switch
    {
        WhenNot not => Inverted(Judge(not.Operand)),
        WhenLogic logic => JudgeAll(logic),
        _ => Observe(node),
    };

    private static Verdict Inverted(Verdict verdict) => verdict with { Truth = WhenEvaluator.Negate(verdict.Truth) };

    private Verdict JudgeAll(WhenLogic logic)
    {
        Verdict? failed = null;
        var deciding = new List<int>();
        foreach (var operand in logic.Operands)
        {
            var verdict = Judge(operand);
            if (WhenEvaluator.Decides(logic.Kind, verdict.Truth))
                return verdict;
            if (verdict.Truth is WhenError)
                failed ??= verdict;
            deciding.AddRange(verdict.Deciding);
        }
        return failed ?? new Verdict(WhenBoolean.Of(logic.Kind == WhenLogicKind.And), deciding);
    }

    private Verdict Observe(WhenSyntax condition)
    {
        var truth = WhenEvaluator.Truth(condition, facts);
        var seen = WhenReads.ChainsIn(condition).Select(chain => new WhenSeen(source[chain.Span], WhenEvaluator.Evaluate(chain, facts)));
        _observations.Add(new WhenObservation(source[condition.Span], [.. seen], WhenOutcome.Of(truth), IsDeciding: false));
        return new Verdict(truth, [_observations.Count - 1]);
    }
}
