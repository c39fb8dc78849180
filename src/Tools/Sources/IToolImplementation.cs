using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>
/// What a tool does. Only <see cref="ToolGate"/> calls it, and only with a <see cref="StartedIntent"/>, which nobody can have
/// without the decision and the intent being on disk. Implementations implement it explicitly, so that it cannot be reached by another name.
/// </summary>
internal interface IToolImplementation
{
    /// <summary>True when it stores the idempotency key with its effect, so that sending it again cannot do it twice.</summary>
    ValueTask<bool> StoresKeysAsync(CancellationToken cancellationToken);

    /// <summary>Does it.</summary>
    Task<ToolOutput> InvokeAsync(StartedIntent intent, CancellationToken cancellationToken);
}

/// <summary>What came of it.</summary>
internal abstract record ToolOutput
{
    private ToolOutput()
    {
    }

    /// <summary>It was done. <paramref name="Events"/> are appended together with the settlement.</summary>
    public sealed record Done(JsonText Result, ImmutableArray<WorkflowEvent> Events) : ToolOutput;

    /// <summary>It was surely not done.</summary>
    /// <param name="Error">Why.</param>
    /// <param name="IsRetryable">Whether it may work if it is tried again.</param>
    /// <param name="IsOurs">Whether these are words of this program, and not of the tool.</param>
    public sealed record Failed(string Error, bool IsRetryable = false, bool IsOurs = false) : ToolOutput;

    /// <summary>Nobody can say whether it was done.</summary>
    public sealed record Unclear(string Error) : ToolOutput;
}
