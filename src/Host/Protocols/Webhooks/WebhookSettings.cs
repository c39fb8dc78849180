using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>One of <c>webhooks</c> in <c>company.yaml</c>.</summary>
/// <param name="Url">Where messages are posted.</param>
/// <param name="Secrets">They sign with all of them; the newest first.</param>
/// <param name="Events">Of what; see <see cref="WebhookMessage.Types"/>.</param>
/// <param name="AllowsPrivate">The company's own networks may be reached.</param>
/// <param name="Timeout">How long an answer may take.</param>
internal sealed record WebhookSettings(Uri Url, ImmutableArray<WebhookSecret> Secrets, ImmutableHashSet<string> Events, bool AllowsPrivate, TimeSpan Timeout)
{
    private static readonly ImmutableArray<string> Keys = ["url", "secret", "previousSecret", "events", "allowPrivate", "timeout"];
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>Binds <c>webhooks</c>.</summary>
    public static ImmutableSortedDictionary<string, WebhookSettings> Read(ConfigReader reader, ConfigNode.Map file, Placeholders placeholders)
    {
        var read = ImmutableSortedDictionary.CreateBuilder<string, WebhookSettings>(StringComparer.Ordinal);
        foreach (var entry in reader.OptionalMap(file, "webhooks")?.Entries ?? [])
        {
            if (!ModelSettings.IsName(entry.Key))
            {
                reader.Fault(entry.Place, $"'{entry.Key}' cannot be a webhook's name: write 1 to 64 letters, digits, dots, hyphens or underscores.");
            }
            else if (reader.OptionalMap((ConfigNode.Map)file["webhooks"]!, entry.Key) is not { } map)
            {
                reader.Fault(entry.Place, $"'{entry.Key}' must be a map.");
            }
            else if (ReadOne(reader, map, placeholders) is { } webhook)
            {
                read.Add(entry.Key, webhook);
            }
        }

        return read.ToImmutable();
    }

    private static WebhookSettings? ReadOne(ConfigReader reader, ConfigNode.Map map, Placeholders placeholders)
    {
        reader.Keys(map, Keys);
        foreach (var key in (string[])["url", "secret"])
        {
            if (map[key] is null)
            {
                reader.Fault(map.Place, $"'{key}' is missing.");
            }
        }

        var url = EndpointSettings.Url(reader, map, "url", "https://example.com/hook", placeholders);
        var secrets = ImmutableArray.CreateRange(((string[])["secret", "previousSecret"]).Select(key => ReadSecret(reader, map, key, placeholders)).OfType<WebhookSecret>());
        var events = reader.Texts(map, "events");
        foreach (var unknown in events.Where(e => !WebhookMessage.Types.Contains(e)))
        {
            reader.Fault(map["events"]!.Place, $"Nothing tells of '{unknown}'. Known: {string.Join(", ", WebhookMessage.Types)}.");
        }

        var timeout = reader.OptionalDuration(map, "timeout") ?? Usual;
        if (timeout < TimeSpan.FromSeconds(1) || timeout > Longest)
        {
            reader.Fault(map["timeout"]!.Place, "'timeout' must be from 1s to 1m.");
        }

        return url is null || secrets.IsEmpty ? null : new WebhookSettings(
            new Uri(url), secrets, [.. events.IsDefaultOrEmpty ? WebhookMessage.Types : events], reader.OptionalFlag(map, "allowPrivate") ?? false, timeout);
    }

    private static WebhookSecret? ReadSecret(ConfigReader reader, ConfigNode.Map map, string key, Placeholders placeholders)
    {
        if (reader.OptionalText(map, key) is not { } written)
        {
            return null;
        }

        if (!EndpointSettings.IsFromEnvironment(reader, map, key, "secret") || placeholders.Fill(reader, map, key) is not { } filled)
        {
            return null;
        }

        if (WebhookSecret.Read(filled) is { } secret)
        {
            return secret;
        }

        reader.Fault(map[key]!.Place, $"What {written} holds must be 'whsec_' and 24 to 64 bytes in base64.");
        return null;
    }
}
