using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Binds a source of the kind <c>openapi</c>.</summary>
/// <param name="words">Takes the secrets that are got under way.</param>
/// <param name="resolver">Null for the machine's.</param>
/// <param name="connectTimeout">Null for the usual.</param>
internal sealed class OpenApiKind(SecretWords words, HostResolver? resolver = null, TimeSpan? connectTimeout = null) : ISourceKind
{
    /// <summary>As <c>kind</c> says it.</summary>
    public const string Word = "openapi";

    private static readonly ImmutableArray<string> AuthKeys = ["bearer", "basic", "apiKey", "oauth"];

    public string Kind => Word;

    public ImmutableArray<string> Keys => ["document", "baseUrl", "auth", "operations", "idempotencyKey", "allowPrivate", "maxResponse", "timeout"];

    public IToolSource? Bind(ConfigNode.Map map, SourceBinding binding)
    {
        var reader = binding.Reader;
        var allowsPrivate = reader.OptionalFlag(map, "allowPrivate") ?? false;
        var baseUrl = Address(map, "baseUrl", allowsPrivate, binding);
        var operations = NamePattern.ReadList(map, "operations", reader);
        var (header, keyed) = Key(map, reader);
        var document = Document(map, operations, binding);
        var most = reader.OptionalWhole(map, "maxResponse", 1024) is { } bytes ? (int)Math.Min(bytes, 64 * 1024 * 1024) : OpenApiSettings.DefaultMostBytes;
        var (credentials, tokens) = reader.OptionalMap(map, "auth") is { } auth ? Auth(auth, allowsPrivate, binding) : (Credentials.None, null);
        if (document is null || baseUrl is null || credentials is null)
        {
            return null;
        }

        document = document.Without(operation => operation.Parameters.FirstOrDefault(p => credentials.Takes(p.Place, p.Name)) is { } taken
            ? $"Its {taken.Place.ToString().ToLowerInvariant()} parameter '{taken.Name}' stands where the company's own key goes."
            : null);
        foreach (var wanted in operations.Where(o => !document.Operations.Any(d => o.Matches(d.Name)) && !document.Unusable.Any(d => o.Matches(d.Name))))
        {
            reader.Fault(wanted.Place, $"The document has no operation '{wanted.Text}'.");
        }

        foreach (var wanted in keyed.Where(o => !document.Operations.Any(d => d.Name == o)))
        {
            reader.Fault(map["idempotencyKey"]!.Place, $"The document has no operation '{wanted}' that can be used.");
        }

        var settings = new OpenApiSettings(binding.Name, baseUrl, header, keyed, most);
        return new OpenApiSource(settings, document, credentials, new PinnedHttp(baseUrl, allowsPrivate, resolver, connectTimeout), tokens, Definition(map), binding.Time);
    }

    /// <summary>All that is said but for which tools there are and what each of them is.</summary>
    private static string Definition(ConfigNode.Map map) => CanonicalJson.Digest(
        Word, CanonicalJson.Of(ConfigReader.Json(map with { Entries = [.. map.Entries.Where(e => e.Key is not ("tools" or "operations"))] })).Text);

    private static OpenApiDocument? Document(ConfigNode.Map map, ImmutableArray<NamePattern> patterns, SourceBinding binding)
    {
        var name = binding.Reader.Text(map, "document");
        if (name.Length == 0)
        {
            return null;
        }

        if (!binding.Bundle.Texts.TryGetValue(name, out var text))
        {
            binding.Reader.Fault(map["document"]!.Place, $"There is no file '{name}' in the company's folder. It lies beside tools.yaml and is named NAME.openapi.json or NAME.openapi.yaml.");
            return null;
        }

        try
        {
            var json = binding.Bundle.Documents.TryGetValue(name, out var yaml) ? ConfigReader.Json(yaml).Text : text;
            return OpenApiDocument.Read(json, patterns.IsEmpty ? null : operation => patterns.Any(p => p.Matches(operation)));
        }
        catch (OpenApiFault fault)
        {
            binding.Reader.Fault(new ConfigPlace(name, fault.At.Line, fault.At.Column), fault.Message);
            return null;
        }
    }

