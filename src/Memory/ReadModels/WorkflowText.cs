using System.Collections.Frozen;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>What a workflow's row keeps beside what it shows: the goal case folded for searching, and whether it is open.</summary>
internal static class WorkflowText
{
    private static readonly FrozenSet<string> Final =
        Enum.GetValues<WorkflowStatus>().Where(WorkflowLifecycle.IsFinal).Select(StatusNames.Write).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>True for a shown status that something can still leave.</summary>
    public static bool IsOpen(string status) => !Final.Contains(status);

    public static string Fold(string goal) => goal == PrivateText.Erased ? goal : goal.ToLowerInvariant();

    /// <summary>A pattern for <c>like … escape '\'</c> that finds <paramref name="part"/> anywhere.</summary>
    public static string Pattern(string part) =>
        "%" + part.ToLowerInvariant().Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal) + "%";
}
