using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>What a condition may read of <c>tool</c>.</summary>
internal static class ToolTraits
{
    public static WhenType Type { get; } = new WhenType.Record(new Dictionary<string, WhenType>(StringComparer.Ordinal)
    {
        ["name"] = new WhenType.Text(),
        ["source"] = new WhenType.Text(),
        ["effect"] = new WhenType.Text(),
        ["readOnly"] = new WhenType.Boolean(),
        ["destructive"] = new WhenType.Boolean(),
        ["idempotent"] = new WhenType.Boolean(),
        ["openWorld"] = new WhenType.Boolean(),
    });

    public static WhenRecord Of(ToolInfo info) => new(new Dictionary<string, WhenValue>(StringComparer.Ordinal)
    {
        ["name"] = new WhenText(info.Name),
        ["source"] = new WhenText(info.Name.Split('.')[0]),
        ["effect"] = new WhenText(EffectClassNames.Write(info.Effect)),
        ["readOnly"] = Flag(info.IsReadOnly),
        ["destructive"] = Flag(info.IsDestructive),
        ["idempotent"] = Flag(info.IsIdempotent),
        ["openWorld"] = Flag(info.IsOpenWorld),
    });

    /// <summary>A tool of which no more is known than what <c>tools.yaml</c> says; null for nothing: then it is in no class.</summary>
    public static WhenRecord Of(string name, ToolClassification? said) => said is not null
        ? Of(new ToolInfo(name, string.Empty, said.Effect, JsonText.EmptyObject, string.Empty, TimeSpan.Zero)
        {
            IsReadOnly = said.IsReadOnly,
            IsDestructive = said.IsDestructive,
            IsIdempotent = said.IsIdempotent,
            IsOpenWorld = said.IsOpenWorld,
        })
        : new(new Dictionary<string, WhenValue>(StringComparer.Ordinal) { ["name"] = new WhenText(name), ["source"] = new WhenText(name.Split('.')[0]) });

    /// <summary>A model as a rule sees it: something that reads, and that may be outside.</summary>
    public static WhenRecord OfModel(string name, bool isInside) => new(new Dictionary<string, WhenValue>(StringComparer.Ordinal)
    {
        ["name"] = new WhenText(name),
        ["source"] = new WhenText("model"),
        ["effect"] = new WhenText(EffectClassNames.Write(EffectClass.Compute)),
        ["readOnly"] = WhenBoolean.True,
        ["destructive"] = WhenBoolean.False,
        ["idempotent"] = WhenBoolean.False,
        ["openWorld"] = Flag(!isInside),
    });

    private static WhenBoolean Flag(bool value) => value ? WhenBoolean.True : WhenBoolean.False;
}
