namespace AiManager.Domain;

/// <summary>What a condition says. An error in an <c>allow</c> does not match, in a <c>deny</c> or <c>ask</c> it does: that is for the caller to apply.</summary>
public abstract record WhenOutcome
{
    private static readonly WhenOutcome Yes = new True();
    private static readonly WhenOutcome No = new False();

    private WhenOutcome() { }

    public sealed record True : WhenOutcome;

    public sealed record False : WhenOutcome;

    /// <param name="Message">A phrase for the author of the rule: "args has no field 'supplier'".</param>
    public sealed record Error(string Message) : WhenOutcome;

    internal static WhenOutcome Of(WhenValue truth) => truth switch
    {
        WhenBoolean { Value: true } => Yes,
        WhenBoolean => No,
        WhenError error => new Error(error.Reason),
        _ => new Error($"the condition is {truth.Kind}, not true or false"),
    };
}
