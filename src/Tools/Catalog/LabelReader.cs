using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Binds what a tool of <c>tools.yaml</c> says of its data: <c>returns</c> and <c>authorityArguments</c>.</summary>
internal sealed class LabelReader(ConfigReader reader)
{
    /// <summary>Labels of the result's fields, by path.</summary>
    public OutputContract Returns(ConfigNode.Map tool)
    {
        var fields = ImmutableArray.CreateBuilder<FieldLabel>();
        foreach (var entry in reader.OptionalMap(tool, "returns")?.Entries ?? [])
        {
            switch (entry.Value)
            {
                case ConfigNode.Scalar { IsNull: false } plain:
                    fields.Add(new FieldLabel(entry.Key, Label.Of(Read(plain.Text, plain.Place))));
                    break;
                case ConfigNode.Map map:
                    reader.Keys(map, ["integrity", "kind", "labels", "readers", "reason"]);
                    reader.OptionalText(map, "reason");
                    var label = new Label(
                        Read(reader.Text(map, "integrity"), map["integrity"]?.Place ?? map.Place),
                        Names(map, "labels"),
                        map["readers"] is null ? null : Names(map, "readers"));
                    fields.Add(new FieldLabel(entry.Key, label, reader.OptionalText(map, "kind")));
                    break;
                default:
                    reader.Fault(entry.Value.Place, $"'{entry.Key}' is {string.Join(", ", IntegrityNames.All)}, or a map with 'integrity'.");
                    break;
            }
        }

        return fields.Count == 0 ? OutputContract.None : new OutputContract(fields);
    }

    /// <summary>The arguments that decide whom or what a call reaches, by path.</summary>
    public AuthorityArguments Authority(ConfigNode.Map tool)
    {
        var arguments = ImmutableArray.CreateBuilder<AuthorityArgument>();
        foreach (var entry in reader.OptionalMap(tool, "authorityArguments")?.Entries ?? [])
        {
            if (entry.Value is not ConfigNode.Map map)
            {
                reader.Fault(entry.Value.Place, $"'{entry.Key}' is a map, {{}} for no more than that it decides whom or what a call reaches.");
                continue;
            }

            reader.Keys(map, ["kind", "endorse", "reason"]);
            reader.OptionalText(map, "reason");
            arguments.Add(new AuthorityArgument(entry.Key, reader.OptionalText(map, "kind"), Endorsed(map)));
        }

        return arguments.Count == 0 ? AuthorityArguments.None : new AuthorityArguments(arguments);
    }

    private Endorsement? Endorsed(ConfigNode.Map argument)
    {
        if (reader.OptionalMap(argument, "endorse") is not { } map)
        {
            return null;
        }

        reader.Keys(map, ["least", "most", "oneOf", "boolean"]);
        if (map["oneOf"] is not null)
        {
            var values = reader.Texts(map, "oneOf");
            if (values.Length is 0 or > 64)
            {
                reader.Fault(map["oneOf"]!.Place, "'oneOf' must list 1 to 64 texts: what can say more than that is not endorsed.");
            }

            return new Endorsement.OneOf(values);
        }

        if (reader.OptionalFlag(map, "boolean") == true)
        {
            return new Endorsement.Truth();
        }

        if (reader.OptionalNumber(map, "most") is not { } most)
        {
            reader.Fault(map.Place, "'endorse' needs 'most' (and 'least', else 0), 'oneOf' or 'boolean: true'.");
            return null;
        }

        return new Endorsement.Within(reader.OptionalNumber(map, "least") ?? 0, most);
    }

    private ImmutableSortedSet<string> Names(ConfigNode.Map map, string key) => ImmutableSortedSet.CreateRange(StringComparer.Ordinal, reader.Texts(map, key));

    private Integrity Read(string name, ConfigPlace place)
    {
        if (IntegrityNames.Read(name) is { } integrity)
        {
            return integrity;
        }

        reader.Fault(place, $"'{name}' is no integrity. Known: {string.Join(", ", IntegrityNames.All)}.");
        return Integrity.Unknown;
    }
}
