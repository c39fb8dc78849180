using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Reads the word for a verdict, in rules and in what their tests expect.</summary>
internal static class EffectReader
{
    /// <summary>The verdict under <paramref name="key"/>; a deny after a fault.</summary>
    public static Effect Read(ConfigNode.Map map, string key, ConfigReader reader)
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
            case "deny" or "":
                return Effect.Deny;
            default:
                reader.Fault(map[key]!.Place, $"'{key}' must be allow, transform, ask, defer or deny, not '{reader.OptionalText(map, key)}'.");
                return Effect.Deny;
        }
    }
}
