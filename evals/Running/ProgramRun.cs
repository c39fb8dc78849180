using System.Text.Json.Serialization;

namespace AiManager.Evals;

/// <summary>How a run ended.</summary>
/// <param name="Exit">Null when it was stopped because it took too long.</param>
/// <param name="Output">What it printed.</param>
/// <param name="Errors">What it complained of.</param>
internal sealed record ProgramRun(int? Exit, string Output, string Errors)
{
    /// <summary>The object of <c>--json</c>: the last line; null where there is none.</summary>
    [JsonIgnore]
    public JsonText? Workflow => JsonText.TryParse(Output.TrimEnd().Split('\n')[^1], out var json) && json.Text.StartsWith('{') ? json : null;
}
