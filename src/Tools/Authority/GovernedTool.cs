using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>What rules and budgets know of a tool; nothing that could call it.</summary>
/// <param name="Name"><c>source.tool</c>.</param>
/// <param name="Traits">What <c>tool</c> is to a condition.</param>
/// <param name="Args">What <c>args</c> looks like to a condition.</param>
/// <param name="Facts">What <c>facts</c> looks like to a condition.</param>
internal sealed record GovernedTool(string Name, WhenRecord Traits, WhenType Args, WhenType Facts)
{
    /// <summary>What it does to the world; null when that is not known, then no rule about classes is about it.</summary>
    public EffectClass? Effect { get; } = Traits.Fields.TryGetValue("effect", out var effect) && effect is WhenText { Value: var name } ? EffectClassNames.Read(name) : null;
}
