using System.Collections.Immutable;
using System.Globalization;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Binds what bounds a rule beside its condition: <c>validUntil</c>, <c>answers</c>, <c>uses</c> and <c>limits</c>.</summary>
internal sealed class StandingBinder(ConfigReader reader)
{
    /// <summary>The keys that it reads.</summary>
    public static readonly ImmutableArray<string> Keys = ["validUntil", "answers", "uses", "limits"];

    private const long MostUses = 1_000_000;
    private static readonly string[] Forms = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK"];

    /// <summary>The rule with its bounds.</summary>
    public PolicyRule Bind(ConfigNode.Map map, PolicyRule rule)
    {
        var answers = reader.Texts(map, "answers");
        foreach (var key in rule.Effect == Effect.Allow ? [] : (string[])["answers", "uses", "limits"])
        {
            if (map[key] is { } stray)
            {
                reader.Fault(stray.Place, $"'{key}' goes with the effect 'allow'.");
            }
        }

        var end = ValidUntil(map);
        if (map["answers"] is { } node && (answers.IsEmpty || map["validUntil"] is null))
        {
            reader.Fault(node.Place, "'answers' names asks that the rule answers in advance, and goes with 'validUntil': nobody agrees for ever.");
        }

        if (map["uses"] is { } uses && map["answers"] is null)
        {
            reader.Fault(uses.Place, "'uses' goes with 'answers': how often it stands in for an approval. For anything else, a budget counts.");
        }

        return rule with
        {
            ValidUntil = end,
            Answers = answers,
            Uses = reader.OptionalWhole(map, "uses", 1) is { } most ? Math.Min(MostUses, most) : null,
            Limits = [.. reader.Maps(map, "limits").Select(Limit).OfType<ArgumentLimit>()],
        };
    }

    /// <summary>What is answered in advance must be asked by somebody.</summary>
    /// <param name="rules">Every rule.</param>
    /// <param name="standing">The file whose rules may outlive what they answer.</param>
    public void Check(IReadOnlyCollection<PolicyRule> rules, string standing)
    {
        foreach (var rule in rules)
        {
            foreach (var unknown in rule.Answers.Where(id => !rules.Any(r => r.Id == id && r.Effect == Effect.Ask)))
            {
                var words = $"There is no rule '{unknown}' that asks, so that nothing is answered.";
                if (rule.Place.File == standing)
                {
                    reader.Warn(rule.Place, words);
                }
                else
                {
                    reader.Fault(rule.Place, words);
                }
            }
        }
    }

    private DateTimeOffset? ValidUntil(ConfigNode.Map map)
    {
        if (reader.OptionalText(map, "validUntil") is not { } text)
        {
            return null;
        }

        if (DateTimeOffset.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var end) && (text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > text.IndexOf('T', StringComparison.Ordinal)))
        {
            return end;
        }

        reader.Fault(map["validUntil"]!.Place, "'validUntil' must be a moment with its offset, such as 2026-12-31T18:00:00Z or 2026-12-31T18:00+01:00.");
        return null;
    }

    private ArgumentLimit? Limit(ConfigNode.Map map)
    {
        reader.Keys(map, ["arg", "atLeast", "atMost", "oneOf"]);
        var values = map["oneOf"] switch
        {
            null => (ImmutableArray<JsonText>?)null,
            ConfigNode.List list => [.. list.Items.Select(ConfigReader.Json)],
            _ => [],
        };
        var limit = new ArgumentLimit(string.Empty, reader.Text(map, "arg"), reader.OptionalNumber(map, "atLeast"), reader.OptionalNumber(map, "atMost"), values);
        if ((limit.AtLeast, limit.AtMost, limit.OneOf) == (null, null, null) || limit.IsEmpty)
        {
            reader.Fault(map.Place, "A limit says one of: atLeast, atMost, oneOf, and something must fit it.");
            return null;
        }

        return limit;
    }
}
