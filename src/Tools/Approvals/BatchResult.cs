using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>What came of one decision for several approvals.</summary>
public abstract record BatchResult
{
    private BatchResult()
    {
    }

    /// <summary>One does not belong, or cannot be decided by this person: nothing was decided.</summary>
    /// <param name="Approval">Which.</param>
    /// <param name="Reason">Why.</param>
    public sealed record Odd(ApprovalId Approval, string Reason) : BatchResult;

    /// <summary>Each was decided by itself.</summary>
    /// <param name="Results">In the order asked.</param>
    public sealed record Decided(ImmutableArray<(ApprovalId Approval, DecideResult Result)> Results) : BatchResult;
}
