using System.Net;
using System.Text;

namespace AiManager.Host.Tests;

/// <summary>AuthZEN 1.0, in the shapes of the published examples.</summary>
public sealed class AuthZenApiTests
{
    private const string Tools =
        """
        sources:
          - name: erp
            kind: sql
            connection: "Data Source=${world}"
            tools:
              - { name: low, effect: observe, readOnly: true, sql: "select 1 as n" }
              - { name: order, effect: spend, parameters: { supplier: string, amount: number }, money: args.amount, sql: "select 1 as n" }
              - { name: pay, effect: spend, parameters: { amount: number }, money: args.amount, sql: "select 1 as n" }
              - { name: mail, effect: communicate-out, parameters: { to: string }, authorityArguments: { to: {} }, sql: "select 1 as n" }
              - { name: never, effect: write-reversible, precondition: { sql: "select 1 where 1 = 0", reason: Not today. }, sql: "select 1 as n" }
        """;

    private const string Authority =
        """
        version: 1
        rules:
          - { id: read, effect: allow, tools: [erp.low] }
          - { id: small, effect: allow, tools: [erp.order], when: "args.amount <= 100" }
          - { id: large, effect: ask, tools: [erp.order], when: "args.amount > 100", approvers: { role: lead } }
          - { id: pay, effect: allow, tools: [erp.pay], obligations: { hold: 10m, redact: [iban], secondLook: lead, notify: lead } }
          - { id: rest, effect: allow, tools: [erp.mail, erp.never] }
        flows:
          - { id: proven, effect: deny, labels: [third-party, unknown], arguments: authority, to: communicate-out }
        """;

    private const string Subject = "\"subject\": {\"type\": \"agent\", \"id\": \"buyer\"}";

