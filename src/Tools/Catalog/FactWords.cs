namespace AiManager.Tools;

/// <summary>How people are told of a fact.</summary>
/// <param name="Name">As in <c>facts.NAME</c>.</param>
/// <param name="Title">What it says, in words of the company; null for its name.</param>
/// <param name="IsMoney">Whether it is an amount in the company's currency.</param>
public sealed record FactWords(string Name, string? Title, bool IsMoney);
