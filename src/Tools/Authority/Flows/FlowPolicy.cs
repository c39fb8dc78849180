using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>
/// The <c>flows</c> of <c>authority.yaml</c>, ready to be asked. Deny beats ask, in any order. Besides them a value's own readers hold: nobody else may be told.
/// Immutable and pure.
/// </summary>
internal sealed class FlowPolicy
{
    private const string File = "authority.yaml";
    private const int MostNamed = 3;

    private FlowPolicy(ImmutableArray<FlowRule> rules, ImmutableArray<(string Name, string Value)> lists, ImmutableArray<(string Name, string Text)> texts) =>
        (Rules, Lists, Texts) = (rules, lists, texts);

    /// <summary>In the file's order.</summary>
    public ImmutableArray<FlowRule> Rules { get; }

    /// <summary>No flows at all.</summary>
    public static FlowPolicy None { get; } = new([], [], []);

    /// <summary>True when there is nothing to judge.</summary>
    public bool IsEmpty => Rules.IsEmpty;

    /// <summary>What the company lists in <c>lists</c>: the operator's own words.</summary>
    public ImmutableArray<(string Name, string Value)> Lists { get; }

    /// <summary>The prompts of agents and playbooks: the operator's own words too.</summary>
    public ImmutableArray<(string Name, string Text)> Texts { get; }

    /// <summary>Binds the flows. What is wrong goes to <paramref name="reader"/>.</summary>
    public static FlowPolicy Bind(CompanyBundle bundle, Catalog catalog, IDirectory directory, ConfigReader reader)
    {
        ImmutableArray<(string, string)> texts =
            [.. bundle.Pages.Where(p => p.Key.StartsWith("agents/", StringComparison.Ordinal) || p.Key.StartsWith("playbooks/", StringComparison.Ordinal)).Select(p => (p.Key, p.Value.Body))];
        if (!bundle.Documents.TryGetValue(File, out var root))
        {
            return new FlowPolicy([], [], texts);
        }

        var approvers = new ApproversBinder(directory, reader);
        var taken = Taken(root);
        var rules = reader.Maps(root, "flows").Select(map => Rule(map, catalog, approvers, taken, reader)).ToImmutableArray();
        foreach (var tool in catalog.Tools.Where(t => !t.Authority.Declared.IsEmpty && !rules.Any(r => r.IsAbout(FlowSink.Of(t.Info)))))
        {
            reader.Warn(root.Place, $"{tool.Name} has authorityArguments, but no flow is about it: nothing is asked of where they come from.");
        }

        return new FlowPolicy(rules, Listed(root), texts);
    }

    /// <summary>Judges what goes to a sink, and whether a task's grant lets it out of the company; never throws.</summary>
    public FlowDecision Judge(FlowSink sink, ImmutableArray<ArgumentLabel> arguments, Grant? grant)
    {
        var said = Judge(sink, arguments);
        if (!sink.IsOutward || said.Effect == Effect.Deny || grant is not { Releases: not null })
        {
            return said;
        }

        var outside = arguments.Where(a => !grant.Unreleasable([a.Label]).IsEmpty).ToList();
        return outside.Count == 0
            ? said
            : new FlowDecision(Effect.Deny, [], $"The task's grant does not let {string.Join(", ", grant.Unreleasable(outside.Select(a => a.Label)))} out of the company. {Named(outside)}", Approvers.None);
    }

    /// <summary>True where it matters what is confidential about data that goes to a sink: outside the company, and wherever a flow is about.</summary>
    public bool Minds(FlowSink sink) => sink.IsOutward || Rules.Any(r => r.IsAbout(sink));

    /// <summary>The flows that could be about what goes to a sink, for all that anybody knows of it, by id: those of which it is not known that they are not.</summary>
    /// <param name="sink">Where to.</param>
    /// <param name="unsaid">Arguments of which nobody said what they are.</param>
    public ImmutableArray<string> OpenTo(FlowSink sink, IReadOnlyCollection<ArgumentLabel> unsaid) =>
        [.. Rules.Where(r => r.IsAbout(sink) && unsaid.Any(a => a.IsAuthority || !r.IsAboutAuthority)).Select(r => r.Id).Order(StringComparer.Ordinal)];

