using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Binds <c>tools</c> of a source whose tools are found out by asking it: what a person says of each.</summary>
internal sealed class ClassificationReader(ConfigReader reader, ApproversBinder approvers)
{
    private static readonly ImmutableArray<string> Keys =
    [
        "name", "effect", "digest", "destructive", "idempotent", "openWorld", "timeout", "undo", "preview", "money", "recipients", "resource", "record", "returns", "authorityArguments",
        .. ToolLimits.Keys,
    ];

    /// <summary>Nothing is known of the arguments before the source has listed its tools.</summary>
    private static readonly WhenType Unlisted = new WhenType.Dynamic();

    private readonly LabelReader _labels = new(reader);

    /// <summary>All of a source's; two that would have the same name here are a mistake that names both.</summary>
    public ImmutableArray<ToolClassification> Read(ConfigNode.Map source, string name)
    {
        var taken = new Dictionary<string, string>(StringComparer.Ordinal);
        var said = ImmutableArray.CreateBuilder<ToolClassification>();
        foreach (var map in reader.Maps(source, "tools"))
        {
            var classification = Read(map);
            var place = map["name"]?.Place ?? map.Place;
            if (ToolNames.Of(name, classification.RemoteName) is not { } local)
            {
                reader.Fault(place, $"'{classification.RemoteName}' cannot be the name of a tool.");
            }
            else if (!taken.TryAdd(local, classification.RemoteName))
            {
                reader.Fault(place, $"'{taken[local]}' and '{classification.RemoteName}' would both be called {local}.");
            }

            said.Add(classification);
        }

        return said.ToImmutable();
    }

    private ToolClassification Read(ConfigNode.Map map)
    {
        reader.Keys(map, Keys);
        var written = reader.Text(map, "effect");
        if (EffectClassNames.Read(written) is not { } effect)
        {
            reader.Fault(map["effect"]?.Place ?? map.Place, $"'{written}' is no effect class. Known: {string.Join(", ", EffectClassNames.All)}.");
            effect = EffectClass.ChangeAuthority;
        }

        if (reader.OptionalText(map, "digest") is { } digest && (digest.Length != 64 || !digest.All(char.IsAsciiHexDigitLower)))
        {
            reader.Fault(map["digest"]!.Place, "'digest' is 64 hexadecimal digits, as 'tools list' shows them.");
        }

        var isReadOnly = effect is EffectClass.Observe or EffectClass.Compute;
        return new ToolClassification(reader.Text(map, "name"), effect, CanonicalJson.Digest(CanonicalJson.Of(ConfigReader.Json(map)).Text))
        {
            Digest = reader.OptionalText(map, "digest"),
            IsDestructive = reader.OptionalFlag(map, "destructive") ?? !isReadOnly,
            IsIdempotent = reader.OptionalFlag(map, "idempotent") ?? false,
            IsOpenWorld = reader.OptionalFlag(map, "openWorld") ?? true,
            Timeout = reader.OptionalDuration(map, "timeout"),
            Limits = map.Entries.Any(e => ToolLimits.Keys.Contains(e.Key)) ? ToolLimits.Read(map, ToolLimits.Outside, reader) : null,
            Undo = reader.OptionalText(map, "undo"),
            Preview = ToolPreview.Optional(map, isReadOnly, reader),
            Money = Path(map, "money", "the amount stands, such as args.amount"),
            Recipients = Path(map, "recipients", "whoever it addresses stands, such as args.to"),
            Resource = ToolResource.Optional(map, Unlisted, reader),
            Record = ToolRecord.Optional(map, Unlisted, isReadOnly, approvers, reader),
            Returns = _labels.Returns(map),
            Authority = _labels.Authority(map),
        };
    }

    private WhenExpression? Path(ConfigNode.Map map, string key, string what)
    {
        if (reader.OptionalText(map, key) is not { } written)
        {
            return null;
        }

        var place = map[key]!.Place;
        if (When.Parse(written, new WhenPosition(place.Line, place.Column)) is WhenParsed.Sound { Expression: var path } && path.OnlyField is { Root: WhenRoot.Args })
        {
            return path;
        }

        reader.Fault(place, $"'{key}' says where {what}: a source from outside has no facts.");
        return null;
    }
}
