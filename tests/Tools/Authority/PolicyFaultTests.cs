namespace AiManager.Tools.Tests;

public sealed class PolicyFaultTests
{
    /// <summary>An @ stands before the place; it is taken out before the text is read.</summary>
    [Theory]
    [InlineData("version: @2", "must be 1")]
    [InlineData("version: 1\n@rulez: []", "Unknown key")]
    [InlineData("version: 1\nlists: { a: @b }", "must be a list")]
    [InlineData("rules:\n  - { id: a, effect: allow, tools: [@erp.low_stok] }", "no tool 'erp.low_stok'")]
    [InlineData("rules:\n  - { id: a, effect: @perhaps, tools: ['*'] }", "allow, transform, ask, defer or deny")]
    [InlineData("rules:\n  - @{ id: a, effect: allow }", "at least one tool")]
    [InlineData("rules:\n  - { id: a, effect: allow, tools: ['*'] }\n  - { id: @a, effect: deny, tools: ['*'] }", "taken already, in line 2")]
    [InlineData("rules:\n  - @{ id: a, effect: ask, tools: ['*'] }", "needs 'approvers'")]
    [InlineData("rules:\n  - { id: a, effect: deny, tools: ['*'], approvers: @{ role: cfo } }", "no 'approvers'")]
    [InlineData("rules:\n  - { id: a, effect: ask, tools: ['*'], approvers: { role: cfo, quorum: @0 } }", "at least 1")]
    [InlineData("rules:\n  - { id: a, effect: ask, tools: ['*'], approvers: { role: cfo, @reminder: 1h } }", "Unknown key")]
    [InlineData("rules:\n  - { id: a, effect: ask, tools: ['*'], approvers: { role: cfo, remindAfter: @soon } }", "duration")]
    [InlineData("rules:\n  - { id: a, effect: ask, tools: ['*'], approvers: { role: cfo, escalateAfter: @4h } }", "goes with 'escalateTo'")]
    [InlineData("rules:\n  - { id: a, effect: ask, tools: ['*'], approvers: { role: cfo, escalateTo: @warehouse } }", "goes with 'escalateAfter'")]
    [InlineData("rules:\n  - { id: a, effect: ask, tools: ['*'], approvers: { role: cfo, escalateAfter: 4h, escalateTo: @cfo } }", "asked of 'cfo' already")]
    [InlineData("rules:\n  - { id: a, effect: ask, tools: ['*'], approvers: { role: cfo, remindAfter: @2d } }", "before 'expiresAfter'")]
    [InlineData("rules:\n  - { id: a, effect: ask, tools: ['*'], approvers: { role: cfo, escalateAfter: @4h, escalateTo: warehouse, expiresAfter: 4h } }", "before 'expiresAfter'")]
    [InlineData("rules:\n  - { id: a, effect: ask, tools: ['*'], approvers: { role: cfo, remindAfter: @4h, escalateAfter: 1h, escalateTo: warehouse } }", "before 'escalateAfter'")]
    [InlineData("rules:\n  - { id: a, effect: ask, tools: ['*'], approvers: { all: [ { role: cfo, escalateTo: @cfo, escalateAfter: 1h } ] } }", "asked of 'cfo' already")]
    [InlineData("rules:\n  - { id: a, effect: ask, tools: ['*'], approvers: { expiresAfter: 1h, all: [ { role: cfo, remindAfter: @90m } ] } }", "before 'expiresAfter'")]
    [InlineData("budgets:\n  - { id: a, scope: company, money: 1, approvers: { role: cfo, escalateTo: @warehouse } }", "goes with 'escalateAfter'")]
    [InlineData("rules:\n  - { id: a, effect: ask, tools: ['*'], approvers: @{ role: cfo, all: [ { role: cfo } ] } }", "either 'role', 'all' or")]
    [InlineData("rules:\n  - { id: a, effect: ask, tools: ['*'], approvers: { all: @[] } }", "at least one role")]
    [InlineData("rules:\n  - { id: a, effect: ask, tools: [@'model:default'], approvers: { role: cfo } }", "only deny")]
    [InlineData("rules:\n  - { id: a, effect: deny, tools: ['model:default'], when: args@.x == 1 }", "no field 'x'")]
    [InlineData("rules:\n  - { id: a, effect: deny, tools: [erp.low_stock], when: facts@.total > 1 }", "no field 'total'")]
    [InlineData("rules:\n  - { id: a, effect: deny, tools: [erp.low_stock], when: '!facts@.total' }", "no field 'total'")]
    [InlineData("rules:\n  - { id: a, effect: deny, tools: ['*'], when: tool@.readonly }", "no field 'readonly'")]
    [InlineData("rules:\n  - { id: a, effect: deny, tools: ['*'], when: @facts.total == 'x' }", "never equal")]
    [InlineData("rules:\n  - { id: a, effect: deny, tools: ['*'], when: facts.total >@> 1 }", "")]
    [InlineData("rules:\n  - id: a\n    effect: deny\n    tools: ['*']\n    when: |\n      tool.readOnly\n      && tool@.readonly", "no field 'readonly'")]
    [InlineData("rules:\n  - { id: a, effect: deny, tools: ['*'], when: @result.x }", "cannot be read here")]
    [InlineData("rules:\n  - { id: a, effect: deny, effects: [@spending] }", "no class of effects 'spending'")]
    [InlineData("rules:\n  - { id: a, effect: deny, effects: @[] }", "must not be empty")]
    [InlineData("rules:\n  - { id: a, effect: deny, mode: @monitor, tools: ['*'] }", "enforce or shadow")]
    [InlineData("rules:\n  - @{ id: a, effect: transform, tools: ['*'] }", "needs 'change'")]
    [InlineData("rules:\n  - { id: a, effect: allow, tools: ['*'], change: @[ { arg: id, atMost: 1 } ] }", "goes with the effect 'transform'")]
    [InlineData("rules:\n  - { id: a, effect: transform, tools: ['*'], change: [ @{ arg: id } ] }", "exactly one of")]
    [InlineData("rules:\n  - { id: a, effect: transform, tools: ['*'], change: [ { arg: id, redact: @false } ] }", "can only be true")]
    [InlineData("rules:\n  - { id: a, effect: transform, tools: [erp.receive_delivery], change: [ @{ arg: quantity, atMost: 1 } ] }", "no field 'quantity'")]
    [InlineData("rules:\n  - { id: a, effect: transform, tools: [erp.receive_delivery], change: [ @{ arg: id, redact: true } ] }", "cannot be changed like that")]
    [InlineData("rules:\n  - { id: a, effect: transform, tools: [@'model:default'], change: [ { arg: id, atMost: 1 } ] }", "only deny")]
    [InlineData("rules:\n  - { id: a, effect: allow, tools: ['*'], retryAfter: @15m }", "goes with the effect 'defer'")]
    [InlineData("rules:\n  - { id: a, effect: defer, tools: ['*'], tries: @0 }", "at least 1")]
    [InlineData("rules:\n  - { id: a, effect: deny, tools: ['*'], obligations: { @hold: 5m } }", "lets none be made")]
    [InlineData("rules:\n  - { id: a, effect: allow, tools: ['*'], obligations: { redact: @[] } }", "must name fields")]
    [InlineData("rules:\n  - { id: a, effect: allow, tools: ['*'], obligations: { @tell: cfo } }", "Unknown key")]
    [InlineData("budgets:\n  - { id: a, scope: @world, money: 1, onExceeded: deny }", "company, agent, tool, workflow or task")]
    [InlineData("budgets:\n  - @{ id: a, scope: company, onExceeded: deny }", "caps something")]
    [InlineData("budgets:\n  - @{ id: a, scope: company, money: 1 }", "needs 'approvers'")]
    [InlineData("budgets:\n  - { id: @goal, scope: company, money: 1, onExceeded: deny }", "own budget")]
    [InlineData("budgets:\n  - { id: a, scope: company, per: @2d, money: 1, onExceeded: deny }", "48h")]
    [InlineData("budgets:\n  - { id: a, scope: company, key: @args.suplier, money: 1, onExceeded: deny }", "No tool has args.suplier")]
    [InlineData("budgets:\n  - { id: a, scope: company, key: @size(args.supplier), money: 1, onExceeded: deny }", "must be a field")]
    [InlineData("budgets:\n  - { id: a, scope: company, money: @-1, onExceeded: deny }", "negative")]
    [InlineData("tests:\n  - { name: n, call: { agent: a, tool: @erp.nothing }, expect: deny }", "no tool")]
    [InlineData("tests:\n  - { name: n, call: { agent: a, tool: erp.low_stock }, facts: { @totl: 1 }, expect: deny }", "no fact 'totl'")]
    public void A_fault_names_its_place(string marked, string words)
    {
        var before = marked[..marked.IndexOf('@', StringComparison.Ordinal)];
        var place = new ConfigPlace("authority.yaml", before.Count(c => c == '\n') + 1, before.Length - before.LastIndexOf('\n'));
        var yaml = marked.Replace("@", "", StringComparison.Ordinal);
        var text = yaml.StartsWith("version", StringComparison.Ordinal) ? yaml : yaml + "\nversion: 1";

        var fault = Policies.Read(text).Reader.Faults.First(f => !f.IsWarning);

        Assert.Equal(place, fault.Place);
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ id: a, effect: ask, tools: ['*'], approvers: { role: nobody } }", "Nobody in people.yaml holds the role 'nobody'")]
    [InlineData("{ id: a, effect: ask, tools: ['*'], approvers: { role: cfo, quorum: 2 } }", "only 1 hold it")]
    [InlineData("{ id: a, effect: ask, tools: ['*'], approvers: { role: cfo, escalateAfter: 1h, escalateTo: ceo } }", "Nobody in people.yaml holds the role 'ceo'")]
    [InlineData("{ id: a, effect: deny, agents: [purchasr], tools: ['*'] }", "no agent 'purchasr'")]
    [InlineData("{ id: a, effect: deny, tools: ['crm.*'] }", "No tool matches 'crm.*'")]
    public void What_will_not_work_is_said_and_stops_nothing(string rule, string words)
    {
        var fault = Assert.Single(Policies.Read($"version: 1\nrules:\n  - {rule}").Reader.Faults);

        Assert.True(fault.IsWarning);
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }
}
