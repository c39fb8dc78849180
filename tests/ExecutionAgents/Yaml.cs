using YamlDotNet.RepresentationModel;

namespace AiManager.ExecutionAgents.Tests;

/// <summary>YAML as <see cref="ConfigNode"/>s, as the host reads it; only as strict as tests need.</summary>
internal static class Yaml
{
    public static ConfigNode.Map Read(string text, string file = "scripts/test.yaml")
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return (ConfigNode.Map)Read(stream.Documents[0].RootNode, file);
    }

    private static ConfigNode Read(YamlNode node, string file)
    {
        var place = new ConfigPlace(file, (int)node.Start.Line, (int)node.Start.Column);
        return node switch
        {
            YamlMappingNode map => new ConfigNode.Map(
                place,
                [.. map.Children.Select(c => new ConfigEntry(((YamlScalarNode)c.Key).Value!, new ConfigPlace(file, (int)c.Key.Start.Line, (int)c.Key.Start.Column), Read(c.Value, file)))]),
            YamlSequenceNode list => new ConfigNode.List(place, [.. list.Children.Select(c => Read(c, file))]),
            YamlScalarNode scalar => new ConfigNode.Scalar(place, scalar.Value ?? string.Empty, scalar.Style != YamlDotNet.Core.ScalarStyle.Plain),
            _ => throw new NotSupportedException(node.GetType().Name),
        };
    }
}
