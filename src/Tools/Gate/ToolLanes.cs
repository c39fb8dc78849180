using System.Collections.Concurrent;

namespace AiManager.Tools;

/// <summary>One lane for each tool: what its calls share, and how it has been doing.</summary>
/// <param name="time">The clock.</param>
/// <param name="chance">For jitter.</param>
public sealed class ToolLanes(TimeProvider time, Random chance)
{
    private readonly ConcurrentDictionary<string, ToolLane> _lanes = new(StringComparer.Ordinal);

    /// <summary>How the tool of that name is.</summary>
    public LaneHealth HealthOf(string name) => _lanes.TryGetValue(name, out var lane) ? lane.Health : LaneHealth.Untried;

    internal ToolLane Of(Tool tool) => _lanes.TryGetValue(tool.Name, out var lane) && lane.Limits == tool.Limits
        ? lane
        : _lanes[tool.Name] = new ToolLane(tool.Limits, time, chance);
}
