using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>How goals are searched: case folded once when they are stored.</summary>
internal static class WorkflowText
{
    public static string Fold(string goal) => goal == PrivateText.Erased ? goal : goal.ToLowerInvariant();

    /// <summary>A pattern for <c>like … escape '\'</c> that finds <paramref name="part"/> anywhere.</summary>
    public static string Pattern(string part) =>
        "%" + part.ToLowerInvariant().Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal) + "%";
}
