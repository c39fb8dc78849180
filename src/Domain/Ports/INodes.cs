using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>The hosts of a deployment. Each says now and then that it is alive; nobody leads.</summary>
public interface INodes
{
    /// <summary>Says that a host is alive, and what it is doing. What was gone for more than <see cref="NodeRow.Kept"/> is forgotten. Throws <see cref="StoreUnavailableException"/>.</summary>
    Task BeatAsync(NodeBeat beat, CancellationToken cancellationToken);

    /// <summary>Says that a host has ended as it should. Harmless for one that is not known.</summary>
    Task LeaveAsync(string node, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Every host that is remembered, by name. Throws <see cref="StoreUnavailableException"/>.</summary>
    Task<ImmutableArray<NodeRow>> ListAsync(CancellationToken cancellationToken);
}

/// <summary>What a host says of itself.</summary>
/// <param name="Node">Its name in leases.</param>
/// <param name="StartedAt">UTC.</param>
/// <param name="At">When it says so; UTC.</param>
/// <param name="Lease">How long its leases hold; it says so at least three times in that time.</param>
/// <param name="Version">The program's.</param>
/// <param name="Bundle">Digest of the configuration that it runs.</param>
/// <param name="Folder">Digest of the configuration in its own folder; null when it has none.</param>
/// <param name="Url">Where it listens; null when nowhere.</param>
/// <param name="IsDraining">True when it claims nothing more.</param>
public sealed record NodeBeat(
    string Node, DateTimeOffset StartedAt, DateTimeOffset At, TimeSpan Lease, string Version, string Bundle, string? Folder, string? Url, bool IsDraining);

/// <summary>A host, as it said last.</summary>
/// <param name="Beat">What it said.</param>
/// <param name="LeftAt">When it ended as it should; null while it has not.</param>
/// <param name="Workflows">How many it has the lease of.</param>
public sealed record NodeRow(NodeBeat Beat, DateTimeOffset? LeftAt, int Workflows)
{
    /// <summary>How long a host that is gone is remembered.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    /// <summary>After so many leases without a word, nobody expects it back.</summary>
    private const int Patience = 5;

    /// <summary>How it is.</summary>
    public NodeState StateAt(DateTimeOffset now) =>
        LeftAt is not null || now - Beat.At > Beat.Lease * Patience ? NodeState.Gone
        : now - Beat.At > Beat.Lease ? NodeState.Overdue
        : Beat.IsDraining ? NodeState.Draining
        : NodeState.Alive;
}

/// <summary>How a host is.</summary>
public enum NodeState
{
    /// <summary>It says so.</summary>
    Alive,

    /// <summary>It has not said so for longer than its leases hold: others take its work over.</summary>
    Overdue,

    /// <summary>It ended, or nobody expects it back.</summary>
    Gone,

    /// <summary>It takes nothing on and ends soon, or must be started anew.</summary>
    Draining,
}
