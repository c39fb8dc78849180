using System.Collections.Frozen;
using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Answers people who want to know what authority would say. Nothing is called and nothing is recorded.</summary>
public sealed class AuthorityDesk
{
    private readonly Policy _policy;
    private readonly FlowPolicy _flows;
    private readonly Catalog _catalog;
    private readonly FrozenDictionary<string, GovernedTool> _tools;
    private readonly FactsProvider _facts;
    private readonly TimeProvider _time;
    private readonly StopList? _stops;
    private readonly IDirectory? _directory;

    internal AuthorityDesk(
        Policy policy, FlowPolicy flows, Catalog catalog, IReadOnlyCollection<GovernedTool> tools, FactsProvider facts, TimeProvider time, StopList? stops = null, IDirectory? directory = null) =>
        (_policy, _flows, _catalog, _tools, _facts, _time, _stops, _directory) = (policy, flows, catalog, tools.ToFrozenDictionary(t => t.Name, StringComparer.Ordinal), facts, time, stops, directory);

    /// <summary>Whether rules about a tool ask what was called before: then nothing can be said outside a workflow.</summary>
    public bool LooksBack(string tool) => _policy.LooksBack(tool);

    /// <summary>Runs the tests of <c>authority.yaml</c>, in its order.</summary>
    public ImmutableArray<PolicyTestResult> RunTests() => [.. _policy.Tests.Select(Run)];

    /// <summary>What those tests show of the rules.</summary>
    public PolicyCoverage Coverage() => CoverageReader.Read(_policy, [.. _policy.Tests.Select(t => (t, Decide(t)))]);

    /// <summary>
    /// What would be said of a call now, by what somebody has stopped, rules, flows and the tool's precondition. Facts come from the world as it is; budgets are not looked
    /// at, nor what a task's grant covers. Of a call that is stopped the rules' say stands in the trace all the same.
    /// </summary>
    /// <param name="agent">Who would call.</param>
    /// <param name="tool">What.</param>
    /// <param name="args">With which arguments, an object.</param>
    /// <param name="labels">What they are said to be made of; null when nobody says: then the flows are left open.</param>
    /// <param name="cancellationToken">Stops waiting for facts.</param>
    public async Task<AuthorityAnswer> CheckAsync(string agent, string tool, JsonText args, ToldLabels? labels, CancellationToken cancellationToken)
    {
        var foundOut = _catalog.Find(tool) is { IsFoundOut: true } found ? found.Governed : null;
        if (foundOut is null && _catalog.WhyNot(tool) is { } whyNot)
        {
            return new AuthorityAnswer(Effect.Deny, [], JsonText.EmptyObject, whyNot, []);
        }

        if ((foundOut ?? _tools.GetValueOrDefault(tool)) is not { } known)
        {
            return new AuthorityAnswer(Effect.Deny, [], JsonText.EmptyObject, $"There is no tool '{tool}'.", []);
        }

        try
        {
            var now = _time.GetUtcNow();
            var facts = await _facts(tool, args, cancellationToken);
            var request = Request(known, agent, args, facts, labels, now);
            var decision = _policy.Decide(request);
            if (decision.Args is { } changed)
            {
                (args, facts) = (changed, await _facts(tool, changed, cancellationToken));
                request = Request(known, agent, args, facts, labels, now);
                decision = _policy.DecideAnew(decision, request);
            }

            var answer = Answer(decision, request, facts, Join(known, decision, args, labels)) with { OpenFlows = Open(known, args, labels) };
            return _stops?.WhyNot(tool, agent) is { } stop ? Denied(answer, stop)
                : answer.Effect is Effect.Deny or Effect.Defer ? answer
                : Noted(await ConditionedAsync(answer, tool, args, cancellationToken), agent, tool);
        }
        catch (Exception failure) when (failure is InvalidOperationException or FactException)
        {
            // The gate looks at stops first, and says nothing of the arguments of what is stopped.
            return new AuthorityAnswer(Effect.Deny, [], JsonText.EmptyObject, _stops?.WhyNot(tool, agent) ?? failure.Message, []);
        }
    }

