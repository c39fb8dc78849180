namespace AiManager.Domain;

/// <summary>The type an expression has in a scope.</summary>
/// <param name="Type">Meaningful only without faults.</param>
/// <param name="Faults">In the order of the text; empty when the types fit.</param>
public sealed record WhenTyping(WhenType Type, IReadOnlyList<WhenFault> Faults);
