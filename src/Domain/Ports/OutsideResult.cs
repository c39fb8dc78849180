using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>What somebody outside wants to add to a workflow.</summary>
public abstract record OutsideDecision
{
    private OutsideDecision()
    {
    }

    /// <summary>These events, in order; none where it is so already.</summary>
    public sealed record Append(ImmutableArray<WorkflowEvent> Events) : OutsideDecision
    {
        /// <summary>What must hold when they are written.</summary>
        public ImmutableArray<Guard> Guards { get; init; } = [];
    }

    /// <summary>Nothing: it cannot be done in this state.</summary>
    public sealed record Refuse(string Reason) : OutsideDecision;

    /// <summary>Nothing: what it is about is not in this workflow.</summary>
    public sealed record Missing : OutsideDecision;
}

/// <summary>What came of it.</summary>
public abstract record OutsideResult
{
    private OutsideResult()
    {
    }

    /// <summary>On disk; the workflow is claimable.</summary>
    /// <param name="State">With the new events.</param>
    public sealed record Appended(WorkflowState State) : OutsideResult;

    /// <summary>There is no such workflow, or nothing in it that was asked about.</summary>
    public sealed record NotFound : OutsideResult;

    /// <summary>Nothing was written: the caller declined, or the events are not legal moves.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Guard">The guard that did not hold; null when it was nothing of the kind.</param>
    public sealed record Refused(string Reason, Guard? Guard = null) : OutsideResult
    {
        /// <summary>True when a key of the sender's came with something else before.</summary>
        public bool IsReusedKey { get; init; }
    }
}
