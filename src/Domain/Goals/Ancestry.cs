using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>What led to a workflow that another one set off, all the way up. What stops one of these stops it.</summary>
/// <param name="Workflows">The one that set it off, the one that set that off, and so on.</param>
/// <param name="Agents">Agents that had begun a call in one of those by then, ordinal: whoever set it off acted through one of them, and nobody can say through which.</param>
public sealed record Ancestry(ImmutableArray<WorkflowId> Workflows, ImmutableArray<string> Agents);
