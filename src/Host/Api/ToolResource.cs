using AiManager.Tools;

namespace AiManager.Host;

/// <summary>A tool as it is shown outside.</summary>
/// <param name="Name"><c>source.tool</c>.</param>
/// <param name="Description">For models and people.</param>
/// <param name="Effect">What it does to the world.</param>
/// <param name="Parameters">JSON Schema of its arguments.</param>
/// <param name="Version">Digest of its definition.</param>
/// <param name="ReadOnly">It changes nothing.</param>
/// <param name="Destructive">It may destroy something.</param>
/// <param name="Idempotent">Doing it twice is as good as once.</param>
/// <param name="OpenWorld">It reaches beyond the company.</param>
/// <param name="Money">Where the amount that it spends stands; null when it spends none.</param>
/// <param name="Undo">The tool that takes its effect back; null when there is none.</param>
internal sealed record ToolResource(
    string Name,
    string Description,
    string Effect,
    JsonText Parameters,
    string Version,
    bool ReadOnly,
    bool Destructive,
    bool Idempotent,
    bool OpenWorld,
    string? Money,
    string? Undo)
{
    /// <summary>As the catalogue says.</summary>
    public static ToolResource Of(ToolInfo tool) => new(
        tool.Name,
        tool.Description,
        EffectClassNames.Write(tool.Effect),
        tool.Parameters,
        tool.Version,
        tool.IsReadOnly,
        tool.IsDestructive,
        tool.IsIdempotent,
        tool.IsOpenWorld,
        tool.Money,
        tool.Undo);
}
