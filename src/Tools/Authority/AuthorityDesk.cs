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
    private readonly Catalog? _catalog;

    internal AuthorityDesk(Policy policy, IReadOnlyCollection<GovernedTool> tools, FactsProvider facts, TimeProvider time, Catalog? catalog = null) =>
        (_policy, _tools, _facts, _time, _catalog) = (policy, tools.ToFrozenDictionary(t => t.Name, StringComparer.Ordinal), facts, time, catalog);

    /// <summary>Whether rules about a tool ask what was called before: then nothing can be said outside a workflow.</summary>
    public bool LooksBack(string tool) => _policy.LooksBack(tool);

    /// <summary>Runs the tests of <c>authority.yaml</c>, in its order.</summary>
    public ImmutableArray<PolicyTestResult> RunTests() => [.. _policy.Tests.Select(Run)];

    /// <summary>What those tests show of the rules.</summary>
    public PolicyCoverage Coverage() => CoverageReader.Read(_policy, [.. _policy.Tests.Select(t => (t, Decide(t)))]);

    /// <summary>What would be said of a call now. Facts come from the world as it is; budgets are not looked at.</summary>
    /// <param name="agent">Who would call.</param>
    /// <param name="tool">What.</param>
    /// <param name="args">With which arguments, an object.</param>
    /// <param name="cancellationToken">Stops waiting for facts.</param>
    public async Task<AuthorityAnswer> CheckAsync(string agent, string tool, JsonText args, CancellationToken cancellationToken)
    {
        var foundOut = _catalog?.Find(tool) is { IsFoundOut: true } found ? found.Governed : null;
        if (foundOut is null && _catalog?.WhyNot(tool) is { } whyNot)
        {
            return new AuthorityAnswer(Effect.Deny, [], JsonText.EmptyObject, whyNot, []);
        }

        if ((foundOut ?? _tools.GetValueOrDefault(tool)) is not { } known)
        {
            return new AuthorityAnswer(Effect.Deny, [], JsonText.EmptyObject, $"There is no tool '{tool}'.", []);
        }

        try
        {
            var facts = await _facts(tool, args, cancellationToken);
            var first = Ask(known, agent, args, facts, _time.GetUtcNow());
            if (first.Decision.Args is not { } changed)
            {
                return Answer(first, facts);
            }

            var anew = await _facts(tool, changed, cancellationToken);
            return Answer(AskAnew(first.Decision, known, agent, changed, anew, first.Request.Now), anew);
        }
        catch (InvalidOperationException failure)
        {
            return new AuthorityAnswer(Effect.Deny, [], JsonText.EmptyObject, failure.Message, []);
        }
    }

    private AuthorityAnswer Answer((PolicyDecision Decision, AuthorityRequest Request) asked, JsonText facts)
    {
        var decision = asked.Decision;
        return new AuthorityAnswer(decision.Effect, decision.Rules, facts, decision.Reason, decision.Trace)
        {
            Seats = decision.Seats,
            Changes = decision.Changes,
            Args = decision.Args,
            RetryAfter = decision.Effect == Effect.Defer ? decision.RetryAfter : null,
            Obligations = decision.Obligations,
            Advice = decision.Advice,
            Shadow = decision.Shadow,
            PolicyHash = _policy.Hash,
            Request = asked.Request.Digest(),
        };
    }

    /// <summary>A test says its facts once: they are the facts of what is wanted and of what rules make of it.</summary>
    private PolicyTestResult Run(PolicyTest test)
    {
        var decision = Decide(test);
        return new PolicyTestResult(test.Name, test.Expected, decision.Effect, decision.Rules, decision.Reason, test.Place);
    }

    private PolicyDecision Decide(PolicyTest test)
    {
        var (tool, now) = (_tools[test.Tool], _time.GetUtcNow());
        var past = CallHistory.Of([.. test.Past.Select(p => Made(p, now))]);
        var decision = _policy.Decide(Request(tool, test.Agent, test.Args, test.Facts, now) with { History = past });
        if (decision.Args is { } changed)
        {
            decision = _policy.DecideAnew(decision, Request(tool, test.Agent, changed, test.Facts, now) with { History = past });
        }

        return decision;
    }

    private PastCall Made(PolicyTestPast past, DateTimeOffset now) => new(
        default,
        past.Tool,
        past.Agent,
        WhenValue.FromJson(past.Args.ToElement()),
        _tools.TryGetValue(past.Tool, out var tool) ? FactsReading.Read(tool.Facts, past.Facts) : WhenValue.FromJson(past.Facts.ToElement()),
        now - past.Ago);

    private (PolicyDecision Decision, AuthorityRequest Request) Ask(GovernedTool tool, string agent, JsonText args, JsonText facts, DateTimeOffset now)
    {
        var request = Request(tool, agent, args, facts, now);
        return (_policy.Decide(request), request);
    }

    private (PolicyDecision Decision, AuthorityRequest Request) AskAnew(
        PolicyDecision first, GovernedTool tool, string agent, JsonText args, JsonText facts, DateTimeOffset now)
    {
        var request = Request(tool, agent, args, facts, now);
        return (_policy.DecideAnew(first, request), request);
    }

    private AuthorityRequest Request(GovernedTool tool, string agent, JsonText args, JsonText facts, DateTimeOffset now) => new(
        tool.Name, tool.Traits, agent, WhenValue.FromJson(args.ToElement()), FactsReading.Read(tool.Facts, facts), null, null, null, now)
    {
        ArgsJson = args,
        FoundOut = _tools.GetValueOrDefault(tool.Name) == tool ? null : tool,
    };
}
