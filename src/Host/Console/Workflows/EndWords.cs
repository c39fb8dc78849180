namespace AiManager.Host;

/// <summary>Why a workflow ended without reaching its goal, and what to do about it.</summary>
/// <param name="Why">One sentence, without its full stop.</param>
/// <param name="Next">What whoever asked may do; empty where another workflow goes on with it.</param>
internal sealed record EndWords(string Why, string Next)
{
    /// <summary>Null for one that goes on, or has reached its goal. Pure.</summary>
    /// <param name="state">The workflow.</param>
    /// <param name="plain">Who is who.</param>
    public static EndWords? Of(WorkflowState state, PlainWords plain) => (state.Status, state.Failure?.Kind) switch
    {
        (WorkflowStatus.Failed, GoalFailure.NoScript) => new(Sentence(state, plain), "Connect a model, or hand in a goal that the sample's scripts know; the first page suggests some."),
        (WorkflowStatus.Failed, GoalFailure.NoPlan) => new(Sentence(state, plain), "Say it in other words or in smaller steps."),
        (WorkflowStatus.Failed, GoalFailure.Limit) => new(Sentence(state, plain), "Give it a larger budget or more time, then hand it in again."),
        (WorkflowStatus.Failed, GoalFailure.Joined) => new(Sentence(state, plain), string.Empty),
        (WorkflowStatus.Failed, _) => new(Sentence(state, plain), "What was done stays done. Hand it in again when what hindered it is gone."),
        (WorkflowStatus.Cancelled, _) => new(Sentence(state, plain), state.JoinedTo is null ? "What was done stays done. Hand it in again if it is wanted after all." : string.Empty),
        _ => null,
    };

    private static string Sentence(WorkflowState state, PlainWords plain)
    {
        var words = plain.Read(state.Ending ?? string.Empty).ReplaceLineEndings(" ");
        var first = words.IndexOf(". ", StringComparison.Ordinal) is > 0 and var end ? words[..end] : words.TrimEnd('.');
        return Written.Short(first, 200);
    }
}
