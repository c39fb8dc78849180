using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.ExecutionAgents;

/// <summary>Binds <c>people.yaml</c>.</summary>
internal static class PeopleFile
{
    private static readonly ImmutableArray<string> Known = ["id", "name", "email", "roles", "skills", "standIn", "hours", "capacity"];

    /// <summary>More than anybody could have before them; a bigger number is a slip.</summary>
    private const int MostTasks = 10_000;

    public static ImmutableArray<Person> Read(ConfigNode.Map document, ConfigReader reader)
    {
        reader.Keys(document, ["people"]);
        var people = ImmutableArray.CreateBuilder<Person>();
        foreach (var map in reader.Maps(document, "people"))
        {
            reader.Keys(map, Known);
            var person = new Person(
                reader.Text(map, "id"),
                reader.Text(map, "name"),
                reader.OptionalText(map, "email"),
                reader.Texts(map, "roles"),
                [.. reader.OptionalMap(map, "skills")?.Entries.Select(e => KeyValuePair.Create(e.Key, Skill(e, reader))) ?? []],
                reader.OptionalText(map, "standIn"))
            {
                Hours = Hours(map, reader),
                Capacity = Capacity(map, reader),
            };
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

        CheckStandIns(people, reader.Maps(document, "people"), reader);
        return people.ToImmutable();
    }

    /// <summary>Whoever stands in is somebody else who works here, and following them from one to the next comes to an end.</summary>
    private static void CheckStandIns(IReadOnlyList<Person> people, ImmutableArray<ConfigNode.Map> maps, ConfigReader reader)
    {
        for (var i = 0; i < people.Count; i++)
        {
            if (people[i].StandIn is not { } standIn || maps[i]["standIn"] is not { } node)
            {
                continue;
            }

            if (standIn == people[i].Id)
            {
                reader.Fault(node.Place, $"'{standIn}' cannot stand in for themselves.");
            }
            else if (people.All(p => p.Id != standIn))
            {
                reader.Fault(node.Place, $"There is no person '{standIn}' who could stand in.");
            }
            else if (Circle(people, people[i]) is { } circle)
            {
                reader.Fault(node.Place, $"These stand in for one another in a circle: {string.Join(", ", circle)}.");
            }
        }
    }

    /// <summary>The ids on the way from <paramref name="first"/> back to them; null when the way ends.</summary>
    private static List<string>? Circle(IReadOnlyList<Person> people, Person first)
    {
        var way = new List<string> { first.Id };
        for (var next = first.StandIn; next is not null && way.Count <= people.Count; next = people.FirstOrDefault(p => p.Id == next)?.StandIn)
        {
            if (next == first.Id)
            {
                return way;
            }

            way.Add(next);
        }

        return null;
    }

    private static WorkHours? Hours(ConfigNode.Map map, ConfigReader reader)
    {
        if (reader.OptionalText(map, "hours") is not { } text)
        {
            return null;
        }

        var (hours, fault) = WorkHours.Read(text);
        if (fault is not null)
        {
            reader.Fault(map["hours"]!.Place, $"'hours': {fault}.");
        }

        return hours;
    }

    private static int? Capacity(ConfigNode.Map map, ConfigReader reader)
    {
        var capacity = reader.OptionalWhole(map, "capacity", 1);
        if (capacity > MostTasks)
        {
            reader.Fault(map["capacity"]!.Place, $"'capacity' is how many open tasks a person may have at once, at most {MostTasks}; leave it out for as many as come.");
            return null;
        }

        return (int?)capacity;
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
