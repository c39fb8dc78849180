using System.Collections.Frozen;
using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Binds <c>lists</c> and <c>rules</c>, and checks every condition against every tool that it is about.</summary>
internal sealed class RuleBinder(
    FrozenDictionary<string, GovernedTool> tools, IDirectory directory, ConditionReader conditions, ApproversBinder approvers, ConfigReader reader)
{
    private const string ModelPrefix = "model:";

    private static readonly WhenType Anything = new WhenType.Dynamic();

    public PolicyRules Bind(ConfigNode.Map root, Dictionary<string, ConfigPlace> ids)
    {
        var lists = Lists(root);
        var listTypes = new WhenType.Record(lists.Fields.ToDictionary(l => l.Key, l => TypeOf((WhenList)l.Value), StringComparer.Ordinal));
        var ofTool = tools.Keys.ToDictionary(name => name, _ => ImmutableArray.CreateBuilder<PolicyRule>(), StringComparer.Ordinal);
        var ofModels = ImmutableArray.CreateBuilder<PolicyRule>();
        foreach (var map in reader.Maps(root, "rules"))
        {
            var rule = Rule(map, ids);
            if (!IsSound(rule, map, listTypes))
            {
                continue;
            }

            foreach (var tool in tools.Values.Where(t => rule.IsAbout(t.Name) && Fits(rule, t, map, listTypes)))
            {
                ofTool[tool.Name].Add(rule);
            }

            if (rule.Effect == Effect.Deny && FitsModels(rule, listTypes))
            {
                ofModels.Add(rule);
            }
        }

        return new PolicyRules(
            ofTool.ToFrozenDictionary(t => t.Key, t => t.Value.DrainToImmutable(), StringComparer.Ordinal), ofModels.DrainToImmutable(), lists);
    }

    private PolicyRule Rule(ConfigNode.Map map, Dictionary<string, ConfigPlace> ids)
    {
        reader.Keys(map, ["id", "effect", "agents", "tools", "when", "reason", "approvers"]);
        var id = UniqueIds.Read(map, ids, reader);
        var effect = EffectReader.Read(map, "effect", reader);
        var agents = Patterns(map, "agents");
        foreach (var agent in agents.Where(a => a.IsName && a.Text is not ("system" or "manager") && directory.Agent(a.Text) is null))
        {
            reader.Warn(agent.Place, $"There is no agent '{agent.Text}'.");
        }

        var who = Approvers.None;
        if (effect == Effect.Ask)
        {
            who = approvers.Required(map, "A rule with the effect 'ask'");
        }
        else
        {
            approvers.Refuse(map, "A rule that does not ask");
        }

        return new PolicyRule(id, effect, agents, Tools(map, effect), conditions.Optional(map, "when"), reader.OptionalText(map, "reason"), who, map.Place);
    }

    private ImmutableArray<NamePattern> Tools(ConfigNode.Map map, Effect effect)
    {
        var patterns = Patterns(map, "tools");
        if (patterns.IsEmpty)
        {
            reader.Fault((map["tools"] ?? map).Place, "'tools' must name at least one tool or pattern.");
        }

        foreach (var pattern in patterns)
        {
            if (pattern.Text.StartsWith(ModelPrefix, StringComparison.Ordinal))
            {
                if (effect == Effect.Ask)
                {
                    reader.Fault(pattern.Place, "Nobody can be asked about each call of a model: a rule about models can only deny.");
                }
            }
            else if (pattern.IsName ? !tools.ContainsKey(pattern.Text) : !tools.Keys.Any(pattern.Matches) && !pattern.Matches(ModelPrefix))
            {
                if (pattern.IsName)
                {
                    reader.Fault(pattern.Place, $"There is no tool '{pattern.Text}'.");
                }
                else
                {
                    reader.Warn(pattern.Place, $"No tool matches '{pattern.Text}'.");
                }
            }
        }

        return patterns;
    }

    private ImmutableArray<NamePattern> Patterns(ConfigNode.Map map, string key)
    {
        var texts = reader.Texts(map, key);
        if (map[key] is not ConfigNode.List list)
        {
            return [];
        }

        if (list.Items.IsEmpty)
        {
            reader.Fault(list.Place, $"'{key}' must not be empty.");
        }

        return [.. texts.Zip(list.Items, (text, node) => new NamePattern(text, node.Place))];
    }

    /// <summary>Faults that do not depend on the tool are reported once, and the rule is checked no further.</summary>
    private bool IsSound(PolicyRule rule, ConfigNode.Map map, WhenType lists)
    {
        if (rule.When is null)
        {
            return map["when"] is null;
        }

        var faults = rule.When.Check(PolicyScope.Types(Anything, Anything, lists));
        conditions.Report(map.Place.File, faults);
        return faults.Count == 0;
    }

    /// <summary>A tool that a pattern happens to match may lack what the condition reads, and is then not meant; a tool that is named may not.</summary>
    private bool Fits(PolicyRule rule, GovernedTool tool, ConfigNode.Map map, WhenType lists)
    {
        if (rule.When is null)
        {
            return true;
        }

        var isNamed = rule.Tools.Any(p => p.IsName && p.Matches(tool.Name));
        if (!isNamed && PolicyScope.Lacking(rule.When.FieldsRead(), tool.Args, tool.Facts) is not null)
        {
            return false;
        }

        var faults = rule.When.Check(PolicyScope.Types(tool.Args, tool.Facts, lists));
        conditions.Report(map.Place.File, faults, $" (tool {tool.Name})");
        return faults.Count == 0;
    }

    private bool FitsModels(PolicyRule rule, WhenType lists)
    {
        var named = rule.Tools.Where(p => p.Text.StartsWith(ModelPrefix, StringComparison.Ordinal)).ToList();
        if (rule.When is null || PolicyScope.Lacking(rule.When.FieldsRead(), PolicyScope.Nothing, PolicyScope.Nothing) is null)
        {
            return true;
        }

        if (named.Count > 0)
        {
            var faults = rule.When.Check(PolicyScope.Types(PolicyScope.Nothing, PolicyScope.Nothing, lists));
            conditions.Report(rule.Place.File, faults, $" ({named[0].Text} is a model: it has no arguments and no facts)");
        }

        return false;
    }

    private WhenRecord Lists(ConfigNode.Map root)
    {
        var lists = new Dictionary<string, WhenValue>(StringComparer.Ordinal);
        foreach (var entry in reader.OptionalMap(root, "lists")?.Entries ?? [])
        {
            if (entry.Value is not ConfigNode.List list || list.Items.Any(i => i is not ConfigNode.Scalar { IsNull: false }))
            {
                reader.Fault(entry.Value.Place, $"The list '{entry.Key}' must be a list of texts or numbers.");
                continue;
            }

            lists[entry.Key] = new WhenList([.. list.Items.Select(i => WhenValue.FromJson(ConfigReader.Json(i).ToElement()))]);
        }

        return new WhenRecord(lists);
    }

    private static WhenType TypeOf(WhenList list) => new WhenType.List(
        list.Items.All(i => i is WhenText) ? new WhenType.Text() : list.Items.All(i => i is WhenNumber) ? new WhenType.Number() : new WhenType.Dynamic());
}
