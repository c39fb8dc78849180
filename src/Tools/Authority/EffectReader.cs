using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Reads the word for a verdict, in rules and in what their tests expect.</summary>
internal static class EffectReader
{
    /// <summary>The verdict under <paramref name="key"/>; null after a fault: what depends on it can be said of none.</summary>
    public static Effect? Read(ConfigNode.Map map, string key, ConfigReader reader)
    {
        switch (reader.Text(map, key))
        {
            case "allow":
                return Effect.Allow;
            case "transform":
                return Effect.Transform;
            case "ask":
                return Effect.Ask;
            case "defer":
                return Effect.Defer;
            case "deny":
                return Effect.Deny;
            case "":
                return null; // that it is missing was said
            default:
                reader.Fault(map[key]!.Place, $"'{key}' must be allow, transform, ask, defer or deny, not '{reader.OptionalText(map, key)}'.");
                return null;
        }
    }
}
