using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>
/// Drafts the rule that would have let an approved call through, and others no larger than it: the same agent and tool, the same texts where they decide whom it
/// reaches, numbers up to those that were seen, no argument that was not there. Pure. What cannot be bounded is not drafted.
/// </summary>
internal static class StandingDraft
{
    /// <summary>The rule, or why there is none.</summary>
    public static (JsonText? Rule, string? Hindrance) Of(ApprovalRequested asked, Tool tool, Policy policy, StandingTerms terms, DateTimeOffset now)
    {
        var until = terms.Until ?? now + StandingTerms.Longest;
        if (until <= now || until > now + StandingTerms.Longest)
        {
            return (null, $"A standing rule ends within {StandingTerms.Longest.TotalDays:0} days.");
        }

        if (terms.Uses is < 1)
        {
            return (null, "A standing rule is used once or more.");
        }

        // Only what a rule asks can be answered by a rule: budgets and data flow are about more than this call.
        var answers = asked.Rules.Where(id => policy.Rules.Any(r => r.Id == id && r.Effect == Effect.Ask)).Distinct(StringComparer.Ordinal).ToList();
        if (answers.Count == 0 || asked.Rules.Concat(asked.Budgets).Except(answers).ToList() is { Count: > 0 })
        {
            var others = string.Join(", ", asked.Rules.Concat(asked.Budgets).Except(answers));
            return (null, $"It is asked by {(others.Length > 0 ? others : "nothing that is a rule")}, which no standing rule answers.");
        }

        var bounds = new Bounds(tool);
        if (bounds.Take(asked.Args) is { } hindrance)
        {
            return (null, hindrance);
        }

        if (tool.Info.Money is { } money && tool.AmountOf(asked.Args, asked.Facts) is { } amount)
        {
            bounds.Conditions.Add($"{money} <= {Write(amount)}");
        }

        var rule = new JsonObject
        {
            ["id"] = "standing-" + asked.Approval,
            ["effect"] = "allow",
            ["agents"] = new JsonArray(asked.Agent),
            ["tools"] = new JsonArray(asked.Tool),
            ["answers"] = new JsonArray([.. answers.Select(a => JsonValue.Create(a))]),
            ["validUntil"] = until.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["reason"] = $"Agreed in advance with the approval {asked.Approval}.",
        };
        if (bounds.Limits.Count > 0)
        {
            rule["limits"] = bounds.Limits;
        }

        if (bounds.Conditions.Count > 0)
        {
            rule["when"] = string.Join(" && ", bounds.Conditions);
        }

        if (terms.Uses is { } uses)
        {
            rule["uses"] = uses;
        }

        return (JsonText.Parse(rule.ToJsonString()), null);
    }

    private static string Write(decimal number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>What is gathered of the arguments.</summary>
    private sealed class Bounds(Tool tool)
    {
        private readonly SortedDictionary<string, List<JsonElement>> _leaves = new(StringComparer.Ordinal);

        public JsonArray Limits { get; } = [];

        public List<string> Conditions { get; } = [];

        /// <summary>Null when all of them could be bounded.</summary>
        public string? Take(JsonText args)
        {
            if (Collect(args.ToElement(), [], tool.Info.Parameters.ToElement(), isInList: false) is { } hindrance)
            {
                return hindrance;
            }

            foreach (var (path, values) in _leaves)
            {
                // A number that names somebody is no amount: less of it is somebody else.
                if (!IsDeclared(path.Split('.')) && values.All(v => v.ValueKind == JsonValueKind.Number && v.TryGetDecimal(out _)))
                {
                    var numbers = values.Select(v => v.GetDecimal()).ToList();
                    Limits.Add(new JsonObject { ["arg"] = path, ["atMost"] = numbers.Max(), ["atLeast"] = Math.Min(0, numbers.Min()) });
                }
                else if (Decides(path.Split('.')) || values.Exists(v => v.ValueKind == JsonValueKind.Number))
                {
                    var named = values.Select(v => v.GetRawText()).Distinct(StringComparer.Ordinal).Select(v => JsonNode.Parse(v));
                    Limits.Add(new JsonObject { ["arg"] = path, ["oneOf"] = new JsonArray([.. named]) });
                }
            }

            return null;
        }

        /// <summary>Where a tool says which arguments decide whom it reaches, those do; where it says nothing, any may.</summary>
        private bool Decides(string[] path) => tool.Authority.Declared.IsEmpty || IsDeclared(path);

        /// <summary>Whether a declared argument is this one, holds it, or lies within it.</summary>
        private bool IsDeclared(string[] path) => tool.Authority.Declared.Any(a => a.Path == "." || Touches(a.Path, path));

        private static bool Touches(string declared, string[] path)
        {
            var names = declared.Split('.').Where(n => n != "*").ToArray();
            var shared = Math.Min(names.Length, path.Length);
            return names.AsSpan(0, shared).SequenceEqual(path.AsSpan(0, shared));
        }

        private string? Collect(JsonElement value, List<string> path, JsonElement schema, bool isInList)
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.Object:
                    return Fields(value, path, schema, isInList);
                case JsonValueKind.Array when value.GetArrayLength() == 0:
                    return $"'{string.Join('.', path)}' is an empty list, for which no bound can be written. Write the rule by hand.";
                case JsonValueKind.Array when isInList || path.Any(name => !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')):
                    return $"For the length of the list '{string.Join('.', path)}' no bound can be written. Write the rule by hand.";
                case JsonValueKind.Array:
                    Conditions.Add($"size(args.{string.Join('.', path)}) <= {value.GetArrayLength()}");
                    var items = schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("items", out var found) ? found : default;
                    return value.EnumerateArray().Select(item => Collect(item, path, items, isInList: true)).FirstOrDefault(h => h is not null);
                default:
                    var key = string.Join('.', path);
                    (_leaves.TryGetValue(key, out var known) ? known : _leaves[key] = []).Add(value);
                    return null;
            }
        }

        private string? Fields(JsonElement value, List<string> path, JsonElement schema, bool isInList)
        {
            if (value.EnumerateObject().Select(f => f.Name).FirstOrDefault(n => n.Contains('.', StringComparison.Ordinal) || n == "*") is { } odd)
            {
                return $"No bound can be written for the argument '{odd}'. Write the rule by hand.";
            }

            // What was not there when a person looked must not be there when nobody does.
            var declared = schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("properties", out var properties) ? properties.EnumerateObject().Select(p => p.Name).ToList() : [];
            var isClosed = schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("additionalProperties", out var additional) && additional.ValueKind == JsonValueKind.False;
            foreach (var absent in declared.Where(name => !value.TryGetProperty(name, out _) && Decides([.. path, name])))
            {
                if (path.Count > 0)
                {
                    return $"'{string.Join('.', path)}.{absent}' was left out, which no bound can say of a field within another. Write the rule by hand.";
                }

                Conditions.Add($"!({JsonText.OfString(absent).Text} in args)");
            }

            return !isClosed && tool.Authority.Declared.IsEmpty
                ? "The tool takes arguments that it does not name, for which no bound can be written. Write the rule by hand."
                : value.EnumerateObject().Select(f => Collect(f.Value, [.. path, f.Name], Of(schema, f.Name), isInList)).FirstOrDefault(h => h is not null);
        }

        private static JsonElement Of(JsonElement schema, string name) =>
            schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(name, out var found) ? found : default;
    }
}
