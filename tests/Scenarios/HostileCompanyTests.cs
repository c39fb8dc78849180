using AiManager.Contracts;

namespace AiManager.Scenarios.Tests;

/// <summary>A company folder with one thing wrong: the process names file, line and column, says what is expected, and does not start.</summary>
public sealed class HostileCompanyTests
{
    private const string Order = "erp.create_purchase_order";

    /// <summary>What is wrong; the file; the text that is replaced (null: the text is put at the end); what takes its place; what the message must hold.</summary>
    public static TheoryData<string, string, string?, string, string> Mistakes => new()
    {
        { "YAML that does not end", "company.yaml", "currency: EUR", "currency: [EUR", "company.yaml:" },
        { "a tab as indentation", "people.yaml", "  - { id: jana", "\t- { id: jana", "people.yaml:" },
        { "a key twice", "company.yaml", "currency: EUR", "currency: EUR\ncurrency: CZK", "currency" },
        { "an anchor", "company.yaml", "currency: EUR", "currency: &c EUR", "company.yaml:" },
        { "an unknown key of the company", "company.yaml", "currency: EUR", "currency: EUR\ncolour: blue", "colour" },
        { "a time zone that is none", "company.yaml", "Europe/Prague", "Europe/Atlantis", "Atlantis" },
        { "no currency", "company.yaml", "currency: EUR\n", "", "currency" },
        { "a flag that is no flag", "company.yaml", "allowLocalStandIn: true", "allowLocalStandIn: perhaps", "allowLocalStandIn" },
        { "a budget of a wrong type", "company.yaml", "tokens: 1000000", "tokens: many", "tokens" },
        { "a monitor that looks with a tool that is not there", "monitors.yaml", "tool: erp.late_deliveries", "tool: erp.nothing", "erp.nothing" },
        { "an unknown file", "rules.yaml", null, "rules: []\n", "rules.yaml" },
        { "a person twice", "people.yaml", "{ id: omar,", "{ id: petra,", "petra" },
        { "a person without an id", "people.yaml", "{ id: omar, ", "{ ", "id" },
        { "working hours that nobody can read", "people.yaml", "roles: [viewer, compliance],", "roles: [viewer, compliance], hours: sometimes,", "write days, times and a time zone" },
        { "a skill beyond one", "people.yaml", "finance: 0.9", "finance: 9", "people.yaml:" },
        { "a version of authority that is unknown", "authority.yaml", "version: 1", "version: 2", "version" },
        { "an unknown key of a rule", "authority.yaml", "effects: [observe]", "effects: [observe]\n    colour: blue", "colour" },
        { "an unknown effect", "authority.yaml", "effect: deny", "effect: maybe", "maybe" },
        { "a rule id twice", "authority.yaml", "id: price-not-quoted", "id: read-erp", "read-erp" },
        { "a condition that does not parse", "authority.yaml", "when: facts.total <= 5000", "when: facts.total <=", "authority.yaml:" },
        { "a condition on a fact that is not there", "authority.yaml", "when: facts.total <= 5000", "when: facts.totl <= 5000", "totl" },
        { "a condition that compares unlike things", "authority.yaml", "when: facts.total <= 5000", "when: facts.total <= \"5000\"", "authority.yaml:" },
        { "arithmetic in a condition", "authority.yaml", "when: facts.total <= 5000", "when: facts.total * 2 <= 5000", "authority.yaml:" },
        { "a condition that is no condition", "authority.yaml", "when: facts.total <= 5000", "when: facts.total", "authority.yaml:" },
        { "a rule for a tool that does not exist", "authority.yaml", $"tools: [{Order}]", "tools: [erp.launch_rocket]", "launch_rocket" },
        { "an ask that asks nobody", "authority.yaml", "    approvers: { role: procurement-lead, remindAfter: 1h, escalateAfter: 4h, escalateTo: cfo, expiresAfter: 2d }\n\n  - id: order-very-large", "\n  - id: order-very-large", "approvers" },
        { "a reminder after the end", "authority.yaml", "remindAfter: 1h", "remindAfter: 3d", "before 'expiresAfter'" },
        { "an escalation to nobody", "authority.yaml", "escalateTo: cfo, ", "", "goes with 'escalateTo'" },
        { "a stand-in who does not work here", "people.yaml", "standIn: lukas", "standIn: lukasz", "no person" },
        { "stand-ins in a circle", "people.yaml", "supplier-relations: 0.9 }", "supplier-relations: 0.9 }, standIn: petra", "circle" },
        { "flows that are said twice", "authority.yaml", "version: 1", "version: 1\nflows: []", "'flows' is already" },
        { "a duration that is none", "authority.yaml", "expiresAfter: 2d", "expiresAfter: soon", "expiresAfter" },
        { "an unknown kind of source", "tools.yaml", "kind: sql", "kind: telepathy", "telepathy" },
        { "a kind of source that there is not", "tools.yaml", "kind: sql", "kind: soap", "Unknown kind of source 'soap'" },
        { "an unknown key of a tool", "tools.yaml", "readOnly: true", "readOnly: true\n        colour: blue", "colour" },
        { "a tool twice", "tools.yaml", "- name: below_reorder_point", "- name: low_stock", "low_stock" },
        { "an effect class that is none", "tools.yaml", "effect: observe", "effect: magic", "magic" },
        { "a secret that is not set", "tools.yaml", "${world}", "${AIMANAGER_NOT_SET_ANYWHERE}", "AIMANAGER_NOT_SET_ANYWHERE" },
        { "an agent without a name", "agents/purchaser.md", "name: purchaser\n", "", "agents/purchaser.md:" },
        { "an agent with limits that are none", "agents/purchaser.md", "turns: 12", "turns: 0", "agents/purchaser.md:" },
        { "an agent with an unknown key", "agents/purchaser.md", "model: default", "model: default\ncolour: blue", "colour" },
        { "an agent without front matter", "agents/purchaser.md", "---\nname: purchaser", "name: purchaser", "agents/purchaser.md" },
        { "a playbook check that is two things", "playbooks/restock.md", "is: \"size(result.rows) == 0\" }", "is: \"size(result.rows) == 0\", review: all is well }", "playbooks/restock.md:" },
        { "a playbook with an unknown key", "playbooks/restock.md", "singleton: restock", "singleton: restock\ncolour: blue", "colour" },
        { "a world that does not build", "world.sql", null, "insert into nowhere values (1);\n", "world.sql" },
        { "a script with arithmetic in it", "scripts/broken.yaml", null, "rules:\n  - name: x\n    when: { step: act }\n    reply: { json: { $sum: [1, 2] } }\n", "scripts/broken.yaml:" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task A_mistake_is_named_with_its_place_and_nothing_starts(string mistake, string file, string? find, string replace, string named)
    {
        using var run = new ProcurementRun();
        await run.EditAsync(file, find, replace);

        var result = await run.SubmitAsync(ProcurementRun.Goal);
        Assert.True(result.ExitCode == 2, $"{mistake}: {result}");
        Assert.Contains(named, result.Output + result.Errors, StringComparison.Ordinal);
        Assert.Contains(Path.GetFileName(file), result.Output + result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Output + result.Errors, StringComparison.Ordinal);
    }
}

/// <summary>The same folders on a shared store: a mistake is found before anything reaches the store, so a few stand for all.</summary>
[NeedsPostgres]
public sealed class SharedHostileCompanyTests
{
    private const string Activated = "select count(*) from events where stream = 'company'";

    [Theory]
    [InlineData("authority.yaml", "when: facts.total <= 5000", "when: facts.totl <= 5000", "totl")]
    [InlineData("tools.yaml", "readOnly: true", "readOnly: true\n        colour: blue", "colour")]
    [InlineData("monitors.yaml", "tool: erp.late_deliveries", "tool: erp.nothing", "erp.nothing")]
    public async Task A_folder_with_a_mistake_is_not_brought_into_force_and_what_was_stays(string file, string find, string replace, string named)
    {
        await using var run = await SharedRun.OpenAsync();
        var before = await PostgresServer.NumberAsync(run.Store, Activated);
        await run.EditAsync(file, find, replace);

        foreach (var arguments in (string[][])[["activate"], ["serve", "--activate", "--urls", "http://127.0.0.1:0"]])
        {
            var result = await run.VerbAsync(arguments);
            Assert.True(result.ExitCode == 2, result.ToString());
            Assert.Contains(named, result.Errors, StringComparison.Ordinal);
            Assert.Contains(file + ":", result.Errors, StringComparison.Ordinal);
        }

        Assert.Equal(before, await PostgresServer.NumberAsync(run.Store, Activated));
    }
}