    [Fact]
    public async Task One_question_gets_one_decision_with_its_reasons()
    {
        await using var api = await StartAsync();
        using var jana = await api.AsAsync("jana");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/access/v1/evaluation") { Content = Json($$$"""{ {{{Subject}}}, "action": {"name": "erp.order"}, "resource": {"type": "order", "id": "1", "properties": {"supplier": "acme", "amount": 50}}, "context": {"time": "2026-10-26T01:22-07:00"} }""") };
        request.Headers.Add("X-Request-ID", "bfe9eb29-ab87-4ca3-be83-a1d5d8305716");
        using var reply = await jana.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.Equal("bfe9eb29-ab87-4ca3-be83-a1d5d8305716", Assert.Single(reply.Headers.GetValues("X-Request-ID")));
        var answer = await reply.JsonAsync();
        Assert.True(answer.GetProperty("decision").GetBoolean(), answer.ToString());
        Assert.Equal("small", answer.GetProperty("context").GetProperty("rules")[0].GetString());
    }

    [Fact]
    public async Task What_people_would_have_to_approve_is_false_with_the_seats_as_an_obligation()
    {
        await using var api = await StartAsync();
        using var jana = await api.AsAsync("jana");
        var answer = await (await jana.PostTextAsync(
            "/access/v1/evaluation", $$$"""{ {{{Subject}}}, "action": {"name": "erp.order"}, "resource": {"type": "order", "id": "1"}, "context": {"args": {"supplier": "acme", "amount": 500}} }""")).JsonAsync();

        Assert.False(answer.GetProperty("decision").GetBoolean());
        Assert.Equal("ask", answer.GetProperty("context").GetProperty("effect").GetString());
        Assert.Equal("lead", answer.GetProperty("context").GetProperty("obligations")[0].GetProperty("seats")[0].GetProperty("role").GetString());
    }

    [Fact]
    public async Task What_is_allowed_only_with_obligations_is_false_and_names_them()
    {
        await using var api = await StartAsync();
        using var jana = await api.AsAsync("jana");
        var answer = await AskAsync(jana, "erp.pay", """{"args": {"amount": 5}}""");

        Assert.False(answer.GetProperty("decision").GetBoolean());
        var context = answer.GetProperty("context");
        Assert.Equal("allow", context.GetProperty("effect").GetString());
        Assert.Contains("only together with the obligations", context.GetProperty("reason").GetString(), StringComparison.Ordinal);
        var obligations = context.GetProperty("obligations").EnumerateArray().ToDictionary(o => o.GetProperty("id").GetString()!, StringComparer.Ordinal);
        Assert.Equal(["hold", "notify", "redact", "secondLook"], obligations.Keys.Order());
        Assert.Equal(600, obligations["hold"].GetProperty("seconds").GetInt64());
        Assert.Equal("iban", obligations["redact"].GetProperty("fields")[0].GetString());
        Assert.Equal("lead", obligations["secondLook"].GetProperty("roles")[0].GetString());
    }

    [Theory]
    [InlineData("""{"args": {"to": "a"}, "labels": {"to": ["vetted"]}}""", true, "allow")]
    [InlineData("""{"args": {"to": "a"}, "labels": {"to": "third-party"}}""", false, "deny")]
    [InlineData("""{"args": {"to": "a"}}""", false, "allow")]
    public async Task Flows_are_asked_and_where_nobody_says_what_the_arguments_are_it_is_no_plain_yes(string context, bool decision, string effect)
    {
        await using var api = await StartAsync();
        using var jana = await api.AsAsync("jana");
        var answer = await AskAsync(jana, "erp.mail", context);

        Assert.Equal((decision, effect), (answer.GetProperty("decision").GetBoolean(), answer.GetProperty("context").GetProperty("effect").GetString()));
        Assert.Equal(effect == "allow" && !decision, answer.GetProperty("context").TryGetProperty("flows", out var open) && open[0].GetString() == "proven");
    }

    [Fact]
    public async Task What_the_tool_needs_is_looked_at_too()
    {
        await using var api = await StartAsync();
        using var jana = await api.AsAsync("jana");
        var answer = await AskAsync(jana, "erp.never", "{}");

        Assert.False(answer.GetProperty("decision").GetBoolean());
        Assert.Contains("precondition of erp.never", answer.GetProperty("context").GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_with_labels_says_what_flows_say_and_which_stay_open()
    {
        await using var api = await StartAsync();
        using var jana = await api.AsAsync("jana");
        var denied = await (await jana.PostTextAsync("/api/authority/check", """{"agent":"buyer","tool":"erp.mail","arguments":{"to":"a"},"labels":{"to":["third-party"]}}""")).JsonAsync();
        Assert.Equal(("deny", "proven"), (denied.GetProperty("effect").GetString(), denied.GetProperty("rules")[0].GetString()));

        var open = await (await jana.PostTextAsync("/api/authority/check", """{"agent":"buyer","tool":"erp.mail","arguments":{"to":"a"}}""")).JsonAsync();
        Assert.Equal(("allow", "proven"), (open.GetProperty("effect").GetString(), open.GetProperty("openFlows")[0].GetString()));

        using var wrong = await jana.PostTextAsync("/api/authority/check", """{"agent":"buyer","tool":"erp.mail","labels":{"to":7}}""");
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
    }

    [Fact]
    public async Task What_is_suspended_is_false()
    {
        await using var api = await StartAsync();
        using var jana = await api.AsAsync("jana");
        await jana.PostTextAsync("/api/suspensions", """{"kind":"tool","name":"erp.low","reason":"Odd rows"}""");
        var answer = await (await jana.PostTextAsync("/access/v1/evaluation", $$$"""{ {{{Subject}}}, "action": {"name": "erp.low"}, "resource": {"type": "x", "id": "1"} }""")).JsonAsync();
        Assert.False(answer.GetProperty("decision").GetBoolean());
        Assert.Contains("Odd rows", answer.GetProperty("context").GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("execute_all", "true false true")]
    [InlineData("deny_on_first_deny", "true false")]
    [InlineData("permit_on_first_permit", "true")]
    public async Task Several_questions_share_defaults_and_end_as_their_semantics_say(string semantic, string decisions)
    {
        await using var api = await StartAsync();
        using var jana = await api.AsAsync("jana");
        var answer = await (await jana.PostTextAsync(
            "/access/v1/evaluations",
            $$$"""
            { {{{Subject}}}, "action": {"name": "erp.low"}, "resource": {"type": "document", "id": "1"}, "options": {"evaluations_semantic": "{{{semantic}}}"},
              "evaluations": [ {"resource": {"type": "document", "id": "1"}}, {"action": {"name": "erp.nothing"}}, {"resource": {"type": "document", "id": "3"}} ] }
            """)).JsonAsync();
        Assert.Equal(decisions, string.Join(' ', answer.GetProperty("evaluations").EnumerateArray().Select(e => e.GetProperty("decision").GetBoolean() ? "true" : "false")));
    }

    [Fact]
    public async Task Without_a_list_several_are_one_and_what_is_wrong_with_one_says_so_in_its_place()
    {
        await using var api = await StartAsync();
        using var jana = await api.AsAsync("jana");
        var one = await (await jana.PostTextAsync("/access/v1/evaluations", $$$"""{ {{{Subject}}}, "action": {"name": "erp.low"}, "resource": {"type": "x", "id": "1"} }""")).JsonAsync();
        Assert.True(one.GetProperty("decision").GetBoolean());

        var many = await (await jana.PostTextAsync("/access/v1/evaluations", $$$"""{ {{{Subject}}}, "action": {"name": "erp.low"}, "evaluations": [ {"resource": {"type": "x", "id": "1"}}, {"resource": {"type": "x"}} ] }""")).JsonAsync();
        var wrong = many.GetProperty("evaluations")[1];
        Assert.False(wrong.GetProperty("decision").GetBoolean());
        Assert.Equal(400, wrong.GetProperty("context").GetProperty("error").GetProperty("status").GetInt32());
    }

    [Theory]
    [InlineData("/access/v1/evaluation", "{}")]
    [InlineData("/access/v1/evaluation", "[]")]
    [InlineData("/access/v1/evaluation", """{ "subject": "buyer", "action": {"name": "erp.low"}, "resource": {"type": "x", "id": "1"} }""")]
    [InlineData("/access/v1/evaluation", """{ "subject": {"type": "agent"}, "action": {"name": "erp.low"}, "resource": {"type": "x", "id": "1"} }""")]
    [InlineData("/access/v1/evaluation", """{ "subject": {"type": "agent", "id": 7}, "action": {"name": "erp.low"}, "resource": {"type": "x", "id": "1"} }""")]
    [InlineData("/access/v1/evaluations", """{ "evaluations": {} }""")]
    [InlineData("/access/v1/evaluations", """{ "options": {"evaluations_semantic": "guess"}, "evaluations": [ {} ] }""")]
    public async Task A_question_that_is_none_is_400(string path, string body)
    {
        await using var api = await StartAsync();
        using var jana = await api.AsAsync("jana");
        await (await jana.PostTextAsync(path, body)).ProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
    }

    [Fact]
    public async Task A_user_is_no_agent_and_without_a_key_nothing_is_answered()
    {
        await using var api = await StartAsync();
        using var jana = await api.AsAsync("jana");
        const string User = """{ "subject": {"type": "user", "id": "buyer"}, "action": {"name": "erp.low"}, "resource": {"type": "todo", "id": "1"} }""";
        Assert.False((await (await jana.PostTextAsync("/access/v1/evaluation", User)).JsonAsync()).GetProperty("decision").GetBoolean());
        using var stranger = api.Stranger();
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.PostTextAsync("/access/v1/evaluation", User)).StatusCode);

        var found = await (await jana.GetAsync(new Uri("/.well-known/authzen-configuration", UriKind.Relative))).JsonAsync();
        Assert.Equal(new Uri(api.Url, "/access/v1/evaluation").ToString(), found.GetProperty("access_evaluation_endpoint").GetString());
        Assert.Equal(new Uri(api.Url, "/access/v1/evaluations").ToString(), found.GetProperty("access_evaluations_endpoint").GetString());
    }

    private static async Task<System.Text.Json.JsonElement> AskAsync(HttpClient client, string tool, string context) => await (await client.PostTextAsync(
        "/access/v1/evaluation", $$"""{ {{Subject}}, "action": {"name": "{{tool}}"}, "resource": {"type": "x", "id": "1"}, "context": {{context}} }""")).JsonAsync();

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static Task<ApiUnderTest> StartAsync() => ApiUnderTest.StartAsync("", ("tools.yaml", Tools), ("authority.yaml", Authority), ("world.sql", "create table t(n integer);"), ("agents/buyer.md", "---\nname: buyer\nskills: [buying]\ntools: [erp.low, erp.order, erp.pay, erp.mail, erp.never]\n---\nYou buy.\n"));
}
