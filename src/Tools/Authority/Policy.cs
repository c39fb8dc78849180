using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>
/// What <c>authority.yaml</c> says, ready to be asked. Deny beats ask beats allow, in any order; all matching asks must be satisfied; what no rule
/// mentions is denied. Immutable and pure: equal requests get equal decisions.
/// </summary>
internal sealed class Policy
{
    private const string File = "authority.yaml";
    private const string ModelPrefix = "model:";

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
        return new Policy(hash, rules, budgets, tests, ZoneOf(bundle));
    }

    /// <summary>Decides; never throws.</summary>
    public PolicyDecision Decide(AuthorityRequest request)
    {
        var facts = PolicyScope.Values(request, _lists);
        var isModel = request.ToolName.StartsWith(ModelPrefix, StringComparison.Ordinal);
        var rules = isModel ? _rulesOfModels : _rulesOfTool.GetValueOrDefault(request.ToolName, []);
        var trace = ImmutableArray.CreateBuilder<RuleTrace>();
        List<(PolicyRule Rule, RuleTrace Trace)> matched = [];
        foreach (var rule in rules)
        {
            if (!rule.IsFor(request.Agent) || (isModel && !rule.IsAbout(request.ToolName)))
            {
                continue;
            }

            var judged = rule.Judge(facts);
            trace.Add(judged);
            if (judged.IsMatch)
            {
                matched.Add((rule, judged));
            }
        }

        if (matched.Count == 0)
        {
            return isModel
                ? new PolicyDecision(Effect.Allow, [], "A model of company.yaml may be asked unless a rule denies it.", [], AskLadder.None, trace.DrainToImmutable())
                : new PolicyDecision(Effect.Deny, [], $"No rule allows {request.Agent} to call {request.ToolName} like this; what no rule mentions is denied.", [], AskLadder.None, trace.DrainToImmutable());
        }

        var effect = matched.Min(m => m.Rule.Effect);
        var deciding = matched.Where(m => m.Rule.Effect == effect).OrderBy(m => m.Rule.Id, StringComparer.Ordinal).ToList();
        var seats = effect == Effect.Ask ? Approvers.Together([.. deciding.Select(d => d.Rule.Approvers)]) : Approvers.None;
        var reason = string.Join(" ", deciding.Select(d => d.Trace.IsDoubtful ? $"{d.Rule.Words} ({d.Trace.Why})" : d.Rule.Words).Distinct());
        return new PolicyDecision(effect, [.. deciding.Select(d => d.Rule.Id)], reason, seats.Seats, seats.Ladder, trace.DrainToImmutable());
    }

    /// <summary>A zone that is missing or wrong is reported by whoever binds <c>company.yaml</c>.</summary>
    private static TimeZoneInfo ZoneOf(CompanyBundle bundle) =>
        bundle.Documents.TryGetValue("company.yaml", out var company)
        && company["timeZone"] is ConfigNode.Scalar { Text: var name }
        && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
            ? zone
            : TimeZoneInfo.Utc;
}
