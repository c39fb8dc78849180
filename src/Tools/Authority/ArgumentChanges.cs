using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>
/// What all matching transforms together make of a call's arguments, in any order the same: of several caps the smallest, of several additions all; values that
/// contradict one another are not made at all. Pure.
/// </summary>
internal static class ArgumentChanges
{
    /// <summary>What stands in the place of a text that was blacked out.</summary>
    public const string Redacted = "[redacted]";

    /// <summary>The arguments as changed, or why they cannot be.</summary>
    /// <param name="rules">The transforms that match.</param>
    /// <param name="args">The arguments, an object.</param>
    public static (JsonText Args, ImmutableArray<ArgumentChange> Changes, string? Hindrance) Apply(IEnumerable<PolicyRule> rules, JsonText args)
    {
        var changes = ImmutableArray.CreateBuilder<ArgumentChange>();
        try
        {
            var root = JsonNode.Parse(args.Text)!.AsObject();
            var wanted = rules.SelectMany(r => r.Changes.Select(c => (Rule: r.Id, Change: c))).GroupBy(w => w.Change.Arg).OrderBy(g => g.Key, StringComparer.Ordinal);
            foreach (var arg in wanted)
            {
                var made = Together(arg.Key, [.. arg.Select(w => w.Change)]);
                if (made.Aggregate(false, (changed, change) => Make(root, change, 0) | changed))
                {
                    changes.Add(new ArgumentChange(
                        arg.Key, string.Join(", ", made.Select(Words)), [.. arg.Select(w => w.Rule).Distinct().Order(StringComparer.Ordinal)]));
                }
            }

            return changes.Count == 0 ? (args, [], null) : (CanonicalJson.Of(JsonText.Parse(root.ToJsonString())), changes.ToImmutable(), null);
        }
        catch (ChangeException hindrance)
        {
            return (args, [], hindrance.Message);
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException or ArgumentException or FormatException or OverflowException)
        {
            return (args, [], "The arguments are not ones that can be changed.");
        }
    }

    /// <summary>Several changes of one argument as one that satisfies all, or as many as do not touch one another.</summary>
    private static ImmutableArray<RuleChange> Together(string arg, ImmutableArray<RuleChange> changes)
    {
        if (changes.Select(c => c.Kind).Distinct().Count() > 1)
        {
            var cap = changes.Where(c => c.Kind == ChangeKind.AtMost).MinBy(c => c.Most);
            var isNumberSet = changes.All(c => c.Kind is ChangeKind.AtMost || (c.Kind == ChangeKind.Set && Number(JsonNode.Parse(c.Value.Text)) <= cap?.Most));
            return isNumberSet ? Together(arg, [.. changes.Where(c => c.Kind == ChangeKind.Set)]) : throw Contradiction(arg);
        }

        switch (changes[0].Kind)
        {
            case ChangeKind.AtMost:
                return [changes.MinBy(c => c.Most)!];
            case ChangeKind.Set:
                return changes.Select(c => c.Value).Distinct().Count() == 1 ? [changes[0]] : throw Contradiction(arg);
            case ChangeKind.Add:
                return [.. changes.DistinctBy(c => c.Value).OrderBy(c => c.Value.Text, StringComparer.Ordinal)];
            default:
                return [changes[0]];
        }
    }

    private static ChangeException Contradiction(string arg) => new($"The rules contradict one another about {arg}, so it is not made at all.");

    /// <summary>True when it altered something.</summary>
    private static bool Make(JsonNode? at, RuleChange change, int step)
    {
        if (at is JsonArray list)
        {
            return list.ToList().Aggregate(false, (changed, element) => Make(element, change, step) | changed);
        }

        var name = change.Path[step];
        if (at is not JsonObject map)
        {
            return change.Kind == ChangeKind.Redact ? false : throw Missing(change);
        }

        if (step < change.Path.Length - 1)
        {
            return Make(map[name], change, step + 1);
        }

        var now = map[name];
        if (change.Kind != ChangeKind.Add && change.Kind != ChangeKind.Set && now is JsonArray elements)
        {
            // Each element by itself: a list of numbers is capped, a list of texts is blacked out.
            var news = elements.Select(e => Value(e, change)).ToList();
            var isChanged = news.Where((n, i) => !JsonNode.DeepEquals(n, elements[i])).Any();
            if (isChanged)
            {
                map[name] = new JsonArray([.. news.Select(n => n?.DeepClone())]);
            }

            return isChanged;
        }

        var value = Value(now, change);
        if (JsonNode.DeepEquals(value, now))
        {
            return false;
        }

        map[name] = value?.DeepClone();
        return true;
    }

    private static JsonNode? Value(JsonNode? now, RuleChange change)
    {
        switch (change.Kind)
        {
            case ChangeKind.AtMost:
                // What the tool makes of an amount that is left out, nobody knows here: that is no way round a cap.
                return Number(now) is not { } number ? throw Missing(change) : number > change.Most ? JsonValue.Create(change.Most) : now;
            case ChangeKind.Redact:
                return now is null ? null : JsonValue.Create(Redacted);
            case ChangeKind.Set:
                return JsonNode.Parse(change.Value.Text);
            default:
                var element = JsonNode.Parse(change.Value.Text);
                return now switch
                {
                    null => new JsonArray(element),
                    JsonArray list when list.Any(e => JsonNode.DeepEquals(e, element)) => list,
                    JsonArray list => new JsonArray([.. list.Select(e => e?.DeepClone()), element]),
                    _ => throw Missing(change),
                };
        }
    }

    private static ChangeException Missing(RuleChange change) => new(change.Kind switch
    {
        ChangeKind.AtMost => $"A rule caps {change.Arg}, so it must be given, as a number.",
        ChangeKind.Add => $"A rule adds to {change.Arg}, which is no list here.",
        _ => $"A rule sets {change.Arg}, for which there is no place in the arguments.",
    });

    private static decimal? Number(JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.Number && decimal.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Words(RuleChange change) => change.Kind switch
    {
        ChangeKind.AtMost => $"at most {change.Most.ToString(CultureInfo.InvariantCulture)}",
        ChangeKind.Redact => "redacted",
        ChangeKind.Set => $"set to {change.Value}",
        _ => $"{change.Value} added",
    };

    private sealed class ChangeException(string message) : Exception(message);
}
