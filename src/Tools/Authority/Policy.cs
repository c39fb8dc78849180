using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
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

    /// <summary>Rules that were drafted from approvals, in a file of their own: no program rewrites what people wrote.</summary>
    public const string StandingFile = "standing.yaml";

    internal const string ModelPrefix = "model:";

    private readonly RuleSet _none;
    private readonly RuleSet _ofModels;
    private readonly FrozenDictionary<string, RuleSet> _ofTool;
    private readonly ConditionalWeakTable<GovernedTool, RuleSet> _ofFoundOut = [];
    private readonly WhenRecord _lists;

    private Policy(string hash, PolicyRules rules, ImmutableArray<Budget> budgets, ImmutableArray<PolicyTest> tests, TimeZoneInfo zone)
    {
        (Hash, _lists, Budgets, Tests, Zone) = (hash, rules.Lists, budgets, tests, zone);
        (_none, _ofModels) = (new RuleSet([], rules.Lists), new RuleSet(rules.OfModels, rules.Lists));
        _ofTool = rules.OfTool.ToFrozenDictionary(t => t.Key, t => new RuleSet(t.Value, rules.Lists), StringComparer.Ordinal);
    }

    /// <summary>SHA-256 of the file, hex.</summary>
    public string Hash { get; }

    /// <summary>In the file's order.</summary>
    public ImmutableArray<Budget> Budgets { get; }

    /// <summary>In the file's order.</summary>
    public ImmutableArray<PolicyTest> Tests { get; }

    /// <summary>The company's: calendar days of budgets are days there.</summary>
    public TimeZoneInfo Zone { get; }

    /// <summary>The company's, in which amounts of money are.</summary>
    public string Currency { get; private init; } = string.Empty;

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
        reader.Keys(root, ["version", "lists", "rules", "flows", "budgets", "tests", "approvals"]);
        if (reader.OptionalWhole(root, "version", 1) != 1)
        {
            reader.Fault((root["version"] ?? root).Place, "'version' must be 1.");
        }

        var conditions = new ConditionReader(text, reader);
        var approvers = new ApproversBinder(directory, reader);
        var ids = new Dictionary<string, ConfigPlace>(StringComparer.Ordinal);
        var rules = new RuleBinder(byName, directory, conditions, approvers, reader).Bind(root, bundle.Documents.GetValueOrDefault(StandingFile), ids);
        var budgets = new BudgetBinder(byName, conditions, approvers, reader).Bind(root, ids);
        var tests = new PolicyTestBinder(byName, reader).Bind(root);
        var standing = bundle.Texts.GetValueOrDefault(StandingFile);
        var hash = standing is null ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text ?? bundle.Hash))) : CanonicalJson.Digest(text ?? bundle.Hash, standing);
        return new Policy(hash, rules, budgets, tests, ZoneOf(bundle)) { Rules = rules.All, Currency = Setting(bundle, "currency") ?? "money", ApprovalLimits = ApprovalLimits.Read(root, reader) };
    }

    /// <summary>The tools that the files name outright, wherever they do: one that its source has is what they say it is, whether or not <c>tools.yaml</c> or an agent lists it.</summary>
    public static IEnumerable<string> ToolsNamed(CompanyBundle bundle) =>
        new[] { File, StandingFile }.SelectMany(f => bundle.Documents.TryGetValue(f, out var root) ? ToolsNamed(root) : []).Where(t => !t.Contains('*', StringComparison.Ordinal));

    private static IEnumerable<string> ToolsNamed(ConfigNode node) => node switch
    {
        ConfigNode.Map map => map.Entries.SelectMany(e => (e.Key, e.Value) switch
        {
            ("tool", ConfigNode.Scalar { IsNull: false, Text: var name }) => [name],
            ("tools", ConfigNode.List list) => list.Items.OfType<ConfigNode.Scalar>().Where(i => !i.IsNull).Select(i => i.Text),
            _ => ToolsNamed(e.Value),
        }),
        ConfigNode.List list => list.Items.SelectMany(ToolsNamed),
        _ => [],
    };

    /// <summary>
    /// Decides; never throws. Deny beats defer beats ask beats transform beats allow, in any order of the rules. A transform permits nothing: with
    /// <see cref="PolicyDecision.Args"/> set, the changed call goes to <see cref="DecideAnew"/> before anything is made of it.
    /// </summary>
    /// <param name="request">What is asked.</param>
    /// <param name="permits">By whose permits, where that is another policy than this one: <see cref="MatchedRules.With"/>. Null for this one's.</param>
    public PolicyDecision Decide(AuthorityRequest request, Policy? permits = null)
    {
        var isModel = IsModel(request.ToolName);
        var matched = Match(request);
        if (permits?.Match(request) is { } then)
        {
            // An ask lets a call through once people agree, so a new one is no permit either: where the permits say no, it makes no question of it.
            matched = RuleCombiner.Combine(then.Counting, then.Answered, request, isModel, then.Trace).Effect == Effect.Deny ? then.Against(matched) : then.With(matched);
        }

        var decision = RuleCombiner.Combine(matched.Counting, matched.Answered, request, isModel, matched.Trace);
        if (matched.Answered.Count > 0)
        {
            decision = decision with { Uses = [.. matched.Used.Select(r => Use(r, matched))] };
        }

        return matched.Shadow is not { } shadow
            ? decision
            : decision with
            {
                Shadow = new ShadowVerdict(
                    RuleCombiner.Combine([.. matched.Counting, .. shadow], matched.Answered, request, isModel, matched.Trace).Effect,
                    [.. shadow.Select(m => m.Rule.Id).Order(StringComparer.Ordinal)]),
            };
    }

    /// <summary>
    /// Decides on a call that transforms have changed. Asks about what was wanted still ask, about what is left of it. Rules that would go on changing it are
    /// a no: what is made must be what all of them agree to.
    /// </summary>
    /// <param name="first">What was decided about the call as it was wanted; its <see cref="PolicyDecision.Args"/> are the arguments of <paramref name="changed"/>.</param>
    /// <param name="changed">The call as changed, with its own facts.</param>
    /// <param name="permits">By whose permits; null for this one's.</param>
    public PolicyDecision DecideAnew(PolicyDecision first, AuthorityRequest changed, Policy? permits = null)
    {
        var second = Decide(changed, permits);
        return RuleCombiner.Together(first, second);
    }

    /// <summary>The rules that match, before anything is made of them.</summary>
    private MatchedRules Match(AuthorityRequest request)
    {
        var facts = PolicyScope.Values(request, _lists);
        var rules = request.FoundOut is { } tool && !IsModel(request.ToolName) ? SetOf(tool) : SetOf(request.ToolName);
        var trace = PolicyTrace.Of(rules.All, facts, request);
        var matched = Matching(rules.Denies, facts, request) ?? [];

        // Nothing lifts a deny, and what is denied owes only what the denies want: of the other rules only those in shadow have something to say.
        if (matched.Count == 0)
        {
            matched = Matching(rules.Others, facts, request) ?? matched;
        }

        var shadow = Matching(rules.Shadows, facts, request);
        var hasAnswers = matched.Exists(m => !m.Rule.Answers.IsEmpty);
        IReadOnlyList<(PolicyRule Rule, RuleTrace Trace)> answered = hasAnswers ? [.. matched.Where(m => m.Rule.Effect == Effect.Ask && matched.Exists(a => a.Rule.Answers.Contains(m.Rule.Id)))] : [];
        return new MatchedRules(answered.Count == 0 ? matched : [.. matched.Except(answered)], answered, shadow, trace);
    }

    /// <summary>Those that match, in the file's order; null when none does.</summary>
    private static List<(PolicyRule Rule, RuleTrace Trace)>? Matching(RuleIndex rules, WhenFacts facts, AuthorityRequest request)
    {
        List<(PolicyRule Rule, RuleTrace Trace)>? matched = null;
        foreach (var rule in rules.Near(facts))
        {
            if (rule.Concerns(request) && rule.Matching(facts, request) is { } found)
            {
                (matched ??= []).Add((rule, found));
            }
        }

        return matched;
    }

    /// <summary>A standing rule that may be used only so often counts like a budget, which asks those whom it stands in for when it is used up.</summary>
    private static Budget Use(PolicyRule rule, MatchedRules matched) => new(
        rule.Id,
        BudgetScope.Company,
        new BudgetPeriod.Always(),
        null,
        new Amounts(ToolCalls: rule.Uses),
        Effect.Ask,
        Approvers.Together([.. matched.Answered.Where(a => rule.Answers.Contains(a.Rule.Id)).Select(a => a.Rule.Approvers)]),
        Budget.UsualWarning,
        null);

    private static bool IsModel(string tool) => tool.StartsWith(ModelPrefix, StringComparison.Ordinal);

    /// <summary>Every rule, in the file's order.</summary>
    public ImmutableArray<PolicyRule> Rules { get; private init; } = [];

    /// <summary>How much one person may decide.</summary>
    public ApprovalLimits ApprovalLimits { get; private init; } = ApprovalLimits.None;

    /// <summary>What <c>lists</c> is to a condition.</summary>
    public WhenRecord Lists => _lists;

    /// <summary>Whether a rule about a tool asks what happened before.</summary>
    public bool LooksBack(string tool) => SetOf(tool).LooksBack;

    /// <summary>The same of a tool of the catalogue.</summary>
    public bool LooksBack(Tool tool) => (tool.IsFoundOut ? SetOf(tool.Governed) : SetOf(tool.Name)).LooksBack;

    /// <summary>
    /// The rules that can match a tool that was found out after they were bound, in the file's order. One that names it counts, whatever it reads; one whose pattern or
    /// class happens to match does not where the tool lacks what it reads.
    /// </summary>
    private RuleSet SetOf(GovernedTool tool) => _ofFoundOut.GetValue(
        tool, found => new RuleSet([.. Rules.Where(r => r.IsAbout(found.Name, found.Effect) && (IsNamed(r, found) || Has(found, r)))], _lists));

    /// <summary>The rules that can match a tool, or <c>model:NAME</c>, in the file's order; none for a tool that is not known.</summary>
    public ImmutableArray<PolicyRule> RulesOf(string tool) => SetOf(tool).All;

    /// <summary>The same of a tool that was found out after they were bound.</summary>
    public ImmutableArray<PolicyRule> RulesOf(GovernedTool foundOut) => SetOf(foundOut).All;

    private RuleSet SetOf(string tool) => IsModel(tool) ? _ofModels : _ofTool.GetValueOrDefault(tool, _none);

    private static bool IsNamed(PolicyRule rule, GovernedTool tool) => rule.Tools.Any(p => p.IsName && p.Matches(tool.Name));

    private static bool Has(GovernedTool tool, PolicyRule rule) =>
        (rule.When is null || PolicyScope.Lacking(rule.When.FieldsRead(), tool.Args, tool.Facts) is null)
        && HistoryBinder.Lacking(rule.History, tool) is null && ChangeBinder.Misfit(rule.Changes, tool.Args) is null;

    /// <summary>A zone, or a currency, that is missing or wrong is reported by whoever binds <c>company.yaml</c>.</summary>
    private static TimeZoneInfo ZoneOf(CompanyBundle bundle) =>
        Setting(bundle, "timeZone") is { } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : TimeZoneInfo.Utc;

    private static string? Setting(CompanyBundle bundle, string key) =>
        bundle.Documents.TryGetValue("company.yaml", out var company) && company[key] is ConfigNode.Scalar { Text: var text } ? text : null;
}
