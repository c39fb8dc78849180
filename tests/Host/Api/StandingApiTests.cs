using System.Net;

namespace AiManager.Host.Tests;

/// <summary>Approving a call and others like it: the approval counts, the rule is a proposal.</summary>
public sealed class StandingApiTests
{
    private const string Tools = """
        sources:
          - name: erp
            kind: sql
            connection: "Data Source=${world}"
            tools: [ { name: order, effect: spend, parameters: { supplier: string }, sql: "select 1" } ]
        """;

    private const string Authority = """
        version: 1
        rules: [ { id: large, effect: ask, tools: [erp.order], when: 'args.supplier != "nobody"', approvers: { all: [ { role: lead }, { role: cfo } ] } } ]
        tests:
          - { name: asked, call: { agent: purchaser, tool: erp.order, args: { supplier: globex } }, expect: ask }
          - { name: not asked, call: { agent: purchaser, tool: erp.order, args: { supplier: nobody } }, expect: deny }
        """;

    [Fact]
    public async Task Approving_with_a_standing_rule_fills_the_seat_and_proposes_the_rule()
    {
        await using var api = await StartAsync("changeControl: { role: cfo }\n");
        using var petra = await api.AsAsync("petra");
        using var helena = await api.AsAsync("helena");
        await ActivatedAsync(api);
        var approval = await api.AskedAsync(await api.SubmittedAsync());

        var decided = await (await petra.PostTextAsync($"/api/approvals/{approval}", """{"decision":"approve","reason":"As ever.","standing":{"uses":5}}""")).JsonAsync();
        Assert.Equal("pending", decided.GetProperty("status").GetString());
        var change = decided.GetProperty("change").GetString();
        var shown = await (await helena.GetAsync(new Uri($"/api/changes/{change}", UriKind.Relative))).JsonAsync();
        Assert.Equal(("pending", "petra", "As ever."), (shown.GetProperty("status").GetString(), shown.GetProperty("by").GetString(), shown.GetProperty("reason").GetString()));
        Assert.Equal(("large", 5), (shown.GetProperty("rule").GetProperty("answers")[0].GetString(), shown.GetProperty("rule").GetProperty("uses").GetInt32()));
        Assert.Equal(HttpStatusCode.OK, (await helena.PostTextAsync($"/api/changes/{change}", """{"decision":"confirm"}""")).StatusCode);
        Assert.Contains("standing.yaml", api.Get<CompanyStream>().State.Files.Keys);
    }

    [Fact]
    public async Task What_cannot_become_a_rule_is_refused_before_anything_is_decided()
    {
        await using var api = await StartAsync(string.Empty);
        using var petra = await api.AsAsync("petra");
        var approval = await api.AskedAsync(await api.SubmittedAsync());
        Assert.Contains(
            "changeControl",
            await (await petra.PostTextAsync($"/api/approvals/{approval}", """{"decision":"approve","standing":{}}""")).ProblemAsync(HttpStatusCode.UnprocessableEntity, "arguments-do-not-fit"),
            StringComparison.Ordinal);
        await (await petra.PostTextAsync($"/api/approvals/{approval}", """{"decision":"reject","standing":{}}""")).ProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
        await (await petra.PostTextAsync($"/api/approvals/{approval}", """{"decision":"approve","standing":{"until":"2099-01-01T00:00:00Z"}}""")).ProblemAsync(HttpStatusCode.UnprocessableEntity, "arguments-do-not-fit");
        var seats = (await (await petra.GetAsync(new Uri($"/api/approvals/{approval}", UriKind.Relative))).JsonAsync()).GetProperty("seats");
        Assert.All(seats.EnumerateArray(), s => Assert.False(s.TryGetProperty("by", out _)));
    }

    private static Task<ApiUnderTest> StartAsync(string settings) => ApiUnderTest.StartAsync(settings, ("tools.yaml", Tools), ("authority.yaml", Authority));

    private static Task ActivatedAsync(ApiUnderTest api)
    {
        var company = api.Get<LoadedCompany>();
        return Standing.SettleAsync(company.Bundle, activates: true, company.Other, api.Get<CompanyStream>(), api.Get<IBlobs>(), CancellationToken.None);
    }
}
