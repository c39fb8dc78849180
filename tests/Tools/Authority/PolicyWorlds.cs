using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;

namespace AiManager.Tools.Tests;

/// <summary>Policies and questions of every shape that there is: what properties of deciding are tried on.</summary>
internal static class PolicyWorlds
{
    public const string Args = """{"supplier":"acme","lines":[{"sku":"a","quantity":10,"unitPrice":1},{"sku":"b","quantity":700,"unitPrice":2}]}""";

    public static readonly string[] Conditions =
    [
        "facts.total <= 5000", "facts.total > 100", "facts.approved", "!facts.approved", "facts.best && facts.total < 9000", "args.supplier == 'acme'", "tool.readOnly", "tool.effect == 'spend'",
        "task.risk == 'high'", "goal.requester == 'petra'", "goal.playbook == 'restock'", "'third-party' in labels", "!('composed' in labels)", "args.id in lists.known", "now >= facts.due",
        "agent.name == 'purchaser' || facts.total < 10", "true",
    ];

    private static readonly string[] Pasts =
    [
        "", "", "", "history: { some: { tools: [erp.create_purchase_order] } }, ", "history: { none: { tools: [erp.low_stock], within: 1h } }, ",
        "history: { some: { tools: [erp.create_purchase_order], by: another }, atLeast: 2 }, ",
        "history: { sum: facts.total, of: { tools: [erp.create_purchase_order], same: [args.supplier] }, above: 900 }, ",
    ];

    private static readonly string[] Limits = ["", "", "", "limits: [ { arg: supplier, oneOf: [acme, globex] } ], ", "limits: [ { arg: lines.quantity, atMost: 700 } ], "];

    /// <summary>What a rule says beside its effect: whom and what it is about, when, and what it wants done.</summary>
    private static readonly Gen<string> About =
        from tools in Gen.Elements("tools: ['*']", "tools: ['erp.*']", "tools: [erp.create_purchase_order]", "tools: [erp.cancel_purchase_order, erp.low_stock]", "effects: [spend]", "effects: [observe, write-reversible]", "tools: ['erp.*'], effects: [spend]")
        from agents in Gen.Elements("", "", "agents: [purchaser], ", "agents: [analyst, 'purch*'], ")
        from mode in Gen.Elements("", "", "", "", "mode: shadow, ")
        from until in Gen.Elements("", "", "", "validUntil: \"2026-11-21T12:00:00Z\", ", "validUntil: \"2026-12-01T00:00:00Z\", ")
        from past in Gen.Elements(Pasts)
        from limits in Gen.Elements(Limits)
        from condition in Gen.Elements(Conditions)
        from advice in Gen.Elements("", "", "advice: Ask for less., ", "advice: Wait., ")
        select $"{mode}{agents}{tools}, {until}{(IsOther(tools) && past.Contains("same:", StringComparison.Ordinal) ? "" : past)}{(tools.Contains("erp.create_purchase_order", StringComparison.Ordinal) && !tools.Contains(',', StringComparison.Ordinal) ? limits : "")}{advice}when: \"{Fitting(tools, condition)}\"";

    private static readonly Gen<string> Wanted = Gen.Elements("", "", "obligations: { notify: cfo }", "obligations: { redact: [iban], hold: 10m }", "obligations: { redact: [name, iban], secondLook: procurement-lead, notify: warehouse }");

    private static readonly Gen<string> Who = Gen.Elements(
        "{ role: cfo }", "{ role: procurement-lead, quorum: 2, expiresAfter: 2h }", "{ all: [ { role: procurement-lead }, { role: cfo } ], remindAfter: 1h }",
        "{ inOrder: [ { role: procurement-lead }, { role: cfo } ] }", "{ role: procurement-lead, onShift: true, escalateAfter: 4h, escalateTo: cfo }");

