using AiManager.ExecutionAgents;

namespace AiManager.Host;

/// <summary>A model.</summary>
/// <param name="Url">Its base address, with <c>/v1</c> or whatever stands in front of <c>/chat/completions</c>.</param>
/// <param name="Name">As the endpoint calls it.</param>
/// <param name="Key">Its key; null when it wants none.</param>
/// <param name="IsInside">True when the endpoint is the company's own.</param>
/// <param name="InputPrice">Per million tokens, in the company's currency.</param>
/// <param name="OutputPrice">Per million tokens, in the company's currency.</param>
/// <param name="Timeout">Of one attempt; null for the default.</param>
internal sealed record ModelSettings(string Url, string Name, string? Key, bool IsInside, decimal InputPrice, decimal OutputPrice, TimeSpan? Timeout)
{
    /// <summary>What is spoken at its address.</summary>
    public ModelKind Kind { get; init; } = ModelKind.OpenAi;

    /// <summary>Where Anthropic's models are unless a file says otherwise.</summary>
    public const string AnthropicUrl = "https://api.anthropic.com";

    private const int LongestName = 64;
    private const string UrlVariable = "AIMANAGER_MODEL_URL";
    private const string NameVariable = "AIMANAGER_MODEL";
    private const string KeyVariable = "AIMANAGER_MODEL_KEY";

    /// <summary>True for what a model may be called in a company's files: rules write it behind <c>model:</c>, where a <c>*</c> is a pattern.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= LongestName && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    /// <summary>True for an address that can be asked.</summary>
    public static bool IsUsable(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";

    /// <summary>
    /// The default model in force: <c>AIMANAGER_MODEL_URL</c>, <c>AIMANAGER_MODEL</c> and <c>AIMANAGER_MODEL_KEY</c> where they are set, else what the
    /// company names; null for the scripted model. Throws <see cref="UsageException"/>.
    /// </summary>
    public static ModelSettings? InForce(ModelSettings? company, Func<string, string?> environment)
    {
        var url = Value(environment, UrlVariable);
        var name = Value(environment, NameVariable);
        var key = Value(environment, KeyVariable);
        if (url is null && name is null && key is null)
        {
            return company;
        }

        var basis = company ?? new ModelSettings(string.Empty, string.Empty, null, false, 0, 0, null);
        // Another endpoint is another contract: neither the company's key nor its prices nor its place go with it.
        var model = url is null || url == basis.Url
            ? basis with { Name = name ?? basis.Name, Key = key ?? basis.Key }
            : new ModelSettings(url, name ?? basis.Name, key, false, 0, 0, basis.Timeout);
        if (model.Url.Length == 0 || model.Name.Length == 0)
        {
            throw new UsageException("A model needs both AIMANAGER_MODEL_URL and AIMANAGER_MODEL. With neither, the scripted model plays the company's scripts.");
        }

        return IsUsable(model.Url) ? model : throw new UsageException("AIMANAGER_MODEL_URL must be an http or https address, such as http://127.0.0.1:11434/v1.");
    }

    /// <summary>What the model in force is called at its endpoint; null for the scripted model.</summary>
    public static string? NameInForce(ModelSettings? company, Func<string, string?> environment) => Value(environment, NameVariable) ?? company?.Name;

    private static string? Value(Func<string, string?> environment, string variable) => environment(variable) is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;
}
