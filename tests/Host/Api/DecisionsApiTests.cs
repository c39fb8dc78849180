using System.Text.Json;

namespace AiManager.Host.Tests;

/// <summary><c>/api/authority/decisions</c>: what the gate decided, for governance review.</summary>
public sealed class DecisionsApiTests
{
    [Fact]
    public async Task A_decision_comes_with_its_rules_its_people_and_what_came_of_it()
    {
        await using var api = await ApiUnderTest.StartAsync();
        using var jana = await api.AsAsync("jana");
        var workflow = await api.SubmittedAsync();
        var approval = await api.AskedAsync(workflow);
        var open = Assert.Single(await LinesAsync(jana, ""));
        Assert.Equal(("purchaser", "erp.order", "ask", "large", "open"), (Text(open, "agent"), Text(open, "tool"), Text(open, "verdict"), open.GetProperty("rules")[0].GetString(), Text(open, "outcome")));

        await api.AppendAsync(workflow, new SeatFilled(approval, "lead", "petra", "api", null), new ApprovalDecided(approval, "helena", "console", ApprovalVerdict.Rejected, null));
        var decided = Assert.Single(await LinesAsync(jana, ""));
        Assert.Equal("rejected", Text(decided, "outcome"));
        Assert.Equal(
            ["petra agreed lead api", "helena rejected  console"],
            decided.GetProperty("people").EnumerateArray().Select(p => $"{Text(p, "person")} {Text(p, "verdict")} {(p.TryGetProperty("role", out var role) ? role.GetString() : "")} {Text(p, "via")}"));
    }

    [Fact]
    public async Task A_stretch_of_time_and_the_form_can_be_chosen_and_only_an_auditor_may()
    {
        await using var api = await ApiUnderTest.StartAsync();
        using var jana = await api.AsAsync("jana");
        await api.AskedAsync(await api.SubmittedAsync());
        Assert.Empty(await LinesAsync(jana, "?from=2100-01-01T00:00:00Z"));
        Assert.Empty(await LinesAsync(jana, "?to=2001-01-01T00:00:00Z"));
        Assert.Single(await LinesAsync(jana, "?from=2001-01-01T00:00:00Z&to=2100-01-01T00:00:00Z"));

        using var csv = await jana.GetAsync(new Uri("/api/authority/decisions?format=csv", UriKind.Relative));
        var text = await csv.Content.ReadAsStringAsync();
        Assert.Equal("text/csv", csv.Content.Headers.ContentType?.MediaType);
        Assert.Equal(2, text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains(",\"purchaser\",\"erp.order\",\"\",\"ask\",\"large\",\"{}\",\"It is large.\",\"\",\"open\",\"policy\",\"{\"\"supplier\"\":\"\"<b>acme</b>\"\"}\",\"\",\"ap_", text, StringComparison.Ordinal);
        using var reader = await api.AsAsync("jana", "read");
        Assert.Equal(System.Net.HttpStatusCode.Forbidden, (await reader.GetAsync(new Uri("/api/authority/decisions", UriKind.Relative))).StatusCode);
        await (await jana.GetAsync(new Uri("/api/authority/decisions?format=xls", UriKind.Relative))).ProblemAsync(System.Net.HttpStatusCode.BadRequest, "invalid-request");
    }

    [Fact]
    public async Task A_decision_says_with_which_arguments_it_was_made_also_after_somebody_wrote_others()
    {
        await using var api = await ApiUnderTest.StartAsync();
        using var jana = await api.AsAsync("jana");
        var workflow = await api.SubmittedAsync();
        var approval = await api.AskedAsync(workflow, JsonText.Parse("""{"supplier":"acme","total":9000}"""), labels: ["customer-data"]);
        var call = PrefixedId.Derive<CallId>(workflow.Value, "call");
        await api.AppendAsync(
            workflow,
            new ApprovalDecided(approval, "petra", "api", ApprovalVerdict.Edited, null),
            new CallChanged(call, JsonText.Parse("""{"supplier":"acme","total":90}"""), [], JsonText.EmptyObject, new ArgumentEdit(approval, "petra")),
            new CallDecided(call, Effect.Allow, ["small"], JsonText.EmptyObject, "It is small.", "policy", "v1", []));
        var lines = await LinesAsync(jana, "");
        Assert.Equal([9000, 90], lines.Select(l => l.GetProperty("arguments").GetProperty("total").GetInt32()));
        Assert.Equal("customer-data", lines[0].GetProperty("labels")[0].GetString());
        Assert.Equal(approval.ToString(), Text(lines[0], "approval"));
        Assert.Equal("edited", Text(lines[0], "outcome"));
        Assert.False(lines[1].TryGetProperty("approval", out _));

        using var browser = await Visitor.OfAsync(api, "jana");
        var page = await browser.WordsAsync("/audit");
        Assert.All(["<dd>9000</dd>", "<dd>90</dd>", "customer-data", approval.ToString()], words => Assert.Contains(words, page, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("plain", "\"plain\"")]
    [InlineData("a \"quoted\", word\nand line", "\"a \"\"quoted\"\", word\nand line\"")]
    [InlineData("=HYPERLINK(\"http://evil\")", "\"'=HYPERLINK(\"\"http://evil\"\")\"")]
    [InlineData("+1", "\"'+1\"")]
    [InlineData("-1", "\"'-1\"")]
    [InlineData("@SUM(A1)", "\"'@SUM(A1)\"")]
    [InlineData("\t=1", "\"'\t=1\"")]
    [InlineData("", "\"\"")]
    public void No_field_is_a_formula(string value, string field) => Assert.Equal(field, DecisionText.Field(value));

    private static async Task<List<JsonElement>> LinesAsync(HttpClient client, string query)
    {
        var text = await client.GetStringAsync(new Uri("/api/authority/decisions" + query, UriKind.Relative));
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];
    }

    private static string? Text(JsonElement at, string name) => at.GetProperty(name).GetString();
}
