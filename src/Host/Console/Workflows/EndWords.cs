namespace AiManager.Host;

/// <summary>Why a workflow ended without reaching its goal, and what to do about it.</summary>
/// <param name="Why">One sentence, without its full stop.</param>
/// <param name="Next">What whoever asked may do; empty where another workflow goes on with it.</param>
internal sealed record EndWords(string Why, string Next)
{
    /// <summary>Null for one that goes on, or has reached its goal. Pure.</summary>
    /// <param name="state">The workflow.</param>
    /// <param name="names">People's names, by id.</param>
    public static EndWords? Of(WorkflowState state, IReadOnlyDictionary<string, string> names) => (state.Status, state.Failure?.Kind) switch
    {
        (WorkflowStatus.Failed, GoalFailure.NoScript) => new(Sentence(state, names), "Connect a model, or hand in a goal that the sample's scripts know; the first page suggests some."),
        (WorkflowStatus.Failed, GoalFailure.NoPlan) => new(Sentence(state, names), "Say it in other words or in smaller steps."),
        (WorkflowStatus.Failed, GoalFailure.Limit) => new(Sentence(state, names), "Give it a larger budget or more time, then hand it in again."),
        (WorkflowStatus.Failed, GoalFailure.Joined) => new(Sentence(state, names), string.Empty),
        (WorkflowStatus.Failed, _) => new(Sentence(state, names), "What was done stays done. Hand it in again when what hindered it is gone."),
        (WorkflowStatus.Cancelled, _) => new(Sentence(state, names), state.JoinedTo is null ? "What was done stays done. Hand it in again if it is wanted after all." : string.Empty),
        _ => null,
    };

    private static string Sentence(WorkflowState state, IReadOnlyDictionary<string, string> names)
    {
        var words = (state.Ending ?? string.Empty).ReplaceLineEndings(" ");
        var first = words.IndexOf(". ", StringComparison.Ordinal) is > 0 and var end ? words[..end] : words.TrimEnd('.');

        // Endings begin with the id of whoever gave up.
        return Written.Short(first.Split(' ', 2) is [var id, var rest] && names.TryGetValue(id, out var name) ? $"{name} {rest}" : first, 200);
    }
}
