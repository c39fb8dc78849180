using System.Collections.Frozen;
using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Binds <c>lists</c> and <c>rules</c>, and checks every condition against every tool that it is about.</summary>
internal sealed class RuleBinder(
    FrozenDictionary<string, GovernedTool> tools, IDirectory directory, ConditionReader conditions, ApproversBinder approvers, ConfigReader reader)
{
    private const string ModelPrefix = "model:";

    /// <summary>How long a call is put off where the rule does not say.</summary>
    private static readonly TimeSpan DefaultRetry = TimeSpan.FromMinutes(15);

    /// <summary>How often a call is put off where the rule does not say.</summary>
    private const int DefaultTries = 8;

    private static readonly ImmutableArray<string> Keys =
        ["id", "effect", "mode", "agents", "tools", "effects", "when", "history", "reason", "advice", "approvers", "change", "retryAfter", "tries", "obligations", .. StandingBinder.Keys];

    /// <summary>What a rule may say that was drafted from an approval.</summary>
    private static readonly ImmutableArray<string> StandingKeys = ["id", "effect", "agents", "tools", "when", "reason", .. StandingBinder.Keys];

    private static readonly WhenType Anything = new WhenType.Dynamic();

    private readonly HistoryBinder _histories = new(tools, conditions, reader);
    private readonly ChangeBinder _changes = new(reader);
    private readonly ObligationsBinder _obligations = new(directory, reader);
    private readonly StandingBinder _standing = new(reader);

    /// <param name="root"><c>authority.yaml</c>.</param>
    /// <param name="standing"><c>standing.yaml</c>; null where there is none.</param>
    /// <param name="ids">Ids that are taken.</param>
    public PolicyRules Bind(ConfigNode.Map root, ConfigNode.Map? standing, Dictionary<string, ConfigPlace> ids)
    {
        var lists = Lists(root);
        var listTypes = new WhenType.Record(lists.Fields.ToDictionary(l => l.Key, l => TypeOf((WhenList)l.Value), StringComparer.Ordinal));
        var ofTool = tools.Keys.ToDictionary(name => name, _ => ImmutableArray.CreateBuilder<PolicyRule>(), StringComparer.Ordinal);
        var ofModels = ImmutableArray.CreateBuilder<PolicyRule>();
        var all = ImmutableArray.CreateBuilder<PolicyRule>();
        foreach (var map in reader.Maps(root, "rules").Concat(Standing(standing)))
        {
            var rule = Rule(map, ids);
            if (!IsSound(rule, map, listTypes))
            {
                continue;
            }

            all.Add(rule);
            foreach (var tool in tools.Values.Where(t => rule.IsAbout(t.Name, t.Effect) && Fits(rule, t, map, listTypes)))
            {
                ofTool[tool.Name].Add(rule);
            }

            if (rule.Effect == Effect.Deny && FitsModels(rule, listTypes))
            {
                ofModels.Add(rule);
            }
        }

        _standing.Check(all, Policy.StandingFile);
        return new PolicyRules(
            all.DrainToImmutable(), ofTool.ToFrozenDictionary(t => t.Key, t => t.Value.DrainToImmutable(), StringComparer.Ordinal), ofModels.DrainToImmutable(), lists);
    }

    /// <summary>Rules that were drafted from approvals: they allow, answer asks, and end.</summary>
    private IEnumerable<ConfigNode.Map> Standing(ConfigNode.Map? root)
    {
        if (root is null)
        {
            yield break;
        }

        reader.Keys(root, ["rules"]);
        foreach (var map in reader.Maps(root, "rules"))
        {
            reader.Keys(map, StandingKeys);
            if (map["answers"] is null || map["effect"] is not ConfigNode.Scalar { Text: "allow" })
            {
                reader.Fault(map.Place, $"A rule in {Policy.StandingFile} allows, and answers asks. Every other rule stands in authority.yaml.");
            }

            yield return map;
        }
    }

    private PolicyRule Rule(ConfigNode.Map map, Dictionary<string, ConfigPlace> ids)
    {
        reader.Keys(map, Keys);
        var id = UniqueIds.Read(map, ids, reader);
        var said = EffectReader.Read(map, "effect", reader);
        var effect = said ?? Effect.Deny;
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
        else if (said is not null)
        {
            approvers.Refuse(map, "A rule that does not ask");
        }

        var (patterns, classes) = (Tools(map, effect), Effects(map));
        if (!patterns.IsEmpty && !classes.IsEmpty && !patterns.Any(p => p.Matches(ModelPrefix)) && !tools.Values.Any(t => t.Effect is { } effectOf && classes.Contains(effectOf) && patterns.Any(p => p.Matches(t.Name))))
        {
            reader.Warn(map["effects"]!.Place, "None of these tools is of these classes: both must match.");
        }

        var (retryAfter, tries) = said is null ? default : Deferral(map, effect);
        return _standing.Bind(map, new PolicyRule(id, effect, agents, patterns, conditions.Optional(map, "when"), reader.OptionalText(map, "reason"), who, map.Place)
        {
            Effects = classes,
            History = _histories.Optional(map),
            IsShadow = RuleMode.IsShadow(map, reader),
            Changes = said is null ? [] : _changes.Bind(map, effect),
            RetryAfter = retryAfter,
            Tries = tries,
            Advice = reader.OptionalText(map, "advice"),
            Obligations = said is null ? Obligations.None : _obligations.Bind(map, effect),
        });
    }

    private (TimeSpan RetryAfter, int Tries) Deferral(ConfigNode.Map map, Effect effect)
    {
        foreach (var key in effect == Effect.Defer ? [] : (string[])["retryAfter", "tries"])
        {
            if (map[key] is { } stray)
            {
                reader.Fault(stray.Place, $"'{key}' goes with the effect 'defer'.");
            }
        }

        return (reader.OptionalDuration(map, "retryAfter") ?? DefaultRetry, (int)Math.Min(1000, reader.OptionalWhole(map, "tries", 1) ?? DefaultTries));
    }

    private ImmutableArray<EffectClass> Effects(ConfigNode.Map map)
    {
        var names = Patterns(map, "effects");
        var classes = ImmutableArray.CreateBuilder<EffectClass>();
        foreach (var name in names)
        {
            if (EffectClassNames.Read(name.Text) is { } known)
            {
                classes.Add(known);
            }
            else
            {
                reader.Fault(name.Place, $"There is no class of effects '{name.Text}'. There are: {string.Join(", ", EffectClassNames.All)}.");
            }
        }

        return classes.ToImmutable();
    }

    private ImmutableArray<NamePattern> Tools(ConfigNode.Map map, Effect effect)
    {
        var patterns = Patterns(map, "tools");
        if (patterns.IsEmpty && map["effects"] is null)
        {
            reader.Fault((map["tools"] ?? map).Place, "'tools' must name at least one tool or pattern, or 'effects' a class of effects.");
        }

        foreach (var pattern in patterns)
        {
            if (pattern.Text.StartsWith(ModelPrefix, StringComparison.Ordinal))
            {
                if (effect is Effect.Ask or Effect.Transform or Effect.Defer)
                {
                    reader.Fault(pattern.Place, "Nobody can be asked about each call of a model, and none is changed or put off: a rule about models can only deny.");
                }
            }
            else if (pattern.IsName && tools.GetValueOrDefault(pattern.Text) is { IsOnlyNamed: true })
            {
                reader.Warn(pattern.Place, $"The tool '{pattern.Text}' stands neither in tools.yaml nor on an agent's list. Whether there is one its source knows; until it lists it, nothing is known of it here, and where it never does the rule is about nothing.");
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
        if (map[key] is ConfigNode.List { Items.IsEmpty: true } list)
        {
            reader.Fault(list.Place, $"'{key}' must not be empty.");
        }

        return NamePattern.ReadList(map, key, reader);
    }

    /// <summary>Faults that do not depend on the tool are reported once, and the rule is checked no further.</summary>
    private bool IsSound(PolicyRule rule, ConfigNode.Map map, WhenType lists)
    {
        if (rule.History is null && map["history"] is not null)
        {
            return false;
        }

        if (rule.When is null)
        {
            return map["when"] is null;
        }

        var faults = rule.When.Check(PolicyScope.Types(Anything, Anything, lists));
        conditions.Report(map.Place.File, faults);
        return faults.Count == 0;
    }

    /// <summary>A tool that a pattern or a class happens to match may lack what the condition reads or the rule changes, and is then not meant; a tool that is named may not.</summary>
    private bool Fits(PolicyRule rule, GovernedTool tool, ConfigNode.Map map, WhenType lists)
    {
        var isNamed = rule.Tools.Any(p => p.IsName && p.Matches(tool.Name));
        if (ChangeBinder.Misfit(rule.Changes, tool.Args) is { } misfit)
        {
            if (isNamed)
            {
                reader.Fault(misfit.Change.Place, $"{misfit.Why} (tool {tool.Name}).");
            }

            return false;
        }

        if (HistoryBinder.Lacking(rule.History, tool) is { } lacking)
        {
            if (isNamed)
            {
                reader.Fault(rule.Place, $"'history' compares {lacking}, which the tool {tool.Name} does not have.");
            }

            return false;
        }

        if (rule.When is null)
        {
            return true;
        }

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
        if (rule.History is not null)
        {
            if (named.Count > 0)
            {
                reader.Fault(named[0].Place, "What was called before is not looked at when a model is asked: a rule about models has no 'history'.");
            }

            return false;
        }

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
