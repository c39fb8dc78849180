using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Rules that all need something of the same term, found by its value.</summary>
internal abstract class RuleGroup
{
    /// <summary>Adds the places of all its rules but those that are certain not to match.</summary>
    public abstract void Find(WhenFacts facts, List<int> found);
}
