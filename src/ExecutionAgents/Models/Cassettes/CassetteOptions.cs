namespace AiManager.ExecutionAgents;

/// <summary>Where what a model says is recorded, or played from.</summary>
/// <param name="Folder">One file a question; made when it is not there.</param>
/// <param name="IsReplay">True to play: no model is asked, and what was not recorded is an error.</param>
/// <param name="Clean">Takes out of a text what nobody may see.</param>
public sealed record CassetteOptions(string Folder, bool IsReplay, Func<string, string> Clean)
{
    /// <summary>Where it is kept how far the playing is, so that a later start of the program goes on there; null where it ends with this one.</summary>
    public string? Progress { get; init; }
}
