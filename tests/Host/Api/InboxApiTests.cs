using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AiManager.Host.Tests;

/// <summary>What people decide, answer and see: over HTTP and on the page.</summary>
public sealed partial class InboxApiTests : IAsyncLifetime
{
    private const string Yes = """{"decision":"approve"}""";

    private ApiUnderTest _api = null!;
    private WorkflowId _workflow;

    public async Task InitializeAsync()
    {
        _api = await ApiUnderTest.StartAsync();
        _workflow = await _api.SubmittedAsync("Buy <script>alert(1)</script> pens");
    }

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task Who_asked_cannot_approve_and_each_seat_takes_another_person()
    {
        var path = $"/api/approvals/{await _api.AskedAsync(_workflow)}";
        using var jana = await _api.AsAsync("jana");
        using var own = await jana.PostTextAsync(path, Yes);
        await own.ProblemAsync(HttpStatusCode.Forbidden, "not-allowed");

        using var petra = await _api.AsAsync("petra");
        Assert.Equal(1, (await petra.GetFromJsonAsync<JsonElement>("/api/approvals?status=pending&mine=true")).GetArrayLength());
        Assert.Equal(0, (await jana.GetFromJsonAsync<JsonElement>("/api/approvals?mine=true")).GetArrayLength());
        using var first = await petra.PostTextAsync(path, Yes);
        Assert.Equal("pending", (await first.JsonAsync()).GetProperty("status").GetString());
        using var twice = await petra.PostTextAsync(path, Yes);
        await twice.ProblemAsync(HttpStatusCode.Conflict, "conflict");
        using var omar = await _api.AsAsync("omar");
        using var full = await omar.PostTextAsync(path, Yes);
        await full.ProblemAsync(HttpStatusCode.Forbidden, "not-allowed");

        using var helena = await _api.AsAsync("helena");
        using var last = await helena.PostTextAsync(path, """{"decision":"approve","reason":"Fine."}""");
        var decided = await last.JsonAsync();
        Assert.Equal("approved", decided.GetProperty("status").GetString());
        Assert.All(decided.GetProperty("seats").EnumerateArray(), seat => Assert.True(seat.TryGetProperty("by", out _)));
        using var late = await helena.PostTextAsync(path, """{"decision":"reject"}""");
        await late.ProblemAsync(HttpStatusCode.Conflict, "conflict");
    }

