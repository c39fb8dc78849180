using System.Collections.Immutable;
using System.Text.Json;

namespace AiManager.Evals;

/// <summary>Reads what must have come of a case.</summary>
/// <param name="reader">Told what is wrong.</param>
/// <param name="questions">What the suite asks the world in several cases, by name.</param>
internal sealed class ExpectationReader(ConfigReader reader, IReadOnlyDictionary<string, string> questions)
{
    private static readonly ImmutableHashSet<string> ReportKinds = ["done", "notDone", "waiting", "cost", "saved"];

    private readonly Dictionary<string, ExpectedPlan> _plans = new(StringComparer.Ordinal);

    /// <summary>The suite's <c>plans</c>, which several cases expect, by name.</summary>
    public void ReadPlans(ConfigNode.Map plans)
    {
        foreach (var key in plans.Entries.Select(e => e.Key))
        {
            if (reader.OptionalMap(plans, key) is { } plan)
            {
                _plans[key] = PlanOf(plan);
            }
        }
    }

    /// <summary>The <c>expect</c> of a case.</summary>
    public Expectation Read(ConfigNode.Map of)
    {
        if (reader.OptionalMap(of, "expect") is not { } map)
        {
            reader.Fault(of.Place, "'expect' is missing: a case that expects nothing cannot fail.");
            return new Expectation(null, null, [], [], [], [], null, null, []);
        }

        reader.Keys(map, ["exit", "status", "world", "tried", "events", "never", "delegates", "escalations", "plan", "report"]);
        var expected = new Expectation(
            (int?)reader.OptionalWhole(map, "exit", 0),
            reader.OptionalText(map, "status"),
            [.. reader.Maps(map, "world").Select(Answer)],
            [.. reader.Maps(map, "tried").Select(Count)],
            [.. reader.Maps(map, "events").Select(Count), .. reader.Maps(map, "never").Select(Never)],
            Delegates(map),
            Escalations(map),
            Plan(map),
            Kinds(map));
        if (expected is { Exit: null, Status: null, World: [], Tried: [], Events: [], Delegates: [], Escalations: null, Plan: null, ReportKinds: [] })
        {
            reader.Fault(map.Place, "A case that expects nothing cannot fail.");
        }

        foreach (var idle in expected.Tried.Where(t => t.AtLeast == 0))
        {
            reader.Fault(map["tried"]!.Place, $"What is tried happens at least once: {idle}");
        }

        return expected;
    }

    private WorldAnswer Answer(ConfigNode.Map map)
    {
        reader.Keys(map, ["ask", "sql", "is"]);
        if (map["is"] is not ConfigNode.List rows)
        {
            reader.Fault(map.Place, "'is' must be a list of rows.");
            return new WorldAnswer(Sql(map), JsonText.Null);
        }

        return new WorldAnswer(Sql(map), ConfigReader.Json(rows));
    }

    private string Sql(ConfigNode.Map map)
    {
        if (reader.OptionalText(map, "ask") is not { } name)
        {
            return reader.Text(map, "sql");
        }

        if (!questions.TryGetValue(name, out var sql))
        {
            reader.Fault(map["ask"]!.Place, $"The suite has no question '{name}'.");
        }

        return sql ?? string.Empty;
    }

    private EventCount Never(ConfigNode.Map map)
    {
        reader.Keys(map, ["type", "where"]);
        var type = Type(map);
        return new EventCount(type, Where(map, type), 0, 0);
    }

    private EventCount Count(ConfigNode.Map map)
    {
        reader.Keys(map, ["type", "where", "count", "atLeast", "atMost"]);
        var (exact, least, most) = ((int?)reader.OptionalWhole(map, "count", 0), (int?)reader.OptionalWhole(map, "atLeast", 1), (int?)reader.OptionalWhole(map, "atMost", 0));
        if (exact is null == (least is null && most is null))
        {
            reader.Fault(map.Place, "An event has either a 'count', or 'atLeast' or 'atMost'.");
        }

        var type = Type(map);
        return new EventCount(type, Where(map, type), exact ?? least ?? 0, exact ?? most);
    }

    private string Type(ConfigNode.Map map)
    {
        var type = reader.Text(map, "type");
        if (type.Length > 0 && EventTypes.All.All(e => e.Name != type))
        {
            reader.Fault(map["type"]!.Place, $"There is no event '{type}'.");
        }

        return type;
    }

