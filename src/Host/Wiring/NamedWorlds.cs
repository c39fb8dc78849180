using System.Collections.Immutable;
using Microsoft.Data.Sqlite;

namespace AiManager.Host;

/// <summary>Worlds as <c>company.yaml</c> names them: by name, the file that each is in.</summary>
internal static class NamedWorlds
{
    /// <summary>Keys of one world.</summary>
    private static readonly ImmutableArray<string> Keys = ["connection"];

    /// <summary>Binds <c>worlds</c>; mistakes go to <paramref name="reader"/>, and none of them repeats a connection.</summary>
    public static ImmutableSortedDictionary<string, string> Bind(ConfigNode.Map file, ConfigReader reader, Placeholders placeholders)
    {
        var worlds = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var entry in reader.OptionalMap(file, "worlds")?.Entries ?? [])
        {
            if (entry.Value is not ConfigNode.Map world)
            {
                reader.Fault(entry.Value.Place, $"'{entry.Key}' must be a map with 'connection'.");
                continue;
            }

            reader.Keys(world, Keys);
            if (world["connection"] is null)
            {
                reader.Fault(world.Place, "'connection' is missing.");
            }
            else if (placeholders.Fill(reader, world, "connection") is { } connection)
            {
                worlds[entry.Key] = FileOf(connection) ?? Refuse(reader, world["connection"]!.Place);
            }
        }

        return worlds.ToImmutable();
    }

    /// <summary>The world of a company; null when none is named that could be meant: its own name, or the only one there is.</summary>
    public static string? Of(ImmutableSortedDictionary<string, string> worlds, string name) =>
        worlds.GetValueOrDefault(name) ?? (worlds.Count == 1 ? worlds.Values.First() : null);

    private static string? FileOf(string connection)
    {
        try
        {
            var file = new SqliteConnectionStringBuilder(connection).DataSource;
            return file.Length > 0 && !file.StartsWith(':') ? Path.GetFullPath(file) : null;
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or FormatException)
        {
            return null;
        }
    }

    private static string Refuse(ConfigReader reader, ConfigPlace place)
    {
        reader.Fault(place, "'connection' must name an SQLite file that every host can open, such as \"Data Source=/srv/aimanager/world.db\".");
        return string.Empty;
    }
}
