using System.Net;

namespace AiManager.Host.Tests;

/// <summary><c>/api/changes</c>: what waits for a second person, who that may be, and what is said of it.</summary>
public sealed class ChangeApiTests
{
    [Fact]
    public async Task A_change_is_listed_with_what_it_lets_through_and_comes_into_force_by_somebody_else_than_its_author()
    {
        await using var api = await ApiUnderTest.StartAsync("changeControl: { role: cfo }\n");
        using var petra = await api.AsAsync("petra");
        using var helena = await api.AsAsync("helena");
        var (id, proposed) = await ProposeAsync(api, "petra");

        var listed = Assert.Single((await (await petra.GetAsync(new Uri("/api/changes?status=pending", UriKind.Relative))).JsonAsync()).EnumerateArray());
        Assert.Equal((id, "petra", "Omar is new in this."), (listed.GetProperty("id").GetString(), listed.GetProperty("by").GetString(), listed.GetProperty("reason").GetString()));
        Assert.Contains("Omar holds cfo", listed.GetProperty("widenings")[0].GetProperty("message").GetString(), StringComparison.Ordinal);

        await (await petra.PostTextAsync($"/api/changes/{id}", """{"decision":"confirm"}""")).ProblemAsync(HttpStatusCode.Forbidden, "not-allowed");
        await (await helena.PostTextAsync($"/api/changes/{id}", """{"decision":"maybe"}""")).ProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
        await (await helena.PostTextAsync("/api/changes/chg_x", """{"decision":"confirm"}""")).ProblemAsync(HttpStatusCode.NotFound, "not-found");
        var confirmed = await (await helena.PostTextAsync($"/api/changes/{id}", """{"decision":"confirm","reason":"Seen."}""")).JsonAsync();
        Assert.Equal(("confirmed", "helena", "Seen."), (confirmed.GetProperty("status").GetString(), confirmed.GetProperty("decidedBy").GetString(), confirmed.GetProperty("decisionReason").GetString()));
        Assert.Equal(proposed, api.Get<CompanyStream>().State.Bundle);
        await (await helena.PostTextAsync($"/api/changes/{id}", """{"decision":"reject"}""")).ProblemAsync(HttpStatusCode.Conflict, "conflict");
    }

    [Fact]
    public async Task A_key_that_is_not_for_it_and_a_role_that_is_not_named_decide_nothing()
    {
        await using var api = await ApiUnderTest.StartAsync("changeControl: { role: cfo }\n");
        using var reader = await api.AsAsync("helena", "read");
        using var jana = await api.AsAsync("jana");
        var (id, _) = await ProposeAsync(api, "petra");
        await (await reader.PostTextAsync($"/api/changes/{id}", """{"decision":"confirm"}""")).ProblemAsync(HttpStatusCode.Forbidden, "not-allowed");
        Assert.Contains("'cfo'", await (await jana.PostTextAsync($"/api/changes/{id}", """{"decision":"reject"}""")).ProblemAsync(HttpStatusCode.Forbidden, "not-allowed"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", HttpStatusCode.Forbidden)]
    [InlineData("allowLocalStandIn: true\n", HttpStatusCode.OK)]
    public async Task A_terminal_decides_approvals_and_changes_for_others_only_where_the_company_lets_it(string settings, HttpStatusCode expected)
    {
        await using var api = await ApiUnderTest.StartAsync("changeControl: { role: cfo }\n" + settings);
        var (one, two) = (await api.AskedAsync(await api.SubmittedAsync()), await api.AskedAsync(await api.SubmittedAsync()));
        var (change, _) = await ProposeAsync(api, "petra");
        using var terminal = api.Terminal("helena");

        Assert.Equal(expected, (await terminal.PostTextAsync($"/api/approvals/{one}", """{"decision":"approve"}""")).StatusCode);
        Assert.Equal(expected, (await terminal.PostTextAsync("/api/approvals/batch", $$"""{"ids":["{{two}}"],"decision":"reject"}""")).StatusCode);
        using var reply = await terminal.PostTextAsync($"/api/changes/{change}", """{"decision":"confirm"}""");
        Assert.Equal(expected, reply.StatusCode);
        if (expected == HttpStatusCode.OK)
        {
            var decided = await reply.JsonAsync();
            Assert.Equal(("local-terminal", "local-terminal"), (decided.GetProperty("via").GetString(), decided.GetProperty("decidedVia").GetString()));
        }
    }

    private static async Task<(string Change, string Hash)> ProposeAsync(ApiUnderTest api, string author)
    {
        var (company, stream, blobs) = (api.Get<LoadedCompany>(), api.Get<CompanyStream>(), api.Get<IBlobs>());
        var wider = CompanyFolder.Of(company.Bundle.Texts.SetItem("people.yaml", company.Bundle.Texts["people.yaml"].Replace("name: Omar, roles: [lead]", "name: Omar, roles: [lead, cfo]", StringComparison.Ordinal)));
        await Standing.SettleAsync(company.Bundle, activates: true, company.Other, stream, blobs, CancellationToken.None);
        var standing = await Standing.SettleAsync(wider, activates: true, company.Other, stream, blobs, CancellationToken.None, author, "Omar is new in this.");
        return (Assert.IsType<Activation.Waits>(standing.Activation).Change.Proposed.Change.ToString(), wider.Hash);
    }
}
