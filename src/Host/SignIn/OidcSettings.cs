using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>The provider that says who somebody is: <c>signIn.oidc</c> of <c>company.yaml</c>.</summary>
/// <param name="Name">What its button says.</param>
/// <param name="Authority">Its issuer, as its tokens say it: https, or http on this machine.</param>
/// <param name="ClientId">What this service is called there.</param>
/// <param name="ClientSecret">A secret; null where the provider wants none, and the code's proof is enough.</param>
internal sealed record OidcSettings(string Name, string Authority, string ClientId, string? ClientSecret)
{
    /// <summary>What is asked for. Default openid and email.</summary>
    public ImmutableArray<string> Scopes { get; init; } = [OpenId, "email"];

    /// <summary>Who is whom, by the provider's own ids (<c>sub</c>); null where the verified e-mail address decides.</summary>
    public ImmutableDictionary<string, string>? Subjects { get; init; }

    /// <summary>Under which address browsers find this service, where a proxy stands in front; null for the one they ask.</summary>
    public Uri? Address { get; init; }

    private const string OpenId = "openid";
    private static readonly ImmutableArray<string> OuterKeys = ["oidc"];
    private static readonly ImmutableArray<string> Keys = ["name", "authority", "clientId", "clientSecret", "scopes", "subjects", "address"];

    /// <summary>Without the secret, so that it cannot slip into a log.</summary>
    public override string ToString() => $"{Name} ({Authority})";

    /// <summary>Binds <c>signIn</c>; null without it.</summary>
    public static OidcSettings? Read(ConfigReader reader, ConfigNode.Map file, Placeholders placeholders)
    {
        if (reader.OptionalMap(file, "signIn") is not { } signIn)
        {
            return null;
        }

        reader.Keys(signIn, OuterKeys);
        if (reader.OptionalMap(signIn, "oidc") is not { } map)
        {
            reader.Fault(signIn.Place, "'oidc' is missing.");
            return null;
        }

        reader.Keys(map, Keys);
        EndpointSettings.IsFromEnvironment(reader, map, "clientSecret", "secret");
        if (map["subjects"] is ConfigNode.Scalar { IsNull: true } empty)
        {
            reader.Fault(empty.Place, "'subjects' names nobody: write {} for nobody, or leave it out, so that the verified e-mail address decides.");
        }

        var settings = new OidcSettings(
            Filled(reader, map, "name"),
            ReadAuthority(reader, map),
            Filled(reader, map, "clientId"),
            map["clientSecret"] is null ? null : placeholders.Fill(reader, map, "clientSecret"))
        {
            Subjects = reader.OptionalMap(map, "subjects") is { } subjects ? subjects.Entries.ToImmutableDictionary(e => e.Key, e => reader.Text(subjects, e.Key), StringComparer.Ordinal) : null,
            Address = EndpointSettings.Outside(reader, map),
        };
        return reader.Texts(map, "scopes") is { IsDefaultOrEmpty: false } scopes ? settings with { Scopes = scopes.Contains(OpenId) ? scopes : [OpenId, .. scopes] } : settings;
    }

    /// <summary>True for an address that nobody on the way can read or change: https, or this machine's own.</summary>
    public static bool IsSafe(Uri address) =>
        address.IsAbsoluteUri && address.UserInfo.Length == 0 && address.Fragment.Length == 0
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));

    private static string Filled(ConfigReader reader, ConfigNode.Map map, string key)
    {
        var text = reader.Text(map, key);
        if (map[key] is ConfigNode.Scalar { IsNull: false } written && string.IsNullOrWhiteSpace(text))
        {
            reader.Fault(written.Place, $"'{key}' must not be empty.");
        }

        return text;
    }

    private static string ReadAuthority(ConfigReader reader, ConfigNode.Map map)
    {
        var text = reader.Text(map, "authority");
        if (text.Length > 0 && (!Uri.TryCreate(text, UriKind.Absolute, out var address) || !IsSafe(address) || address.Query.Length > 0))
        {
            reader.Fault(map["authority"]!.Place, "'authority' must be an https address without a query, such as https://id.example.com; http only on this machine.");
        }

        return text;
    }
}
