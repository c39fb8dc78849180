using System.Collections.Immutable;
using System.Text.Json;

namespace AiManager.Domain;

/// <summary>A part of a brief that is a list, and that can be given up entry by entry.</summary>
public sealed class BriefList
{
    private readonly List<string> _entries;
    private readonly bool _isFirstGivenUpFirst;

    private BriefList(string name, IEnumerable<string> entries, bool isFirstGivenUpFirst) =>
        (Name, _entries, _isFirstGivenUpFirst) = (name, [.. entries], isFirstGivenUpFirst);

    /// <summary>What it is called in the brief.</summary>
    public string Name { get; }

    /// <summary>JSON values in order, as written.</summary>
    public ImmutableArray<string> Entries => [.. _entries];

    /// <summary>Entries of which the last are the least useful: nearest or best first.</summary>
    public static BriefList BestFirst(string name, IEnumerable<string> entries) => new(name, entries, isFirstGivenUpFirst: false);

    /// <summary>Entries of which the first are the least useful: oldest first.</summary>
    public static BriefList OldestFirst(string name, IEnumerable<string> entries) => new(name, entries, isFirstGivenUpFirst: true);

    /// <summary>Gives entries up until so many bytes are saved, or none is left.</summary>
    /// <returns>The bytes saved, at least those of the entries.</returns>
    public long GiveUp(long bytes)
    {
        var saved = 0L;
        while (saved < bytes && _entries.Count > 0)
        {
            var index = _isFirstGivenUpFirst ? 0 : _entries.Count - 1;
            saved += BriefText.Bytes(_entries[index]);
            _entries.RemoveAt(index);
        }

        return saved;
    }

    /// <summary>Writes it as a property; nothing when it is empty and need not be said.</summary>
    internal void Write(Utf8JsonWriter writer, bool isAlwaysSaid = false)
    {
        if (_entries.Count == 0 && !isAlwaysSaid)
        {
            return;
        }

        writer.WriteStartArray(Name);
        foreach (var entry in _entries)
        {
            writer.WriteRawValue(entry, skipInputValidation: true);
        }

        writer.WriteEndArray();
    }
}
