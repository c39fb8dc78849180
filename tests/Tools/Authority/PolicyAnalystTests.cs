using AiManager.Host;

namespace AiManager.Tools.Tests;

/// <summary>Reasoning about a company as its files say it, flows and tools included.</summary>
public sealed class PolicyAnalystTests
{
    private const string Tools = """
        sources:
          - name: erp
            kind: sql
            connection: "Data Source=${world}"
            tools:
              - { name: stock, effect: observe, sql: "select 1" }
              - { name: post, effect: communicate-out, parameters: { text: string }, sql: "select 1" }
              - { name: mail, effect: communicate-out, parameters: { text: string }, sql: "select 1" }
              - { name: wire, effect: communicate-out, parameters: { text: string }, sql: "select 1", returns: { ".": third-party } }
        """;

    private const string Rules = """
        version: 1
        rules:
          - { id: all, effect: allow, agents: [purchaser], tools: ["erp.*"] }
          - { id: never, effect: allow, tools: [erp.mail], when: "args.text == 'a' && args.text == 'b'" }
          - { id: bad, effect: deny, tools: [erp.mail], when: "args.text == 'secret'", reason: Not that. }
          - { id: ours, effect: deny, agents: [clerk], tools: [erp.mail] }
        """;

    private const string Flow = "flows:\n  - { id: proven, effect: deny, labels: [third-party], to: openWorld }\n";

    [Fact]
    public void Faults_come_before_what_is_worth_a_thought_and_tools_of_which_the_flows_see_nothing_are_named()
    {
        Assert.Equal(
            ["unreachable never error", "over-broad all warning", "unlabelled erp.mail warning", "unlabelled erp.post warning"],
            Of(Rules + "\n" + Flow).Lint().Where(f => f.Kind != "unmentioned").Select(f => $"{f.Kind} {f.Id} {(f.IsError ? "error" : "warning")}"));
        Assert.DoesNotContain(Of(Rules).Lint(), f => f.Kind == "unlabelled");
    }

    [Theory]
    [InlineData("")]
    [InlineData("results.page")]
    public void A_tool_that_every_company_has_is_worth_a_look_only_where_an_agent_was_given_it(string held) => Assert.Equal(
        held.Length == 0 ? [] : [held],
        PolicyAnalyst.Of(Bound("version: 1\nrules: []\n"), new DirectoryDouble([held]), Policies.Noon).Lint().Where(f => f.Kind == "unmentioned" && !f.Id.StartsWith("erp.", StringComparison.Ordinal)).Select(f => f.Id));

    [Theory]
    [InlineData("purchaser", "erp.stock", "Allow", "all")]
    [InlineData("purchaser", "erp.mail", "Deny Allow", "all bad")]
    [InlineData("clerk", "erp.mail", "Deny", "bad ours")]
    [InlineData("clerk", "erp.stock", "Deny", "")]
    [InlineData("purchaser", "erp.gone", "Deny", "")]
    public void What_an_agent_may_do_with_a_tool(string agent, string tool, string verdicts, string rules)
    {
        var permission = Of(Rules).PermissionOf(agent, tool);

        Assert.Equal((agent, tool, verdicts, rules), (permission.Agent, permission.Tool, string.Join(' ', permission.Verdicts), string.Join(' ', permission.Rules.Select(r => r.Id))));
    }

    [Fact]
    public void A_rule_in_short_says_what_its_author_wrote()
    {
        var rule = Assert.Single(Of(Rules).PermissionOf("purchaser", "erp.mail").Rules, r => r.Id == "bad");

        Assert.Equal((Effect.Deny, "args.text == 'secret'", "Not that.", "authority.yaml", 5), (rule.Effect, rule.When, rule.Reason, rule.File, rule.Line));
    }

    [Fact]
    public async Task A_tool_that_was_found_out_is_judged_as_the_gate_knows_it_and_not_as_files_do()
    {
        const string Authority = """
            version: 1
            rules:
              - { id: reads, effect: allow, effects: [observe] }
              - { id: pay, effect: ask, effects: [spend], approvers: { role: lead } }
              - { id: mine, effect: deny, tools: ["files.*"], agents: [clerk] }
            """;
        await using var place = Workplace.Open(Workplace.Files("normal"), Authority);
        Workplace.Lists(place.Catalog, "echo");
        var files = Bound(Authority);
        string Cell(string agent, string tool, Catalog known)
        {
            var permission = PolicyAnalyst.Of(files, new DirectoryDouble([]), Policies.Noon, known).PermissionOf(agent, tool);
            return $"{string.Join(' ', permission.Verdicts)} by {string.Join(' ', permission.Rules.Select(r => r.Id))}";
        }

        Assert.Equal("Deny by ", Cell("purchaser", "files.echo", place.Catalog)); // nobody has said what it does
        await place.ClassifyAsync("echo", "observe");
        Assert.Equal("Allow by reads", Cell("purchaser", "files.echo", place.Catalog));
        Assert.Equal("Deny by reads mine", Cell("clerk", "files.echo", place.Catalog));
        Assert.Equal("Deny by ", Cell("purchaser", "files.echo", files.Catalog)); // of a catalogue that has asked nobody
        await place.ClassifyAsync("echo", "spend");
        Assert.Equal("Ask by pay", Cell("purchaser", "files.echo", place.Catalog));
        Assert.Equal("Allow by reads", Cell("purchaser", "erp.stock", files.Catalog));
    }

