using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>
/// What <c>authority.yaml</c> says, ready to be asked. Deny beats defer beats ask beats transform beats allow, in any order; all matching asks must be
/// satisfied and all matching transforms made; what no rule mentions is denied. Immutable and pure: equal requests get equal decisions.
/// </summary>
internal sealed class Policy
{
    private const string File = "authority.yaml";
    internal const string ModelPrefix = "model:";

    private readonly ImmutableArray<PolicyRule> _rulesOfModels;
    private readonly FrozenDictionary<string, ImmutableArray<PolicyRule>> _rulesOfTool;
    private readonly WhenRecord _lists;

    private Policy(string hash, PolicyRules rules, ImmutableArray<Budget> budgets, ImmutableArray<PolicyTest> tests, TimeZoneInfo zone) =>
        (Hash, _rulesOfModels, _rulesOfTool, _lists, Budgets, Tests, Zone) = (hash, rules.OfModels, rules.OfTool, rules.Lists, budgets, tests, zone);

    /// <summary>SHA-256 of the file, hex.</summary>
    public string Hash { get; }

    /// <summary>In the file's order.</summary>
    public ImmutableArray<Budget> Budgets { get; }

    /// <summary>In the file's order.</summary>
    public ImmutableArray<PolicyTest> Tests { get; }

    /// <summary>The company's: calendar days of budgets are days there.</summary>
    public TimeZoneInfo Zone { get; }

    /// <summary>Binds the file. What is wrong goes to <paramref name="reader"/>; a policy with faults must not be used.</summary>
    /// <param name="bundle">The company's files.</param>
    /// <param name="tools">Every tool that rules may be about.</param>
    /// <param name="directory">Who holds which role.</param>
    /// <param name="reader">Collects the faults.</param>
    public static Policy Bind(CompanyBundle bundle, IReadOnlyCollection<GovernedTool> tools, IDirectory directory, ConfigReader reader)
    {
        if (!bundle.Documents.TryGetValue(File, out var root))
        {
            root = new ConfigNode.Map(new ConfigPlace(File, 1, 1), [new ConfigEntry("version", new ConfigPlace(File, 1, 1), new ConfigNode.Scalar(new ConfigPlace(File, 1, 1), "1", false))]);
            reader.Warn(root.Place, "There is no authority.yaml: every tool call is denied.");
        }

        var text = bundle.Texts.GetValueOrDefault(File);
        var byName = tools.ToFrozenDictionary(t => t.Name, StringComparer.Ordinal);
        reader.Keys(root, ["version", "lists", "rules", "flows", "budgets", "tests"]);
        if (reader.OptionalWhole(root, "version", 1) != 1)
        {
            reader.Fault((root["version"] ?? root).Place, "'version' must be 1.");
        }

        var conditions = new ConditionReader(text, reader);
        var approvers = new ApproversBinder(directory, reader);
        var ids = new Dictionary<string, ConfigPlace>(StringComparer.Ordinal);
        var rules = new RuleBinder(byName, directory, conditions, approvers, reader).Bind(root, ids);
        var budgets = new BudgetBinder(byName, conditions, approvers, reader).Bind(root, ids);
        var tests = new PolicyTestBinder(byName, reader).Bind(root);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text ?? bundle.Hash)));
        return new Policy(hash, rules, budgets, tests, ZoneOf(bundle)) { Rules = rules.All };
    }

    /// <summary>
    /// Decides; never throws. Deny beats defer beats ask beats transform beats allow, in any order of the rules. A transform permits nothing: with
    /// <see cref="PolicyDecision.Args"/> set, the changed call goes to <see cref="DecideAnew"/> before anything is made of it.
    /// </summary>
    public PolicyDecision Decide(AuthorityRequest request)
    {
        var facts = PolicyScope.Values(request, _lists);
        var isModel = request.ToolName.StartsWith(ModelPrefix, StringComparison.Ordinal);
        var rules = isModel ? _rulesOfModels : _rulesOfTool.GetValueOrDefault(request.ToolName, []);
        var trace = new PolicyTrace(rules, facts, request);
        List<(PolicyRule Rule, RuleTrace Trace)> matched = [];
        foreach (var rule in rules)
        {
            if (rule.Effect == Effect.Deny && !rule.IsShadow && rule.Concerns(request) && rule.Matching(facts, request) is { } found)
            {
                matched.Add((rule, found));
            }
        }

        // Nothing lifts a deny, and what is denied owes only what the denies want: of the other rules only those in shadow have something to say.
        var isDenied = matched.Count > 0;
        List<(PolicyRule Rule, RuleTrace Trace)>? shadow = null;
        foreach (var rule in rules)
        {
            if ((rule.IsShadow || (!isDenied && rule.Effect != Effect.Deny)) && rule.Concerns(request) && rule.Matching(facts, request) is { } found)
            {
                (rule.IsShadow ? shadow ??= [] : matched).Add((rule, found));
            }
        }

        var decision = RuleCombiner.Combine(matched, request, isModel, trace);
        return shadow is null
            ? decision
            : decision with
            {
                Shadow = new ShadowVerdict(
                    RuleCombiner.Combine([.. matched, .. shadow], request, isModel, trace).Effect, [.. shadow.Select(m => m.Rule.Id).Order(StringComparer.Ordinal)]),
            };
    }

    /// <summary>
    /// Decides on a call that transforms have changed. Asks about what was wanted still ask, about what is left of it. Rules that would go on changing it are
    /// a no: what is made must be what all of them agree to.
    /// </summary>
    /// <param name="first">What was decided about the call as it was wanted; its <see cref="PolicyDecision.Args"/> are the arguments of <paramref name="changed"/>.</param>
    /// <param name="changed">The call as changed, with its own facts.</param>
    public PolicyDecision DecideAnew(PolicyDecision first, AuthorityRequest changed)
    {
        var second = Decide(changed);
        return RuleCombiner.Together(first, second);
    }

    /// <summary>Every rule, in the file's order.</summary>
    public ImmutableArray<PolicyRule> Rules { get; private init; } = [];

    /// <summary>What <c>lists</c> is to a condition.</summary>
    public WhenRecord Lists => _lists;

    /// <summary>Whether a rule about a tool asks what happened before.</summary>
    public bool LooksBack(string tool) => RulesOf(tool).Any(r => r.History is not null);

    /// <summary>The rules that can match a tool, or <c>model:NAME</c>, in the file's order; none for a tool that is not known.</summary>
    public ImmutableArray<PolicyRule> RulesOf(string tool) =>
        tool.StartsWith(ModelPrefix, StringComparison.Ordinal) ? _rulesOfModels : _rulesOfTool.GetValueOrDefault(tool, []);

    /// <summary>A zone that is missing or wrong is reported by whoever binds <c>company.yaml</c>.</summary>
    private static TimeZoneInfo ZoneOf(CompanyBundle bundle) =>
        bundle.Documents.TryGetValue("company.yaml", out var company)
        && company["timeZone"] is ConfigNode.Scalar { Text: var name }
        && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
            ? zone
            : TimeZoneInfo.Utc;
}