    /// <summary>Rules are asked of any name. That the agent could not make the call at all is said beside, so that a name that is mistyped is seen.</summary>
    private AuthorityAnswer Noted(AuthorityAnswer answer, string agent, string tool) =>
        answer.Effect == Effect.Deny || _directory is null || agent == Actor.System.Value || _directory.Agent(agent)?.Tools.Contains(tool) == true ? answer
        : answer with { Reason = $"{answer.Reason} {(_directory.Agent(agent) is null ? $"There is no agent '{agent}' here, though" : $"The agent '{agent}' does not have {tool}, though")}: the gate would refuse the call before it asks rules." };

    /// <summary>What the tool needs is asked last, as the gate does.</summary>
    private async Task<AuthorityAnswer> ConditionedAsync(AuthorityAnswer answer, string tool, JsonText args, CancellationToken cancellationToken) =>
        _catalog.Find(tool) is { Precondition: { } condition } known && !await FactReader.HoldsAsync(known, condition, args.ToElement(), _time, cancellationToken)
            ? Denied(answer, condition.Words)
            : answer;

    /// <summary>It gets no further, whatever rules say of it: nothing of what they would do about it holds.</summary>
    private static AuthorityAnswer Denied(AuthorityAnswer answer, string reason) =>
        answer with { Effect = Effect.Deny, Rules = [], Reason = reason, Seats = [], RetryAfter = null, Obligations = Obligations.None };

    private JoinedVerdict Join(GovernedTool tool, PolicyDecision decision, JsonText args, ToldLabels? labels) =>
        JoinedVerdict.Of(
            decision,
            labels is not null && _catalog.Find(tool.Name) is { } known ? _flows.Judge(FlowSink.Of(known.Info), labels.LabelsOf(args.ToElement(), known.Authority), grant: null) : FlowDecision.Free);

    private ImmutableArray<string> Open(GovernedTool tool, JsonText args, ToldLabels? labels) => _catalog.Find(tool.Name) is { } known
        ? _flows.OpenTo(FlowSink.Of(known.Info), [.. (labels ?? ToldLabels.Nothing).LabelsOf(args.ToElement(), known.Authority).Where(a => a.Sources.IsEmpty)])
        : [];

    private AuthorityAnswer Answer(PolicyDecision decision, AuthorityRequest request, JsonText facts, JoinedVerdict said) =>
        new(said.Effect, said.Rules, facts, said.Reason, decision.Trace)
        {
            Seats = said.Seats,
            Changes = decision.Changes,
            Args = decision.Args,
            RetryAfter = decision.Effect == Effect.Defer ? decision.RetryAfter : null,
            Obligations = said.Effect == Effect.Deny && decision.Effect != Effect.Deny ? Obligations.None : decision.Obligations,
            Advice = decision.Advice,
            Shadow = decision.Shadow,
            PolicyHash = _policy.Hash,
            Request = request.Digest(),
        };

    /// <summary>A test says its facts once: they are the facts of what is wanted and of what rules make of it. Its labels too.</summary>
    private PolicyTestResult Run(PolicyTest test)
    {
        var decision = Decide(test);
        var said = Join(_tools[test.Tool], decision, decision.Args ?? test.Args, test.Labels);
        return new PolicyTestResult(test.Name, test.Expected, said.Effect, said.Rules, said.Reason, test.Place);
    }

    private PolicyDecision Decide(PolicyTest test)
    {
        var (tool, now) = (_tools[test.Tool], _time.GetUtcNow());
        var past = CallHistory.Of([.. test.Past.Select(p => Made(p, now))]);
        var decision = _policy.Decide(Request(tool, test.Agent, test.Args, test.Facts, test.Labels, now) with { History = past });
        if (decision.Args is { } changed)
        {
            decision = _policy.DecideAnew(decision, Request(tool, test.Agent, changed, test.Facts, test.Labels, now) with { History = past });
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

    private AuthorityRequest Request(GovernedTool tool, string agent, JsonText args, JsonText facts, ToldLabels? labels, DateTimeOffset now) => new(
        tool.Name, tool.Traits, agent, WhenValue.FromJson(args.ToElement()), FactsReading.Read(tool.Facts, facts), null, null, null, now)
    {
        ArgsJson = args,
        Labels = labels is null ? null : LabelNames.Value(labels.LabelsOf(args.ToElement(), _catalog.Find(tool.Name)?.Authority ?? AuthorityArguments.None)),
        FoundOut = _tools.GetValueOrDefault(tool.Name) == tool ? null : tool,
    };
}