    private static readonly Gen<string> Change =
        from most in Gen.Elements(5, 50, 500)
        from change in Gen.Elements($"{{ arg: lines.quantity, atMost: {most} }}", "{ arg: supplier, redact: true }", $"{{ arg: supplier, set: s{most} }}", "{ arg: lines.sku, redact: true }")
        select $"change: [ {change} ]";

    private static readonly Gen<string> Rules =
        from effect in Gen.Elements("allow", "allow", "allow", "ask", "ask", "deny", "transform", "defer")
        from about in About
        from who in Who
        from change in Change
        from wanted in Wanted
        from retry in Gen.Elements("retryAfter: 5m", "retryAfter: 1h, tries: 3", "")
        let own = effect switch { "ask" => "approvers: " + who, "transform" => change, "defer" => retry, _ => "" }
        let owed = effect is "deny" or "defer" ? (wanted.Contains("notify: cfo", StringComparison.Ordinal) ? wanted : "") : wanted
        select $"effect: {effect}, {Only(effect, about)}{(own.Length > 0 ? ", " + own : "")}{(owed.Length > 0 ? ", " + owed : "")} }}";

    /// <summary>Eight rules, and mostly two that answer what one of them may ask.</summary>
    public static readonly Gen<string[]> Policies8 =
        from rules in Rules.ArrayOf(8)
        from uses in Gen.Elements("", ", uses: 3")
        from who in Who
        let named = rules.Select((r, i) => $"{{ id: r{i}, {r}").ToArray()
        select (string[])
        [
            .. named,
            $"{{ id: large, effect: ask, tools: [erp.create_purchase_order], when: facts.total > 100, approvers: {who} }}",
            $"{{ id: agreed, effect: allow, tools: [erp.create_purchase_order], answers: [large], validUntil: \"2026-12-01T00:00:00Z\", when: facts.total <= 6000{uses} }}",
        ];

    /// <summary>What is asked: of several tools and agents, with and without task, goal, labels and a past, at several moments.</summary>
    private static readonly Gen<AuthorityRequest> Requests =
        from tool in Gen.Elements("erp.create_purchase_order", "erp.create_purchase_order", "erp.create_purchase_order", "erp.cancel_purchase_order", "erp.low_stock", "people.escalate")
        from agent in Gen.Elements("purchaser", "purchaser", "analyst", "system")
        from total in Gen.Elements("\"total\":50", "\"total\":5000", "\"total\":8000", "\"total\":8000,\"due\":\"2026-11-21T12:30:00Z\"", "\"due\":\"never\"")
        from approved in Gen.Elements("", ",\"approved\":true", ",\"approved\":false")
        from best in Gen.Elements("", ",\"best\":true")
        from hours in Gen.Elements(0, 1, 300)
        from labels in Gen.Elements<string[]?>(null, [], ["third-party"], ["composed", "user"])
        from context in Gen.Choose(0, 3)
        from past in Gen.Choose(0, 3)
        select Request(tool, agent, "{" + total + approved + best + "}", Policies.Noon.AddHours(hours), labels, context, past);

    public static readonly Gen<AuthorityRequest[]> Questions = Requests.ArrayOf(12);

    /// <summary>As the gate decides: what rules change is decided anew.</summary>
    public static PolicyDecision Decide(Policy policy, AuthorityRequest request, Policy? permits = null)
    {
        var first = policy.Decide(request, permits);
        return first.Args is { } changed
            ? policy.DecideAnew(first, request with { Args = WhenValue.FromJson(changed.ToElement()), ArgsJson = changed }, permits)
            : first;
    }

