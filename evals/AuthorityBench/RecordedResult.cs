using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AiManager.Evals;

/// <summary>
/// A recorded result as the JSON that a tool would give. The recordings write records as YAML; a tool that returns a text is taken at its word, so that a text
/// which looks like records stays one text.
/// </summary>
internal static class RecordedResult
{
    public static JsonNode? Read(string recorded, SuiteTool tool)
    {
        if (tool.Returns is "<class 'str'>")
        {
            return JsonValue.Create(recorded);
        }

        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(recorded));
            return stream.Documents.Count == 1 ? Node(stream.Documents[0].RootNode) : JsonValue.Create(recorded);
        }
        catch (Exception broken) when (broken is YamlException or ArgumentException)
        {
            return JsonValue.Create(recorded);
        }
    }

    private static JsonNode? Node(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(c => KeyValuePair.Create(((c.Key as YamlScalarNode)?.Value) ?? c.Key.ToString(), Node(c.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Node)]),
        YamlScalarNode { Style: ScalarStyle.Plain } plain => Plain(plain.Value ?? string.Empty),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => null,
    };

    private static JsonValue? Plain(string text) => text switch
    {
        "" or "null" or "~" or "None" => null,
        "true" or "True" => JsonValue.Create(true),
        "false" or "False" => JsonValue.Create(false),
        _ when decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && !(text.Length > 1 && text[0] == '0' && text[1] != '.') => JsonValue.Create(number),
        _ => JsonValue.Create(text),
    };
}