    [Fact]
    public void A_rule_that_has_ended_is_nobodys_permission_any_more_and_the_next_end_is_known()
    {
        const string Authority = """
            version: 1
            rules:
              - { id: long, effect: allow, tools: [erp.stock], validUntil: "2030-01-02T00:00:00Z" }
              - { id: short, effect: allow, tools: [erp.post], validUntil: "2030-01-01T00:00:00Z" }
            """;
        PolicyAnalyst At(int day) => PolicyAnalyst.Of(Bound(Authority), new DirectoryDouble([]), new DateTimeOffset(2029, 12, 31, 0, 0, 0, TimeSpan.Zero).AddDays(day));

        Assert.Equal(Effect.Allow, Assert.Single(At(0).PermissionOf("purchaser", "erp.post").Verdicts));
        Assert.Equal(Effect.Deny, Assert.Single(At(1).PermissionOf("purchaser", "erp.post").Verdicts));
        Assert.Empty(At(1).PermissionOf("purchaser", "erp.post").Rules);
        Assert.Equal(Effect.Allow, Assert.Single(At(1).PermissionOf("purchaser", "erp.stock").Verdicts));
        Assert.Equal([1, 2, null], new[] { At(0), At(1), At(2) }.Select(a => a.EndsNext?.UtcDateTime.Day));
    }

    [Fact]
    public void A_flow_that_is_gone_is_wider_though_no_rule_has_changed()
    {
        Assert.Equal("wider surely proven: the flow is gone", Policies.Told(Of(Rules + "\n" + Flow).DiffTo(Of(Rules)).Changes));
        Assert.IsType<WideningAnswer.Widens>(Of(Rules + "\n" + Flow).WideningTo(Of(Rules)));
        Assert.IsType<WideningAnswer.None>(Of(Rules).WideningTo(Of(Rules + "\n" + Flow)));
    }

    [Fact]
    public void Whoever_asks_may_give_up()
    {
        var (analyst, over) = (Of(Rules), new CancellationToken(canceled: true));
        Assert.Throws<OperationCanceledException>(() => analyst.Lint(over));
        Assert.Throws<OperationCanceledException>(() => analyst.DiffTo(analyst, over));
        Assert.Throws<OperationCanceledException>(() => analyst.PermissionOf("purchaser", "erp.post", over));
    }

    [Fact]
    public void Statements_are_proved_over_the_companys_tools() => Assert.True(Of(Rules).Prove("no erp.mail by clerk").Holds);

    [Fact]
    public void What_is_missing_is_named()
    {
        Assert.Throws<ArgumentNullException>("tools", () => PolicyAnalyst.Of(null!, new DirectoryDouble([]), Policies.Noon));
        Assert.Throws<ArgumentNullException>("directory", () => PolicyAnalyst.Of(Bound(Rules), null!, Policies.Noon));
        Assert.Throws<ArgumentNullException>("statement", () => Of(Rules).Prove(null!));
        Assert.Throws<ArgumentNullException>("newer", () => Of(Rules).DiffTo(null!));
        Assert.Throws<ArgumentNullException>("newer", () => Of(Rules).WideningTo(null!));
        Assert.Throws<ArgumentNullException>("tools", () => PolicyReplay.Under(null!, NothingBefore, new BlobsDouble()));
    }

    [Fact]
    public async Task An_event_that_is_missing_is_named() =>
        await Assert.ThrowsAsync<ArgumentNullException>("recorded", () => PolicyReplay.Under(Bound(Rules), NothingBefore, new BlobsDouble()).AddAsync("wf_1", null!, CancellationToken.None));

    private static Task<CompanyTools?> NothingBefore(string bundle, CancellationToken cancellationToken) => Task.FromResult<CompanyTools?>(null);

    private static PolicyAnalyst Of(string authority) => PolicyAnalyst.Of(Bound(authority), new DirectoryDouble([]), Policies.Noon);

    private static CompanyTools Bound(string authority)
    {
        var reader = new ConfigReader();
        var binder = new CatalogBinder(new SqliteProvider(), name => name == "world" ? "world.db" : null, TimeProvider.System, TimeZoneInfo.Utc, new CrashDouble(), reader);
        var tools = CompanyTools.Bind(Shop.Bundle(Tools, authority), binder, new DirectoryDouble([]), "EUR", reader);
        Assert.DoesNotContain(reader.Faults, f => !f.IsWarning && f.Place.File != "agents/clerk.md");
        return tools;
    }
}
