using System.Text.Json.Serialization;

namespace AiManager.Evals;

/// <summary>How a run ended.</summary>
/// <param name="Exit">Null when it was stopped because it took too long.</param>
/// <param name="Output">What it printed.</param>
/// <param name="Errors">What it complained of.</param>
internal sealed record ProgramRun(int? Exit, string Output, string Errors)
{
    /// <summary>Whether it came to an end that says something of what it did, whichever.</summary>
    [JsonIgnore]
    public bool HasEnded => Exit is not (null or Host.Exit.Unexpected or Host.Exit.Usage);

    /// <summary>The object of <c>--json</c>: the last line; null where there is none.</summary>
    [JsonIgnore]
    public JsonText? Workflow => JsonText.TryParse(Output.TrimEnd().Split('\n')[^1], out var json) && json.Text.StartsWith('{') ? json : null;
}
