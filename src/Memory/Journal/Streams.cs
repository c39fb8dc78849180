using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>What kinds of stream there are.</summary>
internal static class Streams
{
    /// <summary>True for a stream that a driver claims and drives; the company's own is only read.</summary>
    public static bool IsDriven(string stream) => stream.StartsWith(WorkflowId.Prefix, StringComparison.Ordinal);
}