    private static Uri? Address(ConfigNode.Map map, string key, bool allowsPrivate, SourceBinding binding)
    {
        var written = binding.Reader.Text(map, key);
        if (written.Length == 0 || binding.FillOpen(written, map[key]!) is not { } filled)
        {
            return null;
        }

        if (!Uri.TryCreate(filled.Text, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http") || uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            binding.Reader.Fault(map[key]!.Place, $"'{key}' must be an address such as https://crm.example.com/api, without user, query and fragment.");
            return null;
        }

        if (uri.Scheme == "http" && !allowsPrivate)
        {
            binding.Reader.Fault(map[key]!.Place, $"'{key}' must be https: over http, credentials and data can be read under way. In the company's own network, say allowPrivate: true.");
            return null;
        }

        return uri;
    }

    private static (string? Header, ImmutableArray<string> Operations) Key(ConfigNode.Map map, ConfigReader reader)
    {
        if (reader.OptionalMap(map, "idempotencyKey") is not { } key)
        {
            return (null, []);
        }

        reader.Keys(key, ["header", "operations"]);
        var header = reader.Text(key, "header");
        if (header.Length > 0 && !header.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        {
            reader.Fault(key["header"]!.Place, "'header' is the name of a header, such as Idempotency-Key.");
        }

        return (header, reader.Texts(key, "operations"));
    }

    private (Credentials? Credentials, IDisposable? Tokens) Auth(ConfigNode.Map auth, bool allowsPrivate, SourceBinding binding)
    {
        binding.Reader.Keys(auth, AuthKeys);
        if (auth.Entries.Length != 1)
        {
            binding.Reader.Fault(auth.Place, $"'auth' says one of {string.Join(", ", AuthKeys)}.");
            return default;
        }

        switch (auth.Entries[0].Key)
        {
            case "bearer":
                return (Secret(auth, "bearer", binding) is { } token ? Credentials.Header.Bearer(token) : null, null);
            case "basic" when binding.Reader.OptionalMap(auth, "basic") is { } basic:
                binding.Reader.Keys(basic, ["user", "password"]);
                return (Plain(basic, "user", binding) is { } user && Secret(basic, "password", binding) is { } password ? Credentials.Header.Basic(user, password) : null, null);
            case "apiKey" when binding.Reader.OptionalMap(auth, "apiKey") is { } key:
                return (ApiKey(key, binding), null);
            case "oauth" when binding.Reader.OptionalMap(auth, "oauth") is { } oauth:
                return OAuth(oauth, allowsPrivate, binding);
            default:
                return default;
        }
    }

    private static Credentials? ApiKey(ConfigNode.Map key, SourceBinding binding)
    {
        binding.Reader.Keys(key, ["header", "query", "cookie", "value"]);
        var places = key.Entries.Where(e => e.Key is "header" or "query" or "cookie").ToList();
        if (places.Count != 1 || Secret(key, "value", binding) is not { } value)
        {
            binding.Reader.Fault(key.Place, "'apiKey' says where it goes (one of header, query, cookie, with its name there) and its 'value'.");
            return null;
        }

        var name = binding.Reader.Text(places[0].Value, places[0].Key);
        if (!name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            binding.Reader.Fault(places[0].Value.Place, $"'{places[0].Key}' is a name of letters, digits, hyphens, dots and underscores.");
            return null;
        }

        return places[0].Key switch { "header" => new Credentials.Header(name, value), "query" => new Credentials.Query(name, value), _ => new Credentials.Cookie(name, value) };
    }

    private (Credentials? Credentials, IDisposable? Tokens) OAuth(ConfigNode.Map oauth, bool allowsPrivate, SourceBinding binding)
    {
        binding.Reader.Keys(oauth, ["tokenUrl", "clientId", "clientSecret", "scope", "audience"]);
        if (Address(oauth, "tokenUrl", allowsPrivate, binding) is not { } url || Plain(oauth, "clientId", binding) is not { } id || Secret(oauth, "clientSecret", binding) is not { } secret)
        {
            return default;
        }

        var client = new OAuthClient(url, id, secret, binding.Reader.OptionalText(oauth, "scope"), binding.Reader.OptionalText(oauth, "audience"));
        var tokens = new OAuthTokens(client, new PinnedHttp(url, allowsPrivate, resolver, connectTimeout), words, binding.Time);
        return (new Credentials.Token(tokens), tokens);
    }

    private static string? Plain(ConfigNode.Map map, string key, SourceBinding binding) =>
        binding.Reader.Text(map, key) is { Length: > 0 } text ? binding.FillOpen(text, map[key]!)?.Text : null;

    /// <summary>A secret comes from the environment: one that is written out would be in everybody's copy of the folder.</summary>
    private static string? Secret(ConfigNode.Map map, string key, SourceBinding binding)
    {
        if (binding.Reader.Text(map, key) is not { Length: > 0 } text)
        {
            return null;
        }

        if (!text.Contains("${", StringComparison.Ordinal))
        {
            binding.Reader.Fault(map[key]!.Place, $"'{key}' does not belong in a file that people keep in git: write ${{NAME}} and set NAME in the environment.");
            return null;
        }

        if (binding.Fill(text, map[key]!) is not { } filled)
        {
            return null;
        }

        if (OpenApiRequests.IsHeaderText(filled.Text))
        {
            return filled.Text;
        }

        binding.Reader.Fault(map[key]!.Place, $"What '{key}' is filled with has characters that no header has. Does the variable end in a line break?");
        return null;
    }
}
