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

    /// <summary>JSON Schema of the arguments; null when no more than their types is known.</summary>
    public JsonText? Parameters { get; init; }

    /// <summary>Which of its arguments decide whom or what a call reaches.</summary>
    public AuthorityArguments Authority { get; init; } = AuthorityArguments.None;

    /// <summary>Where the amount that it spends stands, such as <c>facts.total</c>; null when it spends none.</summary>
    public string? Money { get; init; }

    /// <summary>True where only rules name it, and its source alone knows whether there is such a tool.</summary>
    public bool IsOnlyNamed { get; init; }

    public bool IsReadOnly => Traits.Fields.GetValueOrDefault("readOnly") == WhenBoolean.True;

    /// <summary>Its effect class, as written.</summary>
    public string EffectName => Traits.Fields.GetValueOrDefault("effect") is WhenText effect ? effect.Value : string.Empty;

    public bool IsModel => Name.StartsWith("model:", StringComparison.Ordinal);
}
