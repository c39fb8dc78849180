using System.Globalization;
using System.Text.Json;
using YamlDotNet.RepresentationModel;

namespace AiManager.Scenarios.Tests;

/// <summary>The statements of the sample's tools, run straight on a world: no gate, no rules, so that the SQL is judged by itself.</summary>
internal sealed class ProcurementTools(WorldDatabase world)
{
    private static readonly Dictionary<string, YamlMappingNode> Tools = Load();

    public IReadOnlyList<WorldDatabase.Row> Read(string tool, params (string Name, object Value)[] arguments) =>
        world.Read(Text(Tools[tool], "sql"), arguments);

    /// <summary>Does what the tool does, if its precondition holds.</summary>
    /// <returns>Null where the precondition gives no row: the call is void.</returns>
    public IReadOnlyList<WorldDatabase.Row>? Write(string tool, string key, params (string Name, object Value)[] arguments) =>
        world.Read(Text(Child(Tools[tool], "precondition"), "sql"), arguments).Count == 0
            ? null
            : WriteRegardless(tool, key, arguments);

    /// <summary>Does what the tool does as if its precondition had been read a moment too early.</summary>
    public IReadOnlyList<WorldDatabase.Row> WriteRegardless(string tool, string key, params (string Name, object Value)[] arguments) =>
        world.Write(Text(Tools[tool], "sql"), [.. arguments, ("key", key)]);

    /// <summary>The facts of an order by name; null where the query gives none.</summary>
    public IReadOnlyDictionary<string, decimal?> Facts(params (string Name, object Value)[] arguments) =>
        Child(Tools["create_purchase_order"], "facts").Children.ToDictionary(
            fact => ((YamlScalarNode)fact.Key).Value!,
            fact => world.Read($"select ({Text((YamlMappingNode)fact.Value, "sql")}) as fact", arguments).Single() is var row && row.Has("fact")
                ? row.Number("fact")
                : (decimal?)null);

    public static (string Name, object Value)[] Order(string supplier, params IEnumerable<OrderedLine> lines) =>
    [
        ("supplier", supplier),
        ("lines", "[" + string.Join(',', lines.Select(line => string.Create(CultureInfo.InvariantCulture,
            $$"""{"sku":{{JsonSerializer.Serialize(line.Sku)}},"quantity":{{line.Quantity}},"unitPrice":{{line.UnitPrice}}}"""))) + "]"),
    ];

    private static Dictionary<string, YamlMappingNode> Load()
    {
        var yaml = new YamlStream();
        using var file = File.OpenText(Path.Combine(RepositoryFiles.Sample("procurement"), "tools.yaml"));
        yaml.Load(file);
        var source = (YamlMappingNode)((YamlSequenceNode)((YamlMappingNode)yaml.Documents[0].RootNode)["sources"])[0];
        return ((YamlSequenceNode)source["tools"]).Cast<YamlMappingNode>().ToDictionary(tool => Text(tool, "name"));
    }

    private static YamlMappingNode Child(YamlMappingNode node, string key) => (YamlMappingNode)node[key];

    private static string Text(YamlMappingNode node, string key) => ((YamlScalarNode)node[key]).Value!;
}
