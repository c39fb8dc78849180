using System.Collections.Frozen;
using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Binds <c>budgets</c>.</summary>
internal sealed class BudgetBinder(FrozenDictionary<string, GovernedTool> tools, ConditionReader conditions, ApproversBinder approvers, ConfigReader reader)
{
    public ImmutableArray<Budget> Bind(ConfigNode.Map root, Dictionary<string, ConfigPlace> ids) => [.. reader.Maps(root, "budgets").Select(m => Budget(m, ids))];

    private Budget Budget(ConfigNode.Map map, Dictionary<string, ConfigPlace> ids)
    {
        reader.Keys(map, ["id", "scope", "per", "key", .. AmountsReader.Keys, "onExceeded", "approvers", "warnAt"]);
        var id = UniqueIds.Read(map, ids, reader);
        if (id is BudgetDesk.GoalBudget or BudgetDesk.TaskBudget)
        {
            reader.Fault(map["id"]!.Place, $"The id '{id}' is the name of a goal's or a task's own budget.");
        }

        var (key, fitting) = Key(map);
        var onExceeded = OnExceeded(map);
        var who = Approvers.None;
        if (onExceeded == Effect.Ask)
        {
            who = approvers.Required(map, "A budget that says nothing else of 'onExceeded'");
        }
        else
        {
            approvers.Refuse(map, "A budget that denies");
        }

        return new Budget(id, Scope(map), BudgetPeriod.Read(map, reader), key, Cap(map), onExceeded, who, WarnAt(map), fitting);
    }

    private BudgetScope Scope(ConfigNode.Map map)
    {
        switch (reader.Text(map, "scope"))
        {
            case "company" or "":
                return BudgetScope.Company;
            case "agent":
                return BudgetScope.Agent;
            case "tool":
                return BudgetScope.Tool;
            case "workflow":
                return BudgetScope.Workflow;
            case "task":
                return BudgetScope.WorkTask;
            default:
                reader.Fault(map["scope"]!.Place, "'scope' must be company, agent, tool, workflow or task.");
                return BudgetScope.Company;
        }
    }

    private Effect OnExceeded(ConfigNode.Map map)
    {
        switch (reader.OptionalText(map, "onExceeded"))
        {
            case null or "ask":
                return Effect.Ask;
            case "deny":
                return Effect.Deny;
            default:
                reader.Fault(map["onExceeded"]!.Place, "'onExceeded' must be ask or deny.");
                return Effect.Deny;
        }
    }

    private decimal WarnAt(ConfigNode.Map map)
    {
        var share = map["warnAt"] is null ? AiManager.Tools.Budget.UsualWarning : reader.OptionalNumber(map, "warnAt") ?? AiManager.Tools.Budget.UsualWarning;
        if (share is <= 0 or > 1)
        {
            reader.Fault(map["warnAt"]!.Place, "'warnAt' must be above 0 and at most 1.");
        }

        return share;
    }

    private Amounts Cap(ConfigNode.Map map)
    {
        if (!map.Entries.Any(e => AmountsReader.Keys.Contains(e.Key)))
        {
            reader.Fault(map.Place, $"A budget caps something: {string.Join(", ", AmountsReader.Keys[..^1])} or {AmountsReader.Keys[^1]}.");
        }

        return AmountsReader.Read(map, reader);
    }

    private (WhenExpression? Key, FrozenSet<string>? Fitting) Key(ConfigNode.Map map)
    {
        if (conditions.Optional(map, "key") is not { } key)
        {
            return (null, null);
        }

        if (key.OnlyField is not { } field)
        {
            reader.Fault(map["key"]!.Place, "'key' must be a field of args or facts, such as args.supplier.");
            return (key, []);
        }

        var fitting = tools.Values.Where(t => PolicyScope.Lacking([field], t.Args, t.Facts) is null).Select(t => t.Name).ToFrozenSet(StringComparer.Ordinal);
        if (fitting.Count == 0)
        {
            reader.Fault(map["key"]!.Place, $"No tool has {field}, so this budget would bind nothing.");
        }

        return (key, fitting);
    }
}
