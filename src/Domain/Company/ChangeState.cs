using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>A proposed change of the configuration, and what became of it.</summary>
/// <param name="Proposed">As proposed.</param>
/// <param name="By">Who did.</param>
/// <param name="At">When, UTC.</param>
public sealed record ChangeState(ChangeProposed Proposed, Actor By, DateTimeOffset At)
{
    /// <summary>How it was compared last, after it was proposed; null while it was not.</summary>
    public ChangeCompared? Compared { get; init; }

    /// <summary>Digest of what it was compared with last.</summary>
    public string Base => Compared?.Base ?? Proposed.Base;

    /// <summary>What it lets through that <see cref="Base"/> does not, or may not.</summary>
    public ImmutableArray<ProposedWidening> Widenings => Compared?.Widenings ?? Proposed.Widenings;

    /// <summary>What became of it; null while it waits.</summary>
    public ChangeVerdict? Verdict { get; init; }

    /// <summary>Who decided; null while it waits.</summary>
    public Actor? DecidedBy { get; init; }

    /// <summary>How; null while it waits, and where that was not written down.</summary>
    public string? DecidedVia { get; init; }

    /// <summary>When, UTC; null while it waits.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>Their words; null for none.</summary>
    public PrivateText? Reason { get; init; }

    /// <summary>True for whoever asked for what the change came from: they confirm it no more than they could have approved it.</summary>
    public bool IsBarred(string person) => Proposed.Barred?.Contains(person) == true;
}
