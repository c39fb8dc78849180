namespace AiManager.Host;

/// <summary>An OpenAI-compatible model.</summary>
/// <param name="Url">Its base address, with <c>/v1</c> or whatever stands in front of <c>/chat/completions</c>.</param>
/// <param name="Name">As the endpoint calls it.</param>
/// <param name="Key">Its key; null when it wants none.</param>
/// <param name="IsInside">True when the endpoint is the company's own.</param>
/// <param name="InputPrice">Per million tokens, in the company's currency.</param>
/// <param name="OutputPrice">Per million tokens, in the company's currency.</param>
/// <param name="Timeout">Of one attempt; null for the default.</param>
internal sealed record ModelSettings(string Url, string Name, string? Key, bool IsInside, decimal InputPrice, decimal OutputPrice, TimeSpan? Timeout)
{
    /// <summary>True for an address that can be asked.</summary>
    public static bool IsUsable(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";

    /// <summary>
    /// The model in force: <c>AIMANAGER_MODEL_URL</c>, <c>AIMANAGER_MODEL</c> and <c>AIMANAGER_MODEL_KEY</c> where they are set, else what the
    /// company names; null for the scripted model. Throws <see cref="UsageException"/>.
    /// </summary>
    public static ModelSettings? InForce(ModelSettings? company, Func<string, string?> environment)
    {
        var url = Value("AIMANAGER_MODEL_URL");
        var name = Value("AIMANAGER_MODEL");
        var key = Value("AIMANAGER_MODEL_KEY");
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

        string? Value(string variable) => string.IsNullOrWhiteSpace(environment(variable)) ? null : environment(variable)!.Trim();
    }
}
