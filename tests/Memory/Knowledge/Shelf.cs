using AiManager.Domain;
using System.Collections.Immutable;

namespace AiManager.Memory.Tests;

/// <summary>A company's files as they are once read, with what a test puts on the shelf.</summary>
internal sealed class Shelf : IDirectory
{
    public static readonly DateOnly Today = new(2026, 11, 26);

    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ConfigPage> _pages = new(StringComparer.Ordinal);

    public ConfigReader Reader { get; } = new();

    public ImmutableArray<Person> People => [new("petra", "Petra", null, ["procurement-lead"], ImmutableDictionary<string, decimal>.Empty)];

    public ImmutableArray<AgentProfile> Agents => [new("purchaser", ["purchasing"], [], "default", new TurnLimits(), "You buy."), new("clerk", ["answering"], [], "default", new TurnLimits(), "You answer.")];

    /// <summary>Puts a file there. Keys are <c>name: value</c> or <c>name: [a, b]</c>; null for no front matter at all.</summary>
    public Shelf With(string name, string body, params string[]? keys)
    {
        var path = "knowledge/" + name;
        if (keys is null)
        {
            _texts[path] = body;
            return this;
        }

        var front = $"---\n{string.Join('\n', keys)}\n---\n";
        _texts[path] = front + body;
        var top = new ConfigPlace(path, 2, 1);
        _pages[path] = new ConfigPage(new ConfigNode.Map(top, [.. keys.Select(k => Entry(path, k))]), body, keys.Length + 3);
        return this;
    }

    public Shelf Approved(string name, string body, params string[] keys) => With(name, body, ["approvedBy: petra", .. keys]);

    public CompanyKnowledge Open() => CompanyKnowledge.Bind(
        new CompanyBundle(
            "hash",
            ImmutableSortedDictionary<string, ConfigNode.Map>.Empty,
            _pages.ToImmutableSortedDictionary(StringComparer.Ordinal),
            _texts.ToImmutableSortedDictionary(StringComparer.Ordinal)),
        this,
        Reader);

    private static ConfigEntry Entry(string path, string line)
    {
        var place = new ConfigPlace(path, 2, 1);
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        var value = line[(colon + 1)..].Trim();
        ConfigNode node = value.StartsWith('[')
            ? new ConfigNode.List(place, [.. value.Trim('[', ']').Split(',').Select(v => new ConfigNode.Scalar(place, v.Trim(), false))])
            : new ConfigNode.Scalar(place, value, false);
        return new ConfigEntry(line[..colon], place, node);
    }
}
