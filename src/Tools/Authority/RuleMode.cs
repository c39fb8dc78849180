using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Reads <c>mode</c>: whether a rule counts, or only says what it would have said.</summary>
internal static class RuleMode
{
    /// <summary>True for <c>shadow</c>; <c>enforce</c> when it is left out.</summary>
    public static bool IsShadow(ConfigNode.Map map, ConfigReader reader)
    {
        var mode = reader.OptionalText(map, "mode");
        if (mode is not (null or "enforce" or "shadow"))
        {
            reader.Fault(map["mode"]!.Place, $"'mode' must be enforce or shadow, not '{mode}'.");
        }

        return mode == "shadow";
    }
}
