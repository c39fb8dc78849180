namespace AiManager.ExecutionAgents;

/// <summary>A model and how to reach it.</summary>
/// <param name="Url">The endpoint's base address, such as <c>http://127.0.0.1:11434/v1</c>.</param>
/// <param name="Name">The model's name there.</param>
public sealed record ModelOptions(Uri Url, string Name)
{
    /// <summary>What is spoken there. Default: what most endpoints speak.</summary>
    public ModelKind Kind { get; init; } = ModelKind.OpenAi;

    /// <summary>The key; null where the endpoint wants none. It never turns up in a message.</summary>
    public string? Key { get; init; }

    /// <summary>True when the endpoint is inside the company.</summary>
    public bool IsInside { get; init; }

    /// <summary>Per million tokens, in the company's currency. Default 0.</summary>
    public decimal InputPrice { get; init; }

    /// <summary>Per million tokens, in the company's currency. Default 0.</summary>
    public decimal OutputPrice { get; init; }

    /// <summary>Longest wait for one reply, at least 1 s. A local model may need a minute to load. Default 2 min.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Attempts after the first one, on 429, 5xx, broken connections and silence. Default 4.</summary>
    public int Retries { get; init; } = 4;

    /// <summary>Without the key, so that no log and no message can show it.</summary>
    public override string ToString() => $"{Name} at {Url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)}";
}

/// <summary>What an endpoint speaks.</summary>
public enum ModelKind
{
    /// <summary>OpenAI's chat completions, as most endpoints do.</summary>
    OpenAi,

    /// <summary>Anthropic's messages.</summary>
    Anthropic,
}
