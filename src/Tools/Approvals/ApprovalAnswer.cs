using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>What a person says to an approval.</summary>
/// <param name="Reason">Their words; null for none.</param>
public abstract record ApprovalAnswer(string? Reason)
{
    /// <summary>Yes, in one seat.</summary>
    public sealed record Approve(string? Reason = null) : ApprovalAnswer(Reason)
    {
        /// <summary>The standing rule that they want besides; null for none.</summary>
        public StandingTerms? Standing { get; init; }
    }

    /// <summary>No.</summary>
    public sealed record Reject(string? Reason = null) : ApprovalAnswer(Reason);

    /// <summary>With other arguments: they are decided anew, and count as agreed to by whoever wrote them.</summary>
    /// <param name="Args">All arguments, an object.</param>
    /// <param name="Reason">Their words; null for none.</param>
    public sealed record Edit(JsonText Args, string? Reason = null) : ApprovalAnswer(Reason);

    /// <summary>Not at all: here is the answer.</summary>
    /// <param name="Result">In place of the tool's result, an object; null for words only.</param>
    /// <param name="Reason">The words; null where there is a result.</param>
    public sealed record Respond(JsonText? Result, string? Reason = null) : ApprovalAnswer(Reason);
}
