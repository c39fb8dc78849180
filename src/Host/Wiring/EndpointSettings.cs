namespace AiManager.Host;

/// <summary>What settings of every outside endpoint have in common.</summary>
internal static class EndpointSettings
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>True for what the environment says, and where nothing is said; a fault for a secret that stands in the file itself.</summary>
    /// <param name="reader">Takes the fault.</param>
    /// <param name="map">Where it may stand.</param>
    /// <param name="key">Under which name.</param>
    /// <param name="what">What people call it: <c>key</c> or <c>secret</c>.</param>
    public static bool IsFromEnvironment(ConfigReader reader, ConfigNode.Map map, string key = "key", string what = "key")
    {
        if (reader.OptionalText(map, key) is not { } written || Placeholders.IsOnlyPlaceholder(written))
        {
            return true;
        }

        reader.Fault(map[key]!.Place, $"A {what} does not belong in a file that people keep in git: write ${{NAME}} and set NAME in the environment.");
        return false;
    }

    /// <summary>The address under a key that is there; null after a fault.</summary>
    public static string? Url(ConfigReader reader, ConfigNode.Map map, string key, string example, Placeholders placeholders)
    {
        var url = placeholders.Fill(reader, map, key);
        if (url is null || ModelSettings.IsUsable(url))
        {
            return url;
        }

        reader.Fault(map[key]!.Place, $"'{key}' must be an http or https address, such as {example}.");
        return null;
    }

    /// <summary>Under which address people find this service (<c>address</c>); null where it is not said, and after a fault.</summary>
    public static Uri? Outside(ConfigReader reader, ConfigNode.Map map)
    {
        if (reader.OptionalText(map, "address") is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && OidcSettings.IsSafe(address) && address.PathAndQuery == "/")
        {
            return address;
        }

        reader.Fault(map["address"]!.Place, "'address' must be an https address without a path, such as https://manager.example.com; http only on this machine.");
        return null;
    }

    /// <summary>The longest wait for a reply; null for the default.</summary>
    public static TimeSpan? Wait(ConfigReader reader, ConfigNode.Map map)
    {
        var timeout = reader.OptionalDuration(map, "timeout");
        if (timeout is { } wait && (wait <= TimeSpan.Zero || wait > Longest))
        {
            reader.Fault(map["timeout"]!.Place, "'timeout' must be from 1s to 10m.");
            return null;
        }

        return timeout;
    }
}
