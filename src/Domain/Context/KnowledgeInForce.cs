using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>What the company has written down, and the zone in which its days begin and end.</summary>
/// <param name="Knowledge">As it is in force.</param>
/// <param name="Zone">The company's.</param>
public sealed record KnowledgeInForce(IKnowledge Knowledge, TimeZoneInfo Zone)
{
    /// <summary>What is wrong with the citations of a deliverable now, a sentence each; empty when all are true and hold.</summary>
    public ImmutableArray<string> FaultsOf(WorkflowState state, JsonText deliverable, DateTimeOffset now) =>
        Citations.Faults(state, deliverable, Knowledge.Sources, DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, Zone).DateTime));
}
