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
    [InlineData("rules:\n  - { id: a, effect: ask, tools: ['*'], approvers: { role: @'' } }", "must name a role")]
    [InlineData("rules:\n  - { id: a, effect: ask, tools: ['*'], approvers: { all: [ { role: cfo, @quorum: 2 } ] } }", "Unknown key")]
    [InlineData("rules:\n  - { id: a, effect: ask, tools: ['*'], approvers: { all: [ { role: cfo } ], quorum: @2 } }", "goes with 'role'")]
    [InlineData("rules:\n  - { id: a, effect: ask, tools: ['*'], approvers: { inOrder: @[ { role: cfo } ] } }", "two or more roles")]
    [InlineData("rules:\n  - { id: a, effect: ask, tools: ['*'], approvers: { inOrder: @[ { role: cfo }, { role: cfo } ] } }", "two or more roles")]
    [InlineData("rules:\n  - { id: a, effect: ask, tools: ['*'], approvers: { role: cfo, remindAfter: @1h, escalateAfter: 1h, escalateTo: warehouse } }", "before 'escalateAfter'")]
    [InlineData("rules:\n  - { id: a, effect: transform, tools: ['*'], change: @[] }", "needs 'change'")]
    [InlineData("rules:\n  - { id: a, effect: transform, tools: ['*'], change: [ { arg: id, atMost: 1, @most: 2 } ] }", "Unknown key")]
    [InlineData("rules:\n  - { id: a, effect: transform, tools: ['*'], change: [ { arg: @a..b, atMost: 1 } ] }", "must name an argument")]
    [InlineData("rules:\n  - { id: a, effect: transform, tools: ['*'], change: [ { arg: id, set: @[ 1 ] } ] }", "must be a text, a number")]
    [InlineData("rules:\n  - { id: a, effect: deny, tools: ['*'], when: @[ tool.readOnly ] }", "must be a condition, as text")]
    [InlineData("version: 1\nrules:\n  - id: a\n    effect: deny\n    tools: ['*']\n    when: |@\n", "")]
    [InlineData("version: 1\nrules:\n  - id: a\n    effect: deny\n    tools: ['*']\n    when: |\n\n      tool.readOnly\n      && tool@.readonly", "no field 'readonly'")]
    [InlineData("rules:\n  - { id: a, effect: allow, tools: ['*'], obligations: { redact: @['', price] } }", "must name fields")]
    [InlineData("rules:\n  - { id: a, effect: allow, tools: ['*'], obligations: { hold: @0s } }", "must be a duration")]
    [InlineData("rules:\n  - { id: a, effect: allow, tools: ['*'], obligations: { notify: @'' } }", "must name a role")]
    [InlineData("rules:\n  - { id: a, effect: deny, tools: ['*'], history: { some: { tools: [erp.low_stock] }, @often: 2 } }", "Unknown key")]
    [InlineData("rules:\n  - { id: a, effect: deny, tools: ['*'], history: { some: { tools: [erp.low_stock] }, of: @{ tools: [erp.low_stock] } } }", "goes with 'sum'")]
    [InlineData("rules:\n  - { id: a, effect: deny, tools: ['*'], history: { none: { tools: [erp.low_stock] }, above: @3 } }", "goes with 'sum'")]
    [InlineData("rules:\n  - { id: a, effect: deny, tools: ['*'], history: @{ some: } }", "'some' must say which calls")]
    [InlineData("rules:\n  - { id: a, effect: deny, tools: ['*'], history: @{ sum: facts.total, above: 1 } }", "'of' must say which calls")]
    [InlineData("rules:\n  - { id: a, effect: deny, tools: ['*'], history: { some: { tools: [erp.low_stock], @who: x } } }", "Unknown key")]
    [InlineData("rules:\n  - { id: a, effect: deny, tools: ['*'], history: { some: { tools: @[] } } }", "at least one tool or pattern")]
    [InlineData("rules:\n  - { id: a, effect: deny, tools: ['*'], history: { some: @{ by: caller } } }", "at least one tool or pattern")]
    [InlineData("rules:\n  - { id: a, effect: deny, tools: ['*'], history: { some: { tools: [@'crm.*'] } } }", "No tool matches 'crm.*'")]
    [InlineData("rules:\n  - { id: a, effect: deny, tools: ['*'], history: { some: { tools: [erp.low_stock], same: @5 } } }", "must be a list of fields")]
    [InlineData("tests:\n  - { name: n, @calls: 1, call: { agent: a, tool: erp.low_stock }, expect: deny }", "Unknown key")]
    [InlineData("tests:\n  - @{ name: n, expect: deny }", "'call' is missing")]
    [InlineData("tests:\n  - { name: n, call: { agent: a, tool: @'' }, expect: deny }", "There is no tool ''")]
    [InlineData("tests:\n  - { name: n, call: { agent: a, tool: erp.low_stock, @arg: {} }, expect: deny }", "Unknown key")]
    [InlineData("tests:\n  - { name: n, call: { agent: a, tool: erp.low_stock }, history: [ { agent: a, tool: @erp.nothing } ], expect: deny }", "There is no tool 'erp.nothing'")]
    [InlineData("tests:\n  - { name: n, call: { agent: a, tool: erp.low_stock }, history: [ { agent: a, tool: erp.low_stock, @since: 1h } ], expect: deny }", "Unknown key")]
    [InlineData("rules:\n  - { id: a, effect: deny, tools: ['*'], @whenn: tool.readOnly }", "Unknown key")]
    [InlineData("rules:\n  - { id: a, effect: defer, tools: ['*'], retryAfter: @0s }", "must be a duration")]
    [InlineData("rules:\n  - { id: a, effect: deny, tools: [@'model:default'], history: { some: { tools: [erp.low_stock] } } }", "has no 'history'")]
    [InlineData("flows: []\nrules:\n  - { id: a, effect: allow, tools: @[] }", "must not be empty")]
    [InlineData("rules:\n  - { id: @'', effect: deny, tools: ['*'] }", "must not be empty")]
    [InlineData("rules:\n  - { id: a, effect: allow, tools: ['*'], limits: [ { arg: id, atMost: 5, @most: 4 } ] }", "Unknown key")]
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
    [InlineData("{ id: a, effect: allow, tools: ['*'], obligations: { notify: ceo } }", "Nobody in people.yaml holds the role 'ceo': nobody will look.")]
    [InlineData("{ id: a, effect: deny, tools: [erp.low_stock], effects: [spend] }", "None of these tools is of these classes")]
    public void What_will_not_work_is_said_and_stops_nothing(string rule, string words)
    {
        var fault = Assert.Single(Policies.Read($"version: 1\nrules:\n  - {rule}").Reader.Faults);

        Assert.True(fault.IsWarning);
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ id: a, effect: deny, tools: ['*'], history: { some: 5 } }")]
    [InlineData("{ id: a, effect: deny, tools: ['*'], history: { some: } }")]
    [InlineData("{ id: a, effect: allow, tools: ['*'], obligations: { hold: 0s } }")]
    [InlineData("{ id: a, effect: deny, tools: ['*'], when: tool.readonly }")]
    public void One_mistake_is_one_fault(string rule) => Assert.Single(Policies.Read($"version: 1\nrules:\n  - {rule}").Reader.Faults, f => !f.IsWarning);

    [Theory]
    [InlineData("{ id: a, effect: ask, tools: ['*'], approvers: { role: procurement-lead, escalateAfter: 1h, escalateTo: cfo } }")]
    [InlineData("{ id: a, effect: ask, tools: ['*'], approvers: { role: procurement-lead, quorum: 2 } }")]
    [InlineData("{ id: a, effect: allow, tools: ['*'], obligations: { notify: cfo, secondLook: warehouse } }")]
    [InlineData("{ id: a, effect: deny, agents: [system, manager, purchaser], tools: ['erp.*', 'model:*'] }")]
    [InlineData("{ id: a, effect: deny, agents: ['x*'], tools: ['erp.*'] }")]
    [InlineData("{ id: a, effect: deny, effects: [compute] }")]
    [InlineData("{ id: a, effect: deny, tools: ['model:*', erp.low_stock], effects: [compute] }")]
    [InlineData("{ id: a, effect: deny, tools: [erp.low_stock, erp.receive_delivery], effects: [spend] }")]
    [InlineData("{ id: a, effect: defer, tools: ['*'], retryAfter: 1s }")]
    public void What_is_in_order_is_not_warned_about(string rule) => Assert.Empty(Policies.Read($"version: 1\nrules:\n  - {rule}").Reader.Faults);

    [Fact]
    public void A_rule_about_nothing_is_a_fault_where_the_nothing_stands() =>
        Assert.Single(Policies.Read("version: 1\nrules:\n  - { id: a, effect: allow, tools: [] }").Reader.Faults.Select(f => f.Place).Distinct());

    [Fact]
    public void Without_the_text_of_the_file_a_place_in_a_condition_is_near()
    {
        var bundle = Shop.Bundle("sources: []", "version: 1\nrules:\n  - { id: a, effect: deny, tools: ['*'], when: 'tool.readonly' }\n");
        var reader = new ConfigReader();
        Policy.Bind(bundle with { Texts = bundle.Texts.Clear() }, Policies.Tools, new DirectoryDouble([]), reader);

        Assert.Equal(3, Assert.Single(reader.Faults, f => !f.IsWarning).Place.Line);
    }
}