    /// <summary>A condition is held against what events of the type say: a field that they do not have is a mistake here, and not a look that never finds anything.</summary>
    private WhenExpression? Where(ConfigNode.Map map, string type)
    {
        if (reader.OptionalText(map, "where") is not { } text)
        {
            return null;
        }

        switch (When.Parse(text, WhenPosition.Start))
        {
            case WhenParsed.Sound { Expression: var expression }:
                foreach (var fault in JoinedEvent.TypeOf(type) is { } known ? expression.Check(new WhenScope { Result = known }) : [])
                {
                    reader.Fault(map["where"]!.Place, $"This cannot be asked of {type}: {fault.Message}");
                }

                return expression;
            case WhenParsed.Faulty broken:
                reader.Fault(map["where"]!.Place, $"This is no condition: {broken.Faults[0]}");
                return null;
            default:
                return null;
        }
    }

    private ImmutableArray<(string Pattern, string Executor)> Delegates(ConfigNode.Map map) =>
        reader.OptionalMap(map, "delegates") is { } delegates ? [.. delegates.Entries.Select(e => (e.Key, reader.Text(e.Value, e.Key)))] : [];

    /// <summary>A list of questions, each with <c>role</c>, <c>kind</c>, <c>task</c> and how many of it; or only their <c>count</c> and whose <c>roles</c> they are, each at least once.</summary>
    private ImmutableArray<ExpectedEscalation>? Escalations(ConfigNode.Map map)
    {
        if (map["escalations"] is ConfigNode.List)
        {
            return [.. reader.Maps(map, "escalations").SelectMany(Question)];
        }

        if (reader.OptionalMap(map, "escalations") is not { } escalations)
        {
            return null;
        }

        reader.Keys(escalations, ["count", "roles"]);
        var (count, roles) = ((int)(reader.OptionalWhole(escalations, "count", 0) ?? 0), reader.Texts(escalations, "roles"));
        if (roles.Length > count)
        {
            reader.Fault(escalations.Place, $"{count} questions cannot go to {roles.Length} roles.");
        }

        return [.. Enumerable.Range(0, count).Select(i => new ExpectedEscalation(i < roles.Length ? [roles[i]] : roles, null, null))];
    }

    private IEnumerable<ExpectedEscalation> Question(ConfigNode.Map map)
    {
        reader.Keys(map, ["role", "kind", "task", "count"]);
        EscalationKind? kind = null;
        if (reader.OptionalText(map, "kind") is { } text)
        {
            if (Enum.TryParse<EscalationKind>(text, ignoreCase: true, out var found) && JsonNamingPolicy.CamelCase.ConvertName(found.ToString()) == text)
            {
                kind = found;
            }
            else
            {
                reader.Fault(map["kind"]!.Place, $"There is no kind of question '{text}'. There are: {string.Join(", ", Enum.GetNames<EscalationKind>().Select(JsonNamingPolicy.CamelCase.ConvertName))}.");
            }
        }

        var one = new ExpectedEscalation(reader.OptionalText(map, "role") is { } role ? [role] : [], kind, reader.OptionalText(map, "task"));
        return Enumerable.Repeat(one, (int)(reader.OptionalWhole(map, "count", 1) ?? 1));
    }

    private ExpectedPlan? Plan(ConfigNode.Map map)
    {
        if (map["plan"] is ConfigNode.Scalar { Text: var name } scalar)
        {
            if (!_plans.TryGetValue(name, out var known))
            {
                reader.Fault(scalar.Place, $"The suite has no plan '{name}'.");
            }

            return known;
        }

        return reader.OptionalMap(map, "plan") is { } plan ? PlanOf(plan) : null;
    }

    private ExpectedPlan PlanOf(ConfigNode.Map plan)
    {
        reader.Keys(plan, ["tasks", "needs"]);
        var needs = reader.OptionalMap(plan, "needs") is { } of ? of.Entries.Select(e => (e.Key, reader.Texts(of, e.Key))) : [];
        return new ExpectedPlan(reader.Texts(plan, "tasks"), [.. needs]);
    }

    private ImmutableArray<(string Kind, int Count)> Kinds(ConfigNode.Map map)
    {
        if (reader.OptionalMap(map, "report") is not { } report)
        {
            return [];
        }

        reader.Keys(report, ["kinds"]);
        if (reader.OptionalMap(report, "kinds") is not { } kinds)
        {
            return [];
        }

        reader.Keys(kinds, ReportKinds);
        return [.. kinds.Entries.Select(e => (e.Key, (int)(reader.OptionalWhole(kinds, e.Key, 0) ?? 0)))];
    }
}
