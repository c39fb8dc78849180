namespace AiManager.Evals;

/// <summary>How much may be asked of a model, over all cases that run at once. Null for as much as there is.</summary>
/// <param name="RequestsPerMinute">Questions.</param>
/// <param name="TokensPerMinute">In and out.</param>
/// <param name="Concurrency">Questions at the same time.</param>
internal sealed record ModelLimits(int? RequestsPerMinute, int? TokensPerMinute, int? Concurrency)
{
    public static ModelLimits None { get; } = new(null, null, null);

    /// <summary>Whether there is anything to keep to.</summary>
    public bool IsSet => this != None;

    /// <summary>For reports; empty where nothing is limited.</summary>
    public string Words => string.Join(", ", new[]
    {
        RequestsPerMinute is { } requests ? $"{requests} requests a minute" : null,
        TokensPerMinute is { } tokens ? $"{tokens} tokens a minute" : null,
        Concurrency is { } most ? $"{most} at once" : null,
    }.OfType<string>());
}
