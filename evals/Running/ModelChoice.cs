namespace AiManager.Evals;

/// <summary>A real model, as an OpenAI-compatible endpoint has it. Its key is taken from the environment.</summary>
/// <param name="Url">The endpoint.</param>
/// <param name="Name">Which one.</param>
internal sealed record ModelChoice(string Url, string Name)
{
    /// <summary>Which model where: the same name is another model elsewhere.</summary>
    public string Identity => $"{Name} at {Url}";

    public const string KeyVariable = "AIMANAGER_MODEL_KEY";
}
