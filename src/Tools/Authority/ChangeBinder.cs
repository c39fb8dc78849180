using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Binds <c>change</c>: what a transform makes of the arguments.</summary>
internal sealed class ChangeBinder(ConfigReader reader)
{
    private static readonly ImmutableArray<string> Hows = ["atMost", "redact", "set", "add"];

    /// <summary>The changes of a rule with the effect <c>transform</c>; of any other rule none, and a fault where it has some.</summary>
    public ImmutableArray<RuleChange> Bind(ConfigNode.Map rule, Effect effect)
    {
        if (effect != Effect.Transform)
        {
            if (rule["change"] is { } stray)
            {
                reader.Fault(stray.Place, "'change' goes with the effect 'transform'.");
            }

            return [];
        }

        var maps = reader.Maps(rule, "change");
        if (maps.IsEmpty)
        {
            reader.Fault((rule["change"] ?? rule).Place, "A rule with the effect 'transform' needs 'change', such as [ { arg: quantity, atMost: 100 } ].");
        }

        return [.. maps.Select(Change).OfType<RuleChange>()];
    }

    /// <summary>The first change whose argument a tool does not have, or has in a kind that cannot be changed like that; null when it fits.</summary>
    public static (RuleChange Change, string Why)? Misfit(ImmutableArray<RuleChange> changes, WhenType args)
    {
        foreach (var change in changes)
        {
            if (At(args, change.Path, 0) is not { } type)
            {
                return (change, $"args has no field '{change.Arg}'");
            }

            var element = type is WhenType.List list && (change.Kind is ChangeKind.AtMost or ChangeKind.Redact) ? list.Of : type;
            var fits = change.Kind switch
            {
                ChangeKind.AtMost => element is WhenType.Number or WhenType.Dynamic,
                ChangeKind.Redact => element is WhenType.Text or WhenType.Dynamic,
                ChangeKind.Add => type is WhenType.List or WhenType.Dynamic,
                _ => true,
            };
            if (!fits)
            {
                return (change, $"'{change.Arg}' is {NameOf(element)}, which cannot be changed like that");
            }
        }

        return null;
    }

    private static string NameOf(WhenType type) => type switch
    {
        WhenType.Number => "a number",
        WhenType.Text => "text",
        WhenType.Boolean => "true or false",
        WhenType.List => "a list",
        _ => "a map",
    };

    private static WhenType? At(WhenType type, ImmutableArray<string> path, int step)
    {
        while (step < path.Length)
        {
            switch (type)
            {
                case WhenType.List list:
                    type = list.Of;
                    break;
                case WhenType.Record record when record.Fields.TryGetValue(path[step], out var field):
                    (type, step) = (field, step + 1);
                    break;
                case WhenType.Record { IsOpen: false }:
                    return null;
                case WhenType.Record or WhenType.Map or WhenType.Dynamic:
                    return new WhenType.Dynamic();
                default:
                    return null;
            }
        }

        return type;
    }

    private RuleChange? Change(ConfigNode.Map map)
    {
        reader.Keys(map, ["arg", .. Hows]);
        var arg = reader.Text(map, "arg");
        if (map["arg"] is { } named && arg.Split('.').Any(string.IsNullOrWhiteSpace))
        {
            reader.Fault(named.Place, "'arg' must name an argument, such as quantity or shipping.note.");
        }

        var given = Hows.Where(h => map[h] is not null).ToList();
        if (given.Count != 1)
        {
            reader.Fault(map.Place, "A change is exactly one of atMost, redact, set and add.");
            return null;
        }

        switch (given[0])
        {
            case "atMost":
                return new RuleChange(arg, ChangeKind.AtMost, reader.OptionalNumber(map, "atMost") ?? 0, JsonText.Null, map.Place);
            case "redact":
                if (reader.OptionalFlag(map, "redact") == false)
                {
                    reader.Fault(map["redact"]!.Place, "'redact' can only be true: leave it out where nothing is to be blacked out.");
                }

                return new RuleChange(arg, ChangeKind.Redact, 0, JsonText.Null, map.Place);
            default:
                var node = map[given[0]]!;
                if (node is not ConfigNode.Scalar { IsNull: false })
                {
                    reader.Fault(node.Place, $"'{given[0]}' must be a text, a number, true or false.");
                    return null;
                }

                return new RuleChange(arg, given[0] == "set" ? ChangeKind.Set : ChangeKind.Add, 0, CanonicalJson.Of(ConfigReader.Json(node)), map.Place);
        }
    }
}