    /// <summary>All of a decision but its trace.</summary>
    public static string Written(PolicyDecision decision) => string.Join(
        ' ',
        decision.Effect, string.Join(',', decision.Rules), decision.Reason, string.Join(',', decision.Seats), decision.Ladder.RemindAfter, decision.Ladder.EscalateAfter, decision.Ladder.ExpiresAfter,
        string.Join(',', decision.Ladder.Escalations), string.Join(',', decision.Ladder.Order), decision.Args, string.Join(';', decision.Changes.Select(c => $"{c.Arg}{c.Change}{string.Join('+', c.Rules)}")),
        decision.RetryAfter, decision.Tries, decision.Advice, string.Join(',', decision.Obligations.Redact), string.Join(',', decision.Obligations.Notify), decision.Obligations.HoldSeconds,
        string.Join(',', decision.Obligations.SecondLook), decision.Shadow?.Effect, string.Join(',', decision.Shadow?.Rules ?? []), string.Join(',', decision.Uses.Select(u => $"{u.Id}{u.Cap}").Order(StringComparer.Ordinal)));

    public static Policy Bound(IEnumerable<string> rules)
    {
        var (policy, reader) = Policies.Read("version: 1\nlists: { known: [7, 8] }\nrules:\n" + string.Concat(rules.Select(r => $"  - {r}\n")));
        Assert.Empty(reader.Faults.Where(f => !f.IsWarning).Select(f => f.ToString()));
        return policy;
    }

    /// <summary>Limits go with an allow, and what is changed must be there.</summary>
    private static string Only(string effect, string about) =>
        (effect == "transform" ? about.Replace("tools: [erp.cancel_purchase_order, erp.low_stock]", "tools: ['erp.*']", StringComparison.Ordinal) : about) is var fitting && effect == "allow" ? fitting
        : Limits.Where(l => l.Length > 0).Aggregate(fitting, (text, limit) => text.Replace(limit, "", StringComparison.Ordinal));

    /// <summary>It names tools that have neither facts nor a supplier.</summary>
    private static bool IsOther(string tools) => tools.Contains("[erp.cancel", StringComparison.Ordinal);

    /// <summary>A rule that names a tool may only read what it has.</summary>
    private static string Fitting(string tools, string condition) =>
        !tools.StartsWith("tools: [erp.", StringComparison.Ordinal) ? condition
        : tools.Contains("create", StringComparison.Ordinal) ? condition.Replace("args.id", "args.supplier", StringComparison.Ordinal).Replace("lists.known", "['acme']", StringComparison.Ordinal)
        : condition.Contains("facts.", StringComparison.Ordinal) || condition.Contains("args.", StringComparison.Ordinal) ? "agent.name != 'analyst'" : condition;

    private static AuthorityRequest Request(string tool, string agent, string facts, DateTimeOffset now, string[]? labels, int context, int past)
    {
        var args = tool switch
        {
            "erp.create_purchase_order" => Args,
            "erp.cancel_purchase_order" => """{"id":7,"reason":"late"}""",
            "people.escalate" => """{"question":"Now?","role":"cfo"}""",
            _ => "{}",
        };
        var task = new WorkTask(default, "order", "Order", "Order.", [], "purchasing", new DeliverableContract(JsonText.EmptyObject, null, null), new Grant([]), null, null, JsonText.Null, null, context == 1 ? Risk.High : Risk.Low);
        return Policies.Request(tool, agent, args, facts) with
        {
            Now = now,
            Labels = labels is null ? null : LabelNames.Value([.. labels]),
            Task = context == 0 ? null : task,
            Goal = context == 0 ? null : new GoalSubmitted(new PrivateText("petra", "Buy."), context == 2 ? "petra" : "omar", null, null, JsonText.EmptyObject, null, null, null, "hash", null, 0),
            Playbook = context == 3 ? "restock" : null,
            History = CallHistory.Of(
            [
                .. new[] { ("erp.low_stock", "{}", "{}", -2), ("erp.create_purchase_order", Args, "{\"total\":600}", -1), ("erp.create_purchase_order", "{}", "{}", 0) }.Take(past).Select((made, i) => new PastCall(
                    default, made.Item1, i == 1 ? "analyst" : agent, WhenValue.FromJson(JsonText.Parse(made.Item2).ToElement()), WhenValue.FromJson(JsonText.Parse(made.Item3).ToElement()), now.AddHours(made.Item4), IsCertain: i < 2)),
            ]),
        };
    }
}
