namespace AiManager.Domain;

/// <summary>A call of this workflow that was made, or may have been.</summary>
/// <param name="Call">Which call.</param>
/// <param name="Tool">What was called.</param>
/// <param name="Agent">Who called it: an agent's name, or <c>system</c>.</param>
/// <param name="Args">Its arguments.</param>
/// <param name="Facts">What the gate had computed when it decided.</param>
/// <param name="At">When it was started, UTC.</param>
/// <param name="IsCertain">False where nobody can say whether it happened: then it neither permits anything nor is it forgotten.</param>
public sealed record PastCall(CallId Call, string Tool, string Agent, WhenValue Args, WhenValue Facts, DateTimeOffset At, bool IsCertain = true)
{
    private readonly WhenFacts _values = new() { Args = Args, Facts = Facts };

    /// <summary>What an expression over <c>args</c> and <c>facts</c> is for this call.</summary>
    public WhenValue Value(WhenExpression expression)
    {
        ArgumentNullException.ThrowIfNull(expression);
        return expression.Value(_values);
    }

    /// <summary>Whether a condition over <c>args</c> and <c>facts</c> holds for this call.</summary>
    public WhenOutcome Judge(WhenExpression condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return condition.Evaluate(_values);
    }
}
