namespace AiManager.Host;

/// <summary>What came of a method, before a binding writes it.</summary>
internal abstract record A2aOutcome
{
    private A2aOutcome()
    {
    }

    /// <summary>It has an answer.</summary>
    /// <param name="Result">The method's own result, JSON.</param>
    internal sealed record Answered(JsonText Result) : A2aOutcome;

    /// <summary>A task is to be followed until it is over.</summary>
    /// <param name="Task">Which.</param>
    /// <param name="Seat">Given back when nobody follows any more.</param>
    internal sealed record Followed(WorkflowId Task, IDisposable Seat) : A2aOutcome;

    /// <summary>The service itself refuses, as it does any request.</summary>
    /// <param name="Reply">A problem document.</param>
    internal sealed record Turned(IResult Reply) : A2aOutcome;
}