    [Theory]
    [InlineData("""{"decision":"edit","arguments":{"supplier":"globex"}}""", HttpStatusCode.Conflict, "conflict")]
    [InlineData("""{"decision":"edit"}""", HttpStatusCode.BadRequest, "invalid-request")]
    [InlineData("""{"decision":"edit","arguments":{},"result":{}}""", HttpStatusCode.BadRequest, "invalid-request")]
    [InlineData("""{"decision":"respond"}""", HttpStatusCode.BadRequest, "invalid-request")]
    [InlineData("""{"decision":"respond","result":7}""", HttpStatusCode.BadRequest, "invalid-request")]
    [InlineData("""{"decision":"yes"}""", HttpStatusCode.BadRequest, "invalid-request")]
    [InlineData("""{"decision":"approve","arguments":{}}""", HttpStatusCode.BadRequest, "invalid-request")]
    [InlineData("""{"verdict":"approve"}""", HttpStatusCode.BadRequest, "invalid-request")]
    public async Task A_decision_that_cannot_be_taken_changes_nothing(string body, HttpStatusCode status, string type)
    {
        var id = await _api.AskedAsync(_workflow);
        using var petra = await _api.AsAsync("petra");
        using var reply = await petra.PostTextAsync($"/api/approvals/{id}", body);
        await reply.ProblemAsync(status, type);
        Assert.Equal("pending", (await petra.GetFromJsonAsync<JsonElement>($"/api/approvals/{id}")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task An_answer_instead_of_the_call_is_on_record_with_who_gave_it()
    {
        var id = await _api.AskedAsync(_workflow);
        using var petra = await _api.AsAsync("petra");
        using var reply = await petra.PostTextAsync($"/api/approvals/{id}", """{"decision":"respond","result":{"order":7},"reason":"It is ordered."}""");
        Assert.Equal("responded", (await reply.JsonAsync()).GetProperty("status").GetString());
        Assert.Equal("responded", (await petra.GetFromJsonAsync<JsonElement>($"/api/approvals/{id}")).GetProperty("status").GetString());
        Assert.Single((await petra.GetFromJsonAsync<JsonElement>("/api/approvals?status=responded")).EnumerateArray());
        using var jana = await _api.AsAsync("jana");
        var decision = JsonSerializer.Deserialize<JsonElement>((await jana.GetStringAsync(new Uri("/api/authority/decisions", UriKind.Relative))).Split('\n')[0]);
        Assert.Equal(("responded", "petra"), (decision.GetProperty("outcome").GetString(), decision.GetProperty("people")[0].GetProperty("person").GetString()));
    }

    [Fact]
    public async Task Equal_calls_are_decided_at_once_and_an_odd_one_among_them_stops_all()
    {
        var other = await _api.SubmittedAsync("Buy ink");
        string[] ids = [(await _api.AskedAsync(_workflow)).ToString(), (await _api.AskedAsync(other)).ToString()];
        using var petra = await _api.AsAsync("petra");
        var batches = (await petra.GetFromJsonAsync<JsonElement>("/api/approvals")).EnumerateArray().Select(a => a.GetProperty("batch").GetString());
        Assert.Single(batches.Distinct());
        using var helena = await _api.AsAsync("helena");
        using var one = await helena.PostTextAsync($"/api/approvals/{ids[1]}", Yes);
        Assert.Equal(HttpStatusCode.OK, one.StatusCode);

        var both = $$"""{"ids":["{{ids[0]}}","{{ids[1]}}"],"decision":"approve"}""";
        using var odd = await helena.PostTextAsync("/api/approvals/batch", both);
        Assert.Contains(ids[1], await odd.ProblemAsync(HttpStatusCode.Conflict, "conflict"), StringComparison.Ordinal);
        Assert.Equal(2, (await petra.GetFromJsonAsync<JsonElement>($"/api/approvals/{ids[0]}")).GetProperty("seats").EnumerateArray().Count(s => !s.TryGetProperty("by", out _)));

        using var decided = await petra.PostTextAsync("/api/approvals/batch", both);
        Assert.Equal(["pending", "approved"], (await decided.JsonAsync()).GetProperty("items").EnumerateArray().Select(i => i.GetProperty("status").GetString()));
    }

    [Theory]
    [InlineData("""{"ids":[],"decision":"approve"}""")]
    [InlineData("""{"ids":["ap_00000000000000000000000000","ap_00000000000000000000000000"],"decision":"approve"}""")]
    [InlineData("""{"ids":["ap_00000000000000000000000000"],"decision":"respond","reason":"No."}""")]
    public async Task Several_at_once_are_each_named_once_and_only_approved_or_rejected(string body)
    {
        using var petra = await _api.AsAsync("petra");
        using var reply = await petra.PostTextAsync("/api/approvals/batch", body);
        await reply.ProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
    }

    [Fact]
    public async Task An_unknown_approval_is_not_found()
    {
        using var petra = await _api.AsAsync("petra");
        using var reply = await petra.PostTextAsync("/api/approvals/ap_00000000000000000000000000", Yes);
        await reply.ProblemAsync(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task A_finding_takes_any_words_from_its_role_and_once()
    {
        var id = PrefixedId.Derive<EscalationId>(_workflow.Value, "finding");
        await _api.AppendAsync(_workflow, new Escalated(id, EscalationKind.Finding, null, null, "A note asks for gifts.", ["noted"], "lead", null));
        using var jana = await _api.AsAsync("jana");
        using var other = await jana.PostTextAsync($"/api/escalations/{id}", """{"answer":"noted"}""");
        await other.ProblemAsync(HttpStatusCode.Forbidden, "not-allowed");
        using var petra = await _api.AsAsync("petra");
        using var answered = await petra.PostTextAsync($"/api/escalations/{id}", """{"answer":"I will call them."}""");
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        var listed = Assert.Single((await petra.GetFromJsonAsync<JsonElement>("/api/escalations")).EnumerateArray());
        Assert.Equal(("answered", "noted"), (listed.GetProperty("status").GetString(), listed.GetProperty("answer").GetString()));
        using var again = await petra.PostTextAsync($"/api/escalations/{id}", """{"answer":"noted"}""");
        await again.ProblemAsync(HttpStatusCode.Conflict, "conflict");
    }

    [Fact]
    public async Task A_choice_that_is_not_offered_is_refused_with_those_that_are()
    {
        var id = PrefixedId.Derive<EscalationId>(_workflow.Value, "model");
        await _api.AppendAsync(_workflow, new Escalated(id, EscalationKind.Model, null, null, "No model answers.", ["retry", "giveUp"], "lead", null));
        using var petra = await _api.AsAsync("petra");
        using var reply = await petra.PostTextAsync($"/api/escalations/{id}", """{"answer":"wait"}""");
        Assert.Contains("retry, giveUp", await reply.ProblemAsync(HttpStatusCode.BadRequest, "invalid-request"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_inbox_comes_in_pages_and_says_where_the_next_one_is()
    {
        var asked = new List<string>();
        foreach (var workflow in (WorkflowId[])[_workflow, await _api.SubmittedAsync("Buy ink"), await _api.SubmittedAsync("Buy paper")])
        {
            asked.Add((await _api.AskedAsync(workflow)).ToString());
            await _api.AppendAsync(workflow, new Escalated(PrefixedId.Derive<EscalationId>(workflow.Value, "f"), EscalationKind.Finding, null, null, "Look.", ["noted"], "lead", null));
        }

        using var petra = await _api.AsAsync("petra");
        foreach (var path in (string[])["/api/approvals?status=pending&mine=true&limit=2", "/api/approvals?limit=2", "/api/escalations?status=open&limit=2"])
        {
            var (first, next) = await PageAsync(petra, path);
            var (last, end) = await PageAsync(petra, next!);
            Assert.Equal((2, 1, null), (first.Count, last.Count, end));
            Assert.Equal(3, first.Concat(last).Distinct().Count());
            Assert.True(path.Contains("escalations", StringComparison.Ordinal) || first.Concat(last).SequenceEqual(asked), path);
        }

        Assert.Equal([asked[1]], (await PageAsync(petra, $"/api/approvals?workflow={(await petra.GetFromJsonAsync<JsonElement>($"/api/approvals/{asked[1]}")).GetProperty("workflow").GetString()}")).Ids);
        foreach (var wrong in (string[])["/api/approvals?cursor=x", "/api/escalations?cursor=1.ap_0", "/api/approvals?limit=0", "/api/escalations?limit=201", "/api/approvals?workflow=x"])
        {
            using var refused = await petra.GetAsync(new Uri(wrong, UriKind.Relative));
            await refused.ProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
        }
    }

    private static async Task<(List<string> Ids, string? Next)> PageAsync(HttpClient client, string path)
    {
        using var reply = await client.GetAsync(new Uri(path, UriKind.Relative));
        var ids = (await reply.JsonAsync()).EnumerateArray().Select(e => e.GetProperty("id").GetString()!).ToList();
        return (ids, reply.Headers.TryGetValues("Link", out var links) ? Regex.Match(links.Single(), "^<(.+)>; rel=\"next\"$").Groups[1].Value : null);
    }

    [Theory]
    [InlineData("/api/workflows")]
    [InlineData("/api/approvals")]
    [InlineData("/api/tools")]
    [InlineData("/api/journal/export")]
    [InlineData("/openapi/v1.json")]
    public async Task Nobody_without_a_key_gets_in(string path)
    {
        using var stranger = _api.Stranger();
        using var none = await stranger.GetAsync(new Uri(path, UriKind.Relative));
        await none.ProblemAsync(HttpStatusCode.Unauthorized, "not-signed-in");
        stranger.DefaultRequestHeaders.Authorization = new("Bearer", ApiKey.New().Write());
        using var wrong = await stranger.GetAsync(new Uri(path, UriKind.Relative));
        await wrong.ProblemAsync(HttpStatusCode.Unauthorized, "not-signed-in");
    }

    [Fact]
    public async Task A_key_may_do_what_its_scopes_say()
    {
        using var reader = await _api.AsAsync("petra", Permission.Read);
        using var read = await reader.GetAsync(new Uri("/api/workflows", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        using var submit = await reader.PostTextAsync("/api/workflows", """{"goal":"x"}""");
        await submit.ProblemAsync(HttpStatusCode.Forbidden, "not-allowed");
        using var approve = await reader.PostTextAsync($"/api/approvals/{await _api.AskedAsync(_workflow)}", Yes);
        await approve.ProblemAsync(HttpStatusCode.Forbidden, "not-allowed");
        using var export = await reader.GetAsync(new Uri("/api/journal/export", UriKind.Relative));
        await export.ProblemAsync(HttpStatusCode.Forbidden, "not-allowed");
        using var everything = await _api.AsAsync("petra");
        using var keys = await everything.PostTextAsync("/api/keys", """{"person":"helena"}""");
        await keys.ProblemAsync(HttpStatusCode.Forbidden, "not-allowed");
    }

    [Fact]
    public async Task The_routes_are_described()
    {
        using var jana = await _api.AsAsync("jana");
        var described = await jana.GetFromJsonAsync<JsonElement>("/openapi/v1.json");
        var operations = described.GetProperty("paths").EnumerateObject().SelectMany(p => p.Value.EnumerateObject()).ToList();
        Assert.True(operations.Count >= 20);
        Assert.All(operations, operation => Assert.True(operation.Value.TryGetProperty("summary", out _), operation.Value.ToString()));
    }

    [Fact]
    public async Task The_page_shows_and_encodes_what_waits_and_its_form_decides()
    {
        await _api.AskedAsync(_workflow);
        using var stranger = _api.Stranger();
        using var closed = await stranger.GetAsync(new Uri("/", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, closed.StatusCode);
        Assert.DoesNotContain("pens", await closed.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        using var petra = await _api.BrowserAsync("petra");
        var page = await petra.GetStringAsync(new Uri("/", UriKind.Relative));
        Assert.Contains("scripted model is in use", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>acme", page, StringComparison.Ordinal);
        var action = FormAction().Match(page).Groups[1].Value;

        using var bare = await petra.PostAsync(new Uri(action, UriKind.Relative), new FormUrlEncodedContent([new("decision", "approve")]));
        await bare.ProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
        using var signed = await petra.PostAsync(
            new Uri(action, UriKind.Relative), new FormUrlEncodedContent([new("decision", "approve"), new("__RequestVerificationToken", Token().Match(page).Groups[1].Value)]));
        Assert.Equal(HttpStatusCode.SeeOther, signed.StatusCode);
        Assert.DoesNotContain(action, await petra.GetStringAsync(new Uri("/", UriKind.Relative)), StringComparison.Ordinal);
        Assert.Contains("Buy", await petra.GetStringAsync(new Uri($"/workflows/{_workflow}", UriKind.Relative)), StringComparison.Ordinal);
    }

    [GeneratedRegex("action=\"(/inbox/approvals/[^\"]+)\"")]
    private static partial Regex FormAction();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