    private FlowDecision Judge(FlowSink sink, ImmutableArray<ArgumentLabel> arguments)
    {
        var kept = arguments.Where(a => sink.IsOutward && !a.Label.MayReach(sink.Audience)).ToList();
        var denied = kept.Count > 0 ? ["readers"] : ImmutableArray<string>.Empty;
        var matched = Rules.Where(r => r.IsAbout(sink)).Select(r => (Rule: r, Arguments: arguments.Where(r.IsAbout).ToList())).Where(m => m.Arguments.Count > 0)
            .OrderBy(m => m.Rule.Id, StringComparer.Ordinal).ToList();
        if (matched.Count == 0 && kept.Count == 0)
        {
            return FlowDecision.Free;
        }

        var effect = kept.Count > 0 || matched.Any(m => m.Rule.Effect == Effect.Deny) ? Effect.Deny : Effect.Ask;
        var deciding = matched.Where(m => m.Rule.Effect == effect).ToList();
        var reasons = deciding.Select(m => $"{m.Rule.Reason ?? $"Flow '{m.Rule.Id}' is about it."} {Named(m.Arguments)}")
            .Concat(kept.Count > 0 ? [$"Only {string.Join(", ", kept[0].Label.Readers!)} may read it. {Named(kept)}"] : []);
        return new FlowDecision(
            effect,
            [.. deciding.Select(m => m.Rule.Id), .. denied],
            string.Join(" ", reasons),
            effect == Effect.Ask ? Approvers.Together([.. deciding.Select(m => m.Rule.Approvers)]) : Approvers.None);
    }

    private static string Named(List<ArgumentLabel> arguments) =>
        string.Join("; ", arguments.Take(MostNamed).Select(a => a.Words)) + (arguments.Count > MostNamed ? $"; and {arguments.Count - MostNamed} more." : ".");

    private static FlowRule Rule(ConfigNode.Map map, Catalog catalog, ApproversBinder approvers, Dictionary<string, ConfigPlace> taken, ConfigReader reader)
    {
        reader.Keys(map, ["id", "effect", "labels", "arguments", "to", "approvers", "reason"]);
        var id = UniqueIds.Read(map, taken, reader);
        var written = reader.Text(map, "effect");
        if (written is not ("deny" or "ask"))
        {
            reader.Fault(map["effect"]?.Place ?? map.Place, "The effect of a flow is deny or ask: what no flow is about may go where it likes.");
        }

        var who = Approvers.None;
        if (written == "ask")
        {
            who = approvers.Required(map, "A flow with the effect 'ask'");
        }
        else
        {
            approvers.Refuse(map, "A flow that does not ask");
        }

        var labels = reader.Texts(map, "labels");
        if (labels.IsEmpty)
        {
            reader.Fault((map["labels"] ?? map).Place, "'labels' must name at least one label.");
        }

        var arguments = reader.OptionalText(map, "arguments") ?? "all";
        if (arguments is not ("all" or "authority"))
        {
            reader.Fault(map["arguments"]!.Place, "'arguments' is all (the default) or authority.");
        }

        return new FlowRule(
            id,
            written == "ask" ? Effect.Ask : Effect.Deny,
            ImmutableSortedSet.CreateRange(StringComparer.Ordinal, labels),
            arguments == "authority",
            To(map, catalog, written == "ask", reader),
            who,
            reader.OptionalText(map, "reason"));
    }

    private static ImmutableArray<NamePattern> To(ConfigNode.Map map, Catalog catalog, bool asks, ConfigReader reader)
    {
        ImmutableArray<NamePattern> patterns = map["to"] switch
        {
            ConfigNode.List => NamePattern.ReadList(map, "to", reader),
            { } node => [new NamePattern(reader.Text(map, "to"), node.Place)],
            null => [],
        };
        if (patterns.IsEmpty)
        {
            reader.Fault((map["to"] ?? map).Place, "'to' says where: openWorld, an effect class, or a tool or pattern.");
        }

        foreach (var pattern in patterns.Where(p => p.Text != FlowRule.OpenWorld && EffectClassNames.Read(p.Text) is null))
        {
            if (pattern.Text.StartsWith("model:", StringComparison.Ordinal))
            {
                if (asks)
                {
                    reader.Fault(pattern.Place, "Nobody can be asked about each call of a model: a flow to models can only deny.");
                }
            }
            else if (pattern.IsName && !catalog.MayHave(pattern.Text))
            {
                reader.Fault(pattern.Place, $"'{pattern.Text}' is neither openWorld nor an effect class nor a tool.");
            }
        }

        return patterns;
    }

    private static Dictionary<string, ConfigPlace> Taken(ConfigNode.Map root)
    {
        var taken = new Dictionary<string, ConfigPlace>(StringComparer.Ordinal);
        foreach (var key in new[] { "rules", "budgets" })
        {
            foreach (var item in (root[key] as ConfigNode.List)?.Items.OfType<ConfigNode.Map>() ?? [])
            {
                if (item["id"] is ConfigNode.Scalar { IsNull: false } id)
                {
                    taken.TryAdd(id.Text, id.Place);
                }
            }
        }

        return taken;
    }

    private static ImmutableArray<(string Name, string Value)> Listed(ConfigNode.Map root) =>
    [
        .. from entry in (root["lists"] as ConfigNode.Map)?.Entries ?? []
           from item in (entry.Value as ConfigNode.List)?.Items ?? []
           where item is ConfigNode.Scalar { IsNull: false }
           select (entry.Key, ((ConfigNode.Scalar)item).Text),
    ];
}
