using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>What a person said an outside tool is, in <c>tools.yaml</c>.</summary>
/// <param name="RemoteName">Which tool of the source.</param>
/// <param name="Effect">What it does to the world.</param>
/// <param name="Entry">SHA-256 of the entry, hex: an entry that is written anew is said anew.</param>
internal sealed record ToolClassification(string RemoteName, EffectClass Effect, string Entry)
{
    /// <summary>The <see cref="ListedTool.Digest"/> that was looked at; null: the one that is listed first after this was written.</summary>
    public string? Digest { get; init; }

    /// <summary>It changes nothing.</summary>
    public bool IsReadOnly => Effect is EffectClass.Observe or EffectClass.Compute;

    /// <summary>It may destroy something; default true unless it is read-only.</summary>
    public bool IsDestructive { get; init; }

    /// <summary>Twice is as good as once; default false.</summary>
    public bool IsIdempotent { get; init; }

    /// <summary>It reaches beyond the company; default true: nobody here runs the source.</summary>
    public bool IsOpenWorld { get; init; } = true;

    /// <summary>How long one call may take at most; null for the source's own.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How hard it may be leaned on, and how much it is tried; null for what is usual with its source.</summary>
    public ToolLimits? Limits { get; init; }

    /// <summary>The tool, as named here, that takes its effect back; null when there is none.</summary>
    public string? Undo { get; init; }

    /// <summary>What shows what a call would do; null when nothing does.</summary>
    public ToolPreview? Preview { get; init; }

    /// <summary>Where the amount that it spends stands, such as <c>args.amount</c>; null when it spends none.</summary>
    public WhenExpression? Money { get; init; }

    /// <summary>Where those stand whom a call addresses; null when it addresses nobody.</summary>
    public WhenExpression? Recipients { get; init; }

    /// <summary>What a call touches; null when nobody said.</summary>
    public ToolResource? Resource { get; init; }

    /// <summary>The record that a call changes; null when nobody said.</summary>
    public ToolRecord? Record { get; init; }

    /// <summary>What each field of its result is, by who can write it.</summary>
    public OutputContract Returns { get; init; } = OutputContract.None;

    /// <summary>Which of its arguments decide whom or what a call reaches.</summary>
    public AuthorityArguments Authority { get; init; } = AuthorityArguments.None;
}
