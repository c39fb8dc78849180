using System.Collections.Immutable;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AiManager.Host;

/// <summary>
/// Reads one YAML document into <see cref="ConfigNode"/>s. Strict: maps, lists and scalars as everybody reads them, nothing that makes
/// a text mean something that is not written there (anchors, aliases, merge keys, tags, keys given twice, tabs, several documents).
/// </summary>
internal sealed class YamlText
{
    private const int DeepestNode = 64;

    private readonly string _file;
    private readonly int _firstLine;
    private readonly ImmutableArray<ConfigFault>.Builder _faults;
    private readonly Parser _parser;

    private YamlText(string file, string text, int firstLine, ImmutableArray<ConfigFault>.Builder faults)
    {
        _file = file;
        _firstLine = firstLine;
        _faults = faults;
        _parser = new Parser(new StringReader(text));
    }

    /// <summary>The document's map, empty when the text is; null after a fault that leaves nothing to bind.</summary>
    /// <param name="file">Its path in the company, for places.</param>
    /// <param name="text">With LF line ends.</param>
    /// <param name="firstLine">The line of the file at which <paramref name="text"/> begins.</param>
    /// <param name="faults">What is wrong is added here.</param>
    public static ConfigNode.Map? Read(string file, string text, int firstLine, ImmutableArray<ConfigFault>.Builder faults)
    {
        if (FindTab(text) is var (line, column))
        {
            faults.Add(new ConfigFault(new ConfigPlace(file, line + firstLine, column), "A tab cannot indent in YAML; use spaces."));
            return null;
        }

        try
        {
            return new YamlText(file, text, firstLine, faults).ReadDocument();
        }
        catch (YamlException broken)
        {
            var place = new ConfigPlace(file, (int)Math.Max(1, broken.Start.Line) + firstLine - 1, (int)Math.Max(1, broken.Start.Column));
            faults.Add(new ConfigFault(place, "This is not YAML: " + FirstLine(broken.Message)));
            return null;
        }
        catch (Exception broken) when (broken is InvalidOperationException or ArgumentException or FormatException or OverflowException)
        {
            // The library throws these, without a place, for a few kinds of broken text.
            faults.Add(new ConfigFault(new ConfigPlace(file, firstLine, 1), "This is not YAML: " + FirstLine(broken.Message)));
            return null;
        }
    }

    private static (int Line, int Column)? FindTab(string text)
    {
        var line = 0;
        foreach (var content in text.AsSpan().EnumerateLines())
        {
            var indent = content.IndexOfAnyExcept(' ');
            if (indent >= 0 && content[indent] == '\t' && !content[indent..].IsWhiteSpace())
            {
                return (line, indent + 1);
            }

            line++;
        }

        return null;
    }

    private ConfigNode.Map? ReadDocument()
    {
        Expect<StreamStart>();
        if (_parser.Current is StreamEnd)
        {
            return new ConfigNode.Map(new ConfigPlace(_file, _firstLine, 1), []);
        }

        Expect<DocumentStart>();
        var root = ReadNode(0);
        if (root is null)
        {
            return null;
        }

        Expect<DocumentEnd>();
        if (_parser.Current is DocumentStart second)
        {
            Fault(second, "Only one document per file.");
            return null;
        }

        switch (root)
        {
            case ConfigNode.Map map:
                return map;
            case ConfigNode.Scalar { IsNull: true }:
                return new ConfigNode.Map(root.Place, []);
            default:
                _faults.Add(new ConfigFault(root.Place, "The file must be a map: lines of 'key: value'."));
                return null;
        }
    }

    private void Expect<TEvent>()
        where TEvent : ParsingEvent
    {
        if (_parser.Current is null)
        {
            _parser.MoveNext();
        }

        if (_parser.Current is not TEvent)
        {
            throw new SemanticErrorException(_parser.Current?.Start ?? Mark.Empty, _parser.Current?.End ?? Mark.Empty, $"Expected {typeof(TEvent).Name}.");
        }

        _parser.MoveNext();
    }

    /// <summary>Reads the node at the parser and moves behind it; null when there is no going on.</summary>
    private ConfigNode? ReadNode(int depth)
    {
        var current = _parser.Current;
        if (depth > DeepestNode)
        {
            Fault(current, $"Nested deeper than {DeepestNode} levels.");
            return null;
        }

        if (current is NodeEvent node && (!node.Anchor.IsEmpty || !node.Tag.IsEmpty))
        {
            Fault(current, node.Anchor.IsEmpty ? "Tags (!…) are not used here; quote a text to keep it a text." : "Anchors (&…) are not used here; write the value out.");
        }

        _parser.MoveNext();
        switch (current)
        {
            case Scalar scalar:
                return new ConfigNode.Scalar(PlaceOf(scalar), scalar.Value, scalar.Style != ScalarStyle.Plain);
            case SequenceStart:
                return ReadList(PlaceOf(current), depth);
            case MappingStart:
                return ReadMap(PlaceOf(current), depth);
            case AnchorAlias:
                Fault(current, "Aliases (*…) are not used here; write the value out.");
                return new ConfigNode.Scalar(PlaceOf(current), string.Empty, IsQuoted: true);
            default:
                Fault(current, "Expected a value.");
                return null;
        }
    }

    private ConfigNode.List? ReadList(ConfigPlace place, int depth)
    {
        var items = ImmutableArray.CreateBuilder<ConfigNode>();
        while (_parser.Current is not SequenceEnd)
        {
            if (ReadNode(depth + 1) is not { } item)
            {
                return null;
            }

            items.Add(item);
        }

        _parser.MoveNext();
        return new ConfigNode.List(place, items.DrainToImmutable());
    }

    private ConfigNode.Map? ReadMap(ConfigPlace place, int depth)
    {
        var entries = ImmutableArray.CreateBuilder<ConfigEntry>();
        var known = new Dictionary<string, ConfigPlace>(StringComparer.Ordinal);
        while (_parser.Current is not MappingEnd)
        {
            if (ReadNode(depth + 1) is not { } key || ReadNode(depth + 1) is not { } value)
            {
                return null;
            }

            if (key is not ConfigNode.Scalar { Text: var name, Place: var keyPlace, IsNull: false } || name.Length == 0)
            {
                _faults.Add(new ConfigFault(key.Place, "A key must be plain text."));
            }
            else if (name == "<<")
            {
                _faults.Add(new ConfigFault(keyPlace, "Merge keys (<<) are not used here; write the values out."));
            }
            else if (known.TryGetValue(name, out var first))
            {
                _faults.Add(new ConfigFault(keyPlace, $"'{name}' is already given in line {first.Line}."));
            }
            else
            {
                known.Add(name, keyPlace);
                entries.Add(new ConfigEntry(name, keyPlace, value));
            }
        }

        _parser.MoveNext();
        return new ConfigNode.Map(place, entries.DrainToImmutable());
    }

    private void Fault(ParsingEvent? at, string message) => _faults.Add(new ConfigFault(PlaceOf(at), message));

    private ConfigPlace PlaceOf(ParsingEvent? at)
    {
        var mark = at?.Start ?? Mark.Empty;
        return new ConfigPlace(_file, (int)Math.Max(1, mark.Line) + _firstLine - 1, (int)Math.Max(1, mark.Column));
    }

    private static string FirstLine(string message) => message.Split('\n', 2)[0].Trim();
}
