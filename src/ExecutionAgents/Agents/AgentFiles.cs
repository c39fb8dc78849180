using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.ExecutionAgents;

/// <summary>Binds <c>agents/*.md</c>.</summary>
internal static class AgentFiles
{
    private static readonly ImmutableArray<string> Known = ["name", "skills", "tools", "model", "limits"];
    private static readonly ImmutableArray<string> Reserved = ["manager", "system"];

    public static ImmutableArray<AgentProfile> Read(IEnumerable<KeyValuePair<string, ConfigPage>> pages, ConfigReader reader)
    {
        var agents = ImmutableArray.CreateBuilder<AgentProfile>();
        foreach (var (path, page) in pages)
        {
            var map = page.FrontMatter;
            reader.Keys(map, Known);
            var name = reader.Text(map, "name");
            var place = map["name"]?.Place ?? map.Place;
            if (Reserved.Contains(name))
            {
                reader.Fault(place, $"'{name}' is the program's own name; call the agent something else.");
            }

            if (agents.Any(a => a.Name == name))
            {
                reader.Fault(place, $"There is another agent named '{name}'. Rules and journals know agents by name.");
            }
            else if (name.Length > 0 && path != $"agents/{name}.md")
            {
                reader.Warn(place, $"The agent '{name}' stands in {path}; people will look for it in agents/{name}.md.");
            }

            if (string.IsNullOrWhiteSpace(page.Body))
            {
                reader.Fault(new ConfigPlace(path, page.BodyLine, 1), "The agent has no instructions: write its prompt below the front matter.");
            }

            agents.Add(new AgentProfile(
                name, reader.Texts(map, "skills"), reader.Texts(map, "tools"), reader.OptionalText(map, "model") ?? AgentProfile.UsualModel, Limits(map, reader), page.Body.Trim()));
        }

        return agents.ToImmutable();
    }

    private static TurnLimits Limits(ConfigNode.Map map, ConfigReader reader)
    {
        var limits = new TurnLimits();
        if (reader.OptionalMap(map, "limits") is not { } given)
        {
            return limits;
        }

        reader.Keys(given, ["turns", "tokens"]);
        return new TurnLimits((int)Math.Min(reader.OptionalWhole(given, "turns", least: 1) ?? limits.Turns, int.MaxValue), reader.OptionalWhole(given, "tokens", least: 1) ?? limits.Tokens);
    }
}
