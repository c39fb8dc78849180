namespace AiManager.Domain;

/// <summary>Who said something, and when.</summary>
public sealed record SaidBy(Actor By, DateTimeOffset At);
