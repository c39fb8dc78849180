namespace AiManager.Host;

/// <summary>What a message of a conversation came to.</summary>
internal abstract record ChatTurn
{
    private ChatTurn()
    {
    }

    /// <summary>The answer is told from a workflow's events.</summary>
    /// <param name="Workflow">Which.</param>
    /// <param name="After">Events up to this seq are not told.</param>
    /// <param name="Note">What to say first; null for nothing.</param>
    public sealed record Follow(WorkflowId Workflow, int After, string? Note) : ChatTurn;

    /// <summary>The answer is these words; nothing was begun.</summary>
    public sealed record Answer(string Words) : ChatTurn;

    /// <summary>There is no answer.</summary>
    public sealed record Refused(OpenAiFault Fault) : ChatTurn;
}
