using System.Net;
using AiManager.Contracts;

namespace AiManager.Host.Tests;

/// <summary>What the pages say that may be done is what the gate would say at that moment.</summary>
public sealed class AuthorityTruthTests
{
    private const string Ending = """
        version: 1
        rules:
          - { id: short, effect: allow, tools: [erp.order], validUntil: "2030-01-02T00:00:00Z" }
        """;

    private static readonly DateTimeOffset Before = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_permission_ends_with_its_rule_and_not_with_the_files()
    {
        using var folder = SmallCompany.Make(ControlledCompany.Files(("authority.yaml", Ending)));
        var company = LoadedCompany.Load(folder.Path, folder.Path, _ => null);
        var time = new ManualTime(Before);
        var table = new PermissionTable(time);
        Assert.Equal(Effect.Allow, Assert.Single(Cell().Verdicts));
        Assert.Same(Cell(), Cell()); // it is not worked out again for each page

        time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(Effect.Deny, Assert.Single(Cell().Verdicts));
        Assert.Empty(Cell().Rules);

        AiManager.Tools.ToolPermission Cell() => table.Of(company).Permissions[("buyer", "erp.order")];
    }

    [Fact]
    public async Task What_is_stopped_is_marked_in_the_table_and_denied_in_the_form()
    {
        await using var api = await ControlledAsync();
        using var jana = await Visitor.OfAsync(api, "jana");
        const string Ask = "/authority?agent=buyer&tool=erp.order&arguments=%7B%22supplier%22%3A%22a%22%2C%22total%22%3A5%7D";
        Assert.DoesNotContain(">suspended</span>", await jana.WordsAsync(Ask), StringComparison.Ordinal);
        using var client = await api.AsAsync("jana");
        foreach (var (kind, name, mark) in new[] { ("tool", "erp.order", "tool erp.order"), ("agent", "buyer", "agent buyer"), ("all", "*", "Everything is suspended") })
        {
            Assert.Equal(HttpStatusCode.NoContent, (await client.PostTextAsync("/api/suspensions", $$"""{"kind":"{{kind}}","name":"{{name}}","reason":"Drill"}""")).StatusCode);
            var page = await jana.WordsAsync(Ask);
            Assert.Contains(mark, page, StringComparison.Ordinal);
            Assert.Equal(kind != "all", page.Contains(">suspended</span>", StringComparison.Ordinal));
            Assert.Matches("(?s)role=\"status\">.*>deny</span> <strong>[^<]*is suspended: Drill", page);
            Assert.Contains("\"effect\":\"deny\"", await (await client.PostTextAsync("/api/authority/check", """{"agent":"buyer","tool":"erp.order","arguments":{"supplier":"a","total":5}}""")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.True((await client.DeleteAsync(new Uri($"/api/suspensions/{kind}/{Uri.EscapeDataString(name)}", UriKind.Relative))).IsSuccessStatusCode);
        }
    }

    [Fact]
    public async Task The_form_shows_all_that_comes_with_an_answer()
    {
        const string Rich = """
            version: 1
            rules:
              - { id: small, effect: allow, tools: [erp.order], obligations: { redact: [iban], notify: lead, hold: 10m, secondLook: cfo }, advice: Prefer acme. }
              - { id: maybe, mode: shadow, effect: deny, tools: [erp.order], reason: Too wild. }
            """;
        await using var api = await ControlledAsync(("authority.yaml", Rich));
        using var jana = await Visitor.OfAsync(api, "jana");
        var page = await jana.WordsAsync("/authority?agent=buyer&tool=erp.order&arguments=%7B%22supplier%22%3A%22a%22%2C%22total%22%3A5%7D");
        Assert.All(
            ["<dt>Held back</dt><dd>for 10 minutes", "<dt>Left out of the result</dt><dd>iban", "<dt>Told of it</dt><dd>lead", "<dt>Looks at the outcome</dt><dd>cfo", "<dt>The agent reads</dt><dd>Prefer acme.", "<dt>With rules in shadow</dt><dd>"],
            words => Assert.Contains(words, page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Both_texts_of_rules_stand_there_and_a_rule_leads_to_its_own_line()
    {
        const string Standing = """
            rules:
              - { id: once, effect: allow, agents: [buyer], tools: [erp.order], answers: [large], validUntil: "2100-01-01T00:00:00Z", reason: Agreed. }
            """;
        await using var api = await ControlledAsync(("standing.yaml", Standing));
        using var jana = await Visitor.OfAsync(api, "jana");
        var page = await jana.WordsAsync("/authority");
        Assert.Contains("<a href=\"/authority#s2\">once</a>: allow (standing)", page, StringComparison.Ordinal);
        Assert.Matches("(?s)<details id=\"standing\">.*<span id=\"s2\"><span id=\"rule-once\">", page);
        Assert.Matches("<a href=\"/authority#l\\d+\">small</a>: allow", page);
        Assert.Contains("<span id=\"s1\">rules:</span>\n<span id=\"s2\">", page, StringComparison.Ordinal); // each line on its own
    }

    [Fact]
    public async Task Findings_go_by_what_a_source_listed_as_the_gate_does_and_a_terminal_that_asks_no_source_says_so()
    {
        (string File, string Text)[] files =
        [
            .. OutsideTool.Files,
            ("agents/reader.md", "---\nname: reader\nskills: [reading]\ntools: [files.read]\n---\nRead.\n"),
            ("authority.yaml", "version: 1\nrules:\n  - { id: odd, effect: allow, tools: [\"files.*\"], when: \"args.path == 'x'\" }\n"),
        ];
        const string Never = "The rule 'odd' can never match: no tool that it names has what its condition reads.";
        await using var api = await ApiUnderTest.StartAsync("", files);
        using var jana = await Visitor.OfAsync(api, "jana");
        Assert.DoesNotContain(Never, await jana.WordsAsync("/authority"), StringComparison.Ordinal); // nobody knows yet
        await api.Get<CompanyAtWork>().Get<AiManager.Tools.SourceKeeper>().AskAllAsync(CancellationToken.None);
        var digest = api.Get<AiManager.Tools.Catalog>().Records.Single(r => r.Name == "files.read").Digest;
        using var client = await api.AsAsync("jana");
        Assert.Equal(HttpStatusCode.NoContent, (await client.PostTextAsync("/api/tools/files.read/classify", $$"""{"effect":"observe","digest":"{{digest}}"}""")).StatusCode);
        Assert.Contains("\"effect\":\"deny\"", await (await client.PostTextAsync("/api/authority/check", """{"agent":"reader","tool":"files.read","arguments":{}}""")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains(Never, await jana.WordsAsync("/authority"), StringComparison.Ordinal);

        using var folder = SmallCompany.Make(files);
        const string Note = "note: of files.read no more is known here than the files say";
        Assert.Matches($"^{Note}[^\n]*\n(?s).*errors, ", (await RunAsync("lint")).Output);
        Assert.Matches($"^{Note}[^\n]*\nThey say the same", (await RunAsync("diff", folder.Path, folder.Path)).Output);
        var (output, errors) = await RunAsync("lint", "--json");
        Assert.StartsWith("[", output, StringComparison.Ordinal);
        Assert.StartsWith(Note, errors, StringComparison.Ordinal);

        async Task<(string Output, string Errors)> RunAsync(params string[] args)
        {
            using var said = new StringWriter();
            using var complained = new StringWriter();
            await Verbs.RunAsync(["authority", .. args, "--company", folder.Path, "--data", folder["data"]], new Terminal(said, complained, null, null));
            return (said.ToString(), complained.ToString());
        }
    }

    [Fact]
    public async Task What_the_terminal_was_told_of_the_files_stands_on_the_page_too_and_the_first_page_says_that_there_is_something()
    {
        const string Boss = """
            version: 1
            rules:
              - { id: large, effect: ask, tools: [erp.order], approvers: { role: boss } }
            """;
        await using var api = await ControlledAsync(("authority.yaml", Boss));
        var warning = Assert.Single(api.Get<LoadedCompany>().Warnings, w => w.Message.Contains("boss", StringComparison.Ordinal));
        using var jana = await Visitor.OfAsync(api, "jana");
        var page = await jana.WordsAsync("/authority");
        Assert.Contains(warning.Message, page, StringComparison.Ordinal);
        Assert.Contains($">{warning.Place}<", page, StringComparison.Ordinal);
        Assert.Matches("warnings? about the company's files", await jana.WordsAsync("/"));
        Assert.Contains("on the page <a href=\"/authority#files\">Authority</a>", await jana.WordsAsync("/"), StringComparison.Ordinal);

        using var folder = SmallCompany.Make(ControlledCompany.Files(("authority.yaml", Boss)));
        using var said = new StringWriter();
        await Verbs.RunAsync(["authority", "lint", "--company", folder.Path, "--data", folder["data"]], new Terminal(said, TextWriter.Null, null, null));
        Assert.Contains($"warning  {warning.Place}: {warning.Message}", said.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_word_that_is_no_verdict_is_one_fault_and_nothing_is_said_of_what_depends_on_it()
    {
        using var folder = SmallCompany.Make(ControlledCompany.Files(("authority.yaml", "version: 1\nrules:\n  - { id: large, effect: aks, tools: [erp.order], approvers: { role: lead } }\n")));
        var refused = Assert.Throws<ConfigException>(() => LoadedCompany.Load(folder.Path, folder.Path, _ => null));
        Assert.Contains("not 'aks'", Assert.Single(refused.Faults, f => !f.IsWarning).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_to_try_begins_with_every_field_that_its_tool_takes_and_nothing_is_asked_yet()
    {
        await using var api = await ControlledAsync();
        using var jana = await Visitor.OfAsync(api, "jana");
        Assert.Contains("<a href=\"/authority?agent=buyer&tool=erp.order#what-if\">Try a call</a>", await jana.WordsAsync("/authority"), StringComparison.Ordinal);
        var page = await jana.WordsAsync("/authority?agent=buyer&tool=erp.order");
        Assert.Matches("(?s)<textarea id=\"arguments\"[^>]*>\\{\\s+\"supplier\": \"\",\\s+\"total\": 1\\s+\\}</textarea>", page);
        Assert.DoesNotContain("<strong>", page[page.IndexOf("id=\"what-if\"", StringComparison.Ordinal)..page.IndexOf("Its tests", StringComparison.Ordinal)], StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"note fault\"", page, StringComparison.Ordinal);
        Assert.Contains("id=\"what-if\"", await jana.WordsAsync("/authority?agent=buyer&tool=erp.nothing"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{"supplier":{"type":"string"},"lines":{"type":"array","items":{"type":"object","properties":{"sku":{"type":"string"},"quantity":{"type":"integer","minimum":3}}}}}}""", """{"supplier":"","lines":[{"sku":"","quantity":3}]}""")]
    [InlineData("""{"type":"object","properties":{"kind":{"enum":["a","b"]},"rush":{"type":"boolean"},"note":{"type":["null","string"]},"of":{"const":7},"any":{}}}""", """{"kind":"a","rush":false,"note":"","of":7,"any":null}""")]
    [InlineData("""{"type":"object"}""", "{}")]
    [InlineData("true", "{}")]
    [InlineData("""{"type":"array","items":{"type":"string"}}""", "{}")]
    public void Arguments_to_begin_with_have_every_field_of_their_schema(string schema, string expected) =>
        Assert.Equal(expected, CanonicalText(ArgumentExample.Of(JsonText.Parse(schema))));

    private static string CanonicalText(string json) => System.Text.Json.Nodes.JsonNode.Parse(json)!.ToJsonString();

    private static Task<ApiUnderTest> ControlledAsync(params (string File, string Text)[] files) => ApiUnderTest.StartAsync(
        "changeControl: { role: cfo }\n",
        [.. new[] { ("tools.yaml", ControlledCompany.Tools), ("agents/buyer.md", ControlledCompany.Buyer), ("authority.yaml", ControlledCompany.Authority(100)) }.Where(f => files.All(o => o.File != f.Item1)), .. files]);
}
