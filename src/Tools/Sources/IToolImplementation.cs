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
    public sealed record Done(JsonText Result, ImmutableArray<WorkflowEvent> Events) : ToolOutput
    {
        /// <summary>Large or binary parts of the result, which names each by its digest (<c>sha256-HEX</c>). They are on disk before the settlement is.</summary>
        public ImmutableArray<ReadOnlyMemory<byte>> Kept { get; init; } = [];
    }

    /// <summary>It was surely not done.</summary>
    public sealed record Failed(string Error, bool IsRetryable = false) : ToolOutput
    {
        /// <summary>How long the other side asks to be left alone; null when it does not say.</summary>
        public TimeSpan? RetryAfter { get; init; }

        /// <summary>It was not done by an earlier try either: the key was looked for, and is not there.</summary>
        public bool IsKnownUndone { get; init; }

        /// <summary>It was our own limits, not the tool.</summary>
        public bool IsOurs { get; init; }

        /// <summary>Its words are those of this program, and quote nothing that the tool said.</summary>
        public bool HasOurWords { get; init; }
    }

    /// <summary>Nobody can say whether it was done.</summary>
    public sealed record Unclear(string Error) : ToolOutput;

    /// <summary>It was not sent for now: what it belongs to is suspended. Only the gate says so, never a tool.</summary>
    public sealed record Held : ToolOutput;
}
