using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Binds sources of the kind <c>mcp</c>: a server on this host (<c>command</c>) or one over Streamable HTTP (<c>url</c>).</summary>
internal sealed class McpKind : ISourceKind
{
    /// <summary>How the kind is written.</summary>
    public const string Word = "mcp";

    private const int LeastResult = 1024;
    private const int MostResult = 256 * 1024 * 1024;

    /// <inheritdoc/>
    public string Kind => Word;

    /// <inheritdoc/>
    public ImmutableArray<string> Keys { get; } = ["command", "env", "url", "auth", "startTimeout", "timeout", "idle", "maxResult", "sampling", "elicitation", "roots"];

    /// <inheritdoc/>
    public IToolSource? Bind(ConfigNode.Map map, SourceBinding binding)
    {
        var reader = binding.Reader;
        if (map["command"] is null == map["url"] is null)
        {
            reader.Fault(map.Place, "A source of the kind 'mcp' has either 'command', the program and its arguments, or 'url'.");
            return null;
        }

        foreach (var key in map["command"] is null ? (string[])["env"] : ["auth"])
        {
            if (map[key] is { } stray)
            {
                reader.Fault(stray.Place, key == "env" ? "'env' goes with 'command': a server over HTTP has its own environment." : "'auth' goes with 'url': a server on this host gets its secrets through 'env'.");
            }
        }

        foreach (var key in (string[])["sampling", "elicitation", "roots"])
        {
            if (reader.OptionalText(map, key) is { } wish && wish != "refuse")
            {
                reader.Fault(map[key]!.Place, $"'{key}' is refuse (the default): what a server wants of our model, our people or our folders is not given.");
            }
        }

        var secrets = ImmutableArray.CreateBuilder<string>();
        var command = Filled(map, "command", binding, secrets);
        var definition = new McpDefinition(
            binding.Name,
            CanonicalJson.Digest(Word, CanonicalJson.Of(ConfigReader.Json(Reached(map))).Text),
            binding.Folder,
            command,
            Address(map, binding),
            Bearer(map, binding, secrets),
            Variables(map, binding, secrets),
            secrets.ToImmutable());
        return new McpSource(Limits(map, definition, reader), binding.Time);
    }

    /// <summary>What says which server it is; how long it may take does not.</summary>
    private static ConfigNode.Map Reached(ConfigNode.Map map) => map with { Entries = [.. map.Entries.Where(e => e.Key is "command" or "url" or "env" or "auth")] };

    private static McpDefinition Limits(ConfigNode.Map map, McpDefinition definition, ConfigReader reader)
    {
        var most = reader.OptionalWhole(map, "maxResult", LeastResult);
        if (most > MostResult)
        {
            reader.Fault(map["maxResult"]!.Place, $"'maxResult' is at most {MostResult} bytes.");
        }

        return definition with
        {
            StartTimeout = reader.OptionalDuration(map, "startTimeout") ?? definition.StartTimeout,
            Timeout = reader.OptionalDuration(map, "timeout") ?? definition.Timeout,
            Idle = reader.OptionalDuration(map, "idle") ?? definition.Idle,
            MostBytes = (int)Math.Min(most ?? definition.MostBytes, MostResult),
        };
    }

    private static ImmutableArray<string> Filled(ConfigNode.Map map, string key, SourceBinding binding, ImmutableArray<string>.Builder secrets)
    {
        if (map[key] is not { } node)
        {
            return [];
        }

        if (node is not ConfigNode.List { Items: { IsEmpty: false } items })
        {
            binding.Reader.Fault(node.Place, $"'{key}' is a list: the program, then each argument.");
            return [];
        }

        return [.. items.Select(item => Fill(binding.Reader.Text(item, key), item, binding, secrets))];
    }

    private static string Fill(string text, ConfigNode node, SourceBinding binding, ImmutableArray<string>.Builder secrets)
    {
        if (binding.Fill(text, node) is not { } filled)
        {
            return string.Empty;
        }

        secrets.AddRange(filled.Secrets);
        return filled.Text;
    }

    private static Uri? Address(ConfigNode.Map map, SourceBinding binding)
    {
        if (binding.Reader.OptionalText(map, "url") is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0)
        {
            return url;
        }

        binding.Reader.Fault(map["url"]!.Place, "'url' is an absolute http or https address, without a name or password in it (see 'auth').");
        return null;
    }

    private static string? Bearer(ConfigNode.Map map, SourceBinding binding, ImmutableArray<string>.Builder secrets)
    {
        if (binding.Reader.OptionalMap(map, "auth") is not { } auth)
        {
            return null;
        }

        binding.Reader.Keys(auth, ["bearer"]);
        return Fill(binding.Reader.Text(auth, "bearer"), auth["bearer"] ?? auth, binding, secrets);
    }

    /// <summary>Names of variables that are passed on, or names with values.</summary>
    private static ImmutableArray<(string, string)> Variables(ConfigNode.Map map, SourceBinding binding, ImmutableArray<string>.Builder secrets)
    {
        switch (map["env"])
        {
            case null:
                return [];
            case ConfigNode.List list:
                return [.. list.Items.Select(item => (binding.Reader.Text(item, "env"), Fill("${" + binding.Reader.Text(item, "env") + "}", item, binding, secrets)))];
            case ConfigNode.Map values:
                return [.. values.Entries.Select(e => (e.Key, Fill(binding.Reader.Text(e.Value, e.Key), e.Value, binding, secrets)))];
            case { } node:
                binding.Reader.Fault(node.Place, "'env' is a list of names that are passed on, or a map from names to values such as ${TOKEN}.");
                return [];
        }
    }
}
