using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>What came of bringing files into force.</summary>
internal abstract record Activation
{
    private Activation()
    {
    }

    /// <summary>They are in force.</summary>
    public sealed record InForce : Activation;

    /// <summary>They let more through, and wait for a second person.</summary>
    /// <param name="Change">The change that waits.</param>
    public sealed record Waits(ChangeState Change) : Activation;

    /// <summary>They would have to wait for a second person, and nobody by name wants them.</summary>
    /// <param name="Widenings">What they let through.</param>
    public sealed record NeedsAuthor(ImmutableArray<ProposedWidening> Widenings) : Activation;

    /// <summary>Something else has come into force than what they were made from.</summary>
    public sealed record Outdated : Activation;

    /// <summary>Their own tests do not pass.</summary>
    /// <param name="Failures">Each with its place.</param>
    public sealed record Untested(ImmutableArray<string> Failures) : Activation;
}
