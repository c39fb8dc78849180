namespace AiManager.Memory;

/// <summary>What rounding made of a vector.</summary>
/// <param name="Step">What a step of its bytes is worth.</param>
/// <param name="Rough">The length of what the upper halves alone leave out of it.</param>
/// <param name="Fine">The length of what both halves leave out.</param>
internal readonly record struct PackedRounding(float Step, float Rough, float Fine);
