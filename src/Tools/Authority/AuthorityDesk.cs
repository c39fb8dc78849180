using System.Collections.Frozen;
using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Answers people who want to know what authority would say. Nothing is called and nothing is recorded.</summary>
public sealed class AuthorityDesk
{
    private readonly Policy _policy;
    private readonly FrozenDictionary<string, GovernedTool> _tools;
    private readonly FactsProvider _facts;
    private readonly TimeProvider _time;

    internal AuthorityDesk(Policy policy, IReadOnlyCollection<GovernedTool> tools, FactsProvider facts, TimeProvider time) =>
        (_policy, _tools, _facts, _time) = (policy, tools.ToFrozenDictionary(t => t.Name, StringComparer.Ordinal), facts, time);

    /// <summary>Runs the tests of <c>authority.yaml</c>, in its order.</summary>
    public ImmutableArray<PolicyTestResult> RunTests() => [.. _policy.Tests.Select(Run)];

    /// <summary>What would be said of a call now. Facts come from the world as it is; budgets are not looked at.</summary>
    /// <param name="agent">Who would call.</param>
    /// <param name="tool">What.</param>
    /// <param name="args">With which arguments, an object.</param>
    /// <param name="cancellationToken">Stops waiting for facts.</param>
    public async Task<AuthorityAnswer> CheckAsync(string agent, string tool, JsonText args, CancellationToken cancellationToken)
    {
        if (!_tools.TryGetValue(tool, out var known))
        {
            return new AuthorityAnswer(Effect.Deny, [], JsonText.EmptyObject, $"There is no tool '{tool}'.", []);
        }

        JsonText facts;
        try
        {
            facts = await _facts(tool, args, cancellationToken);
        }
        catch (InvalidOperationException failure)
        {
            return new AuthorityAnswer(Effect.Deny, [], JsonText.EmptyObject, failure.Message, []);
        }

        var decision = Decide(known, agent, args, facts);
        return new AuthorityAnswer(decision.Effect, decision.Rules, facts, decision.Reason, decision.Trace) { Seats = decision.Seats };
    }

    private PolicyTestResult Run(PolicyTest test)
    {
        var decision = Decide(_tools[test.Tool], test.Agent, test.Args, test.Facts);
        return new PolicyTestResult(test.Name, test.Expected, decision.Effect, decision.Rules, decision.Reason, test.Place);
    }

    private PolicyDecision Decide(GovernedTool tool, string agent, JsonText args, JsonText facts) => _policy.Decide(new AuthorityRequest(
        tool.Name, tool.Traits, agent, WhenValue.FromJson(args.ToElement()), FactsReading.Read(tool.Facts, facts), null, null, null, _time.GetUtcNow()));
}
