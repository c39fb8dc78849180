using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.ExecutionAgents;

/// <summary>Binds <c>people.yaml</c>.</summary>
internal static class PeopleFile
{
    private static readonly ImmutableArray<string> Known = ["id", "name", "email", "roles", "skills"];
    private static readonly ImmutableArray<string> Later = ["hours", "capacity", "standIn"];

    public static ImmutableArray<Person> Read(ConfigNode.Map document, ConfigReader reader)
    {
        reader.Keys(document, ["people"]);
        var people = ImmutableArray.CreateBuilder<Person>();
        foreach (var map in reader.Maps(document, "people"))
        {
            reader.Keys(map, Known, Later);
            var person = new Person(
                reader.Text(map, "id"),
                reader.Text(map, "name"),
                reader.OptionalText(map, "email"),
                reader.Texts(map, "roles"),
                [.. reader.OptionalMap(map, "skills")?.Entries.Select(e => KeyValuePair.Create(e.Key, Skill(e, reader))) ?? []]);
            if (!IsId(person.Id))
            {
                reader.Fault(map["id"]?.Place ?? map.Place, $"'{person.Id}' is not an id: lower-case letters, digits and hyphens, beginning with a letter.");
            }
            else if (people.Any(p => p.Id == person.Id))
            {
                reader.Fault(map["id"]!.Place, $"There is another person with the id '{person.Id}'.");
            }

            people.Add(person);
        }

        return people.ToImmutable();
    }

    private static decimal Skill(ConfigEntry entry, ConfigReader reader)
    {
        var level = reader.OptionalNumber(new ConfigNode.Map(entry.Place, [entry]), entry.Key);
        if (level is not (null or (>= 0 and <= 1)))
        {
            reader.Fault(entry.Value.Place, $"A skill is a number from 0 to 1, not {level}.");
        }

        return level ?? 0;
    }

    /// <summary>Ids stand in actors (<c>person:petra</c>), in the journal and in addresses.</summary>
    private static bool IsId(string id) =>
        id is [>= 'a' and <= 'z', ..] && id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.');
}
