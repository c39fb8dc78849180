using System.Text.Json;

namespace AiManager.ManagerAgent;

/// <summary>Whether a goal that comes under a key is the one that came under it before, so that a second goal is never taken for a second try. Pure.</summary>
internal static class SameGoal
{
    /// <summary>True when it is, as far as the journal can tell: what the company's own defaults fill in may have changed in between.</summary>
    /// <param name="request">As it comes now.</param>
    /// <param name="first">As it came then.</param>
    /// <param name="playbook">That the request names or its words find; null for none.</param>
    public static bool Is(SubmitRequest request, GoalSubmitted first, Playbook? playbook) =>
        (first.Goal.Clear is null || first.Goal.Words == request.Goal.Trim())
        && first.Playbook == request.Playbook
        && JsonElement.DeepEquals(first.Inputs.ToElement(), request.Inputs.ToElement())
        && IsSame(request.Contract, first.Contract)
        && IsSameDeadline(request.Deadline ?? request.Contract?.Deadline, first.Deadline, playbook)
        && (first.Company != request.Company || first.Budget == request.Budget);

    private static bool IsSame(Contract? one, Contract? other) => one is null || other is null
        ? one is null && other is null
        : one.Outcome == other.Outcome && one.Constraints.SequenceEqual(other.Constraints) && one.Acceptance.SequenceEqual(other.Acceptance, AcceptanceComparer.Instance);

    /// <summary>A playbook's own deadline counts from the moment of submitting, so that it is another each time.</summary>
    private static bool IsSameDeadline(DateTimeOffset? asked, DateTimeOffset? stored, Playbook? playbook) =>
        asked is { } time ? stored is { } then && EventHash.Cut(then) == EventHash.Cut(time) : stored is null || playbook?.Deadline is not null;

    private sealed class AcceptanceComparer : IEqualityComparer<AcceptanceCheck>
    {
        public static readonly AcceptanceComparer Instance = new();

        public bool Equals(AcceptanceCheck? x, AcceptanceCheck? y) =>
            x is null || y is null ? x is null && y is null : x with { Args = y.Args } == y && JsonElement.DeepEquals(x.Args.ToElement(), y.Args.ToElement());

        public int GetHashCode(AcceptanceCheck obj) => (obj.Tool, obj.Is, obj.Review).GetHashCode();
    }
}
