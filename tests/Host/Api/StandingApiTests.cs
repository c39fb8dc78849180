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
    public async Task A_rule_that_somebody_asks_for_with_a_yes_is_proposed_when_everybody_has_agreed()
    {
        await using var api = await StartAsync("changeControl: { role: cfo }\n");
        using var petra = await api.AsAsync("petra");
        using var helena = await api.AsAsync("helena");
        await ActivatedAsync(api);
        var workflow = await api.SubmittedAsync();
        var approval = await api.AskedAsync(workflow);

        var first = await (await petra.PostTextAsync($"/api/approvals/{approval}", """{"decision":"approve","reason":"As ever.","standing":{"uses":5}}""")).JsonAsync();
        Assert.Equal(("pending", false), (first.GetProperty("status").GetString(), first.TryGetProperty("change", out _)));
        Assert.Contains("when everybody", first.GetProperty("noChange").GetString(), StringComparison.Ordinal);
        Assert.Empty(api.Get<CompanyStream>().State.Changes);

        var last = await (await helena.PostTextAsync($"/api/approvals/{approval}", """{"decision":"approve"}""")).JsonAsync();
        Assert.Equal("approved", last.GetProperty("status").GetString());
        var change = last.GetProperty("change").GetString();
        var shown = await (await helena.GetAsync(new Uri($"/api/changes/{change}", UriKind.Relative))).JsonAsync();
        Assert.Equal(
            ("pending", "petra", "api", "As ever."),
            (shown.GetProperty("status").GetString(), shown.GetProperty("by").GetString(), shown.GetProperty("via").GetString(), shown.GetProperty("reason").GetString()));
        Assert.Equal(("large", 5), (shown.GetProperty("rule").GetProperty("answers")[0].GetString(), shown.GetProperty("rule").GetProperty("uses").GetInt32()));
        Assert.Equal(HttpStatusCode.OK, (await helena.PostTextAsync($"/api/changes/{change}", """{"decision":"confirm"}""")).StatusCode);
        Assert.Contains("standing.yaml", api.Get<CompanyStream>().State.Files.Keys);
        var settled = (await api.Get<IWorkflowOutside>().ReadAsync(workflow, CancellationToken.None))!.Approvals[approval].Standing;
        Assert.Equal((change, (string?)null), (settled?.Change?.ToString(), settled?.Hindrance));
    }

    [Fact]
    public async Task A_rule_is_asked_for_with_a_yes_by_a_form_and_what_cannot_be_one_decides_nothing()
    {
        await using var api = await StartAsync("changeControl: { role: cfo }\n");
        using var petra = await Visitor.OfAsync(api, "petra");
        using var helena = await Visitor.OfAsync(api, "helena");
        await ActivatedAsync(api);
        var workflow = await api.SubmittedAsync();
        var approval = await api.AskedAsync(workflow);
        foreach (var (field, odd) in new[] { ("uses", "many"), ("uses", "0"), ("until", "some day") })
        {
            var (status, page, _) = await petra.SendAsync("/inbox", $"/inbox/approvals/{approval}", ("form", $"decide-{approval}"), ("decision", "rule"), (field, odd), ("reason", "As ever."));
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.Contains($"value=\"{odd}\"", page, StringComparison.Ordinal);
            Assert.Contains("value=\"As ever.\"", page, StringComparison.Ordinal);
            Assert.All((await api.Get<IWorkflowOutside>().ReadAsync(workflow, CancellationToken.None))!.Approvals.Values, a => Assert.Empty(a.Filled));
        }

        Assert.Equal(HttpStatusCode.SeeOther, (await petra.SendAsync("/inbox", $"/inbox/approvals/{approval}", ("decision", "rule"), ("uses", "5"), ("until", "30d"), ("reason", "As ever."))).Status);
        Assert.Empty(api.Get<CompanyStream>().State.Changes);
        Assert.Equal(HttpStatusCode.SeeOther, (await helena.SendAsync("/inbox", $"/inbox/approvals/{approval}", ("decision", "approve"))).Status);
        Assert.Single(api.Get<CompanyStream>().State.Changes);
    }

    [Theory]
    [InlineData("changeControl: { role: cfo }\n", true)]
    [InlineData("", false)]
    public async Task A_rule_is_offered_only_where_one_can_be_made(string settings, bool isOffered)
    {
        await using var api = await StartAsync(settings);
        using var petra = await Visitor.OfAsync(api, "petra");
        await ActivatedAsync(api);
        var approval = await api.AskedAsync(await api.SubmittedAsync());
        Assert.Equal(isOffered, (await petra.PageAsync("/inbox")).Contains("propose a rule", StringComparison.Ordinal));
        var (_, html, _) = await petra.SendAsync("/inbox", $"/inbox/approvals/{approval}", ("form", $"decide-{approval}"), ("decision", "rule"), ("uses", "many"), ("reason", "As ever."));
        Assert.Contains("must be a whole number", html, StringComparison.Ordinal);
        Assert.Contains("As ever.", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_approval_that_somebody_else_refuses_proposes_nothing()
    {
        await using var api = await StartAsync("changeControl: { role: cfo }\n");
        using var petra = await api.AsAsync("petra");
        using var helena = await api.AsAsync("helena");
        await ActivatedAsync(api);
        var approval = await api.AskedAsync(await api.SubmittedAsync());
        await petra.PostTextAsync($"/api/approvals/{approval}", """{"decision":"approve","standing":{}}""");
        Assert.Equal("rejected", (await (await helena.PostTextAsync($"/api/approvals/{approval}", """{"decision":"reject"}""")).JsonAsync()).GetProperty("status").GetString());
        Assert.Empty(api.Get<CompanyStream>().State.Changes);
    }

    [Fact]
    public async Task Of_two_who_ask_for_a_rule_the_narrower_terms_count_and_the_first_is_its_author()
    {
        await using var api = await StartAsync("changeControl: { role: cfo }\n");
        using var petra = await api.AsAsync("petra");
        using var helena = await api.AsAsync("helena");
        await ActivatedAsync(api);
        var approval = await api.AskedAsync(await api.SubmittedAsync());
        await petra.PostTextAsync($"/api/approvals/{approval}", """{"decision":"approve","standing":{"uses":5}}""");
        await helena.PostTextAsync($"/api/approvals/{approval}", """{"decision":"approve","standing":{"uses":2}}""");
        var change = Assert.Single(api.Get<CompanyStream>().State.Changes.Values);
        Assert.Equal(("petra", 2), (change.By.PersonId, change.Proposed.Rule!.Value.ToElement().GetProperty("uses").GetInt32()));
    }

    [Fact]
    public async Task Whoever_may_not_approve_the_call_may_not_confirm_the_rule_that_came_of_it()
    {
        await using var api = await StartAsync("changeControl: { role: operator }\n");
        using var petra = await api.AsAsync("petra");
        using var helena = await api.AsAsync("helena");
        using var jana = await api.AsAsync("jana");
        await ActivatedAsync(api);
        var approval = await api.AskedAsync(await api.SubmittedAsync());
        await petra.PostTextAsync($"/api/approvals/{approval}", """{"decision":"approve","standing":{}}""");
        await helena.PostTextAsync($"/api/approvals/{approval}", """{"decision":"approve"}""");
        var change = Assert.Single(api.Get<CompanyStream>().State.Changes.Keys);
        Assert.Contains(
            "asked for",
            await (await jana.PostTextAsync($"/api/changes/{change}", """{"decision":"confirm"}""")).ProblemAsync(HttpStatusCode.Forbidden, "not-allowed"), StringComparison.Ordinal);
        Assert.DoesNotContain("standing.yaml", api.Get<CompanyStream>().State.Files.Keys);
        Assert.Equal(HttpStatusCode.OK, (await jana.PostTextAsync($"/api/changes/{change}", """{"decision":"reject","reason":"Not for all."}""")).StatusCode);
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

    [Fact]
    public async Task A_rule_that_was_agreed_on_is_proposed_once_also_where_the_host_dies_between_the_yes_and_the_proposal()
    {
        var crash = new Dying(CrashPoint.AfterApprovalDecided);
        await using var api = await ApiUnderTest.StartAsync(crash, "changeControl: { role: cfo }\n", ("tools.yaml", Tools), ("authority.yaml", Authority));
        using var petra = await api.AsAsync("petra");
        using var helena = await api.AsAsync("helena");
        await ActivatedAsync(api);
        var workflow = await api.SubmittedAsync();
        var approval = await api.AskedAsync(workflow);
        await petra.PostTextAsync($"/api/approvals/{approval}", """{"decision":"approve","standing":{"uses":5}}""");
        crash.IsNear = true;
        Assert.Equal(HttpStatusCode.InternalServerError, (await helena.PostTextAsync($"/api/approvals/{approval}", """{"decision":"approve"}""")).StatusCode);
        Assert.Empty(api.Get<CompanyStream>().State.Changes);
        Assert.True((await StateAsync()).Approvals[approval].WantsStanding);

        // Whoever drives next: this host when it is back, or another. The goal itself, which nobody knows how to pursue, is over by then.
        await DriveAsync();
        await DriveAsync();
        var change = Assert.Single(api.Get<CompanyStream>().State.Changes.Values);
        Assert.Equal(("petra", 5), (change.By.PersonId, change.Proposed.Rule!.Value.ToElement().GetProperty("uses").GetInt32()));
        Assert.Equal(new StandingSettled(approval, change.Proposed.Change, null), (await StateAsync()).Approvals[approval].Standing);

        async Task<WorkflowState> StateAsync() => (await api.Get<IWorkflowOutside>().ReadAsync(workflow, CancellationToken.None))!;

        Task DriveAsync() => api.Get<CompanyAtWork>().Get<AiManager.ManagerAgent.WorkflowLoop>().RunUntilIdleAsync(null, CancellationToken.None);
    }

    /// <summary>Dies at one point, once it is near.</summary>
    private sealed class Dying(CrashPoint at) : ICrashPoints
    {
        public bool IsNear { get; set; }

        public void Pass(CrashPoint point, string stream)
        {
            if (point == at && IsNear)
            {
                IsNear = false;
                throw new InvalidOperationException("The host is gone.");
            }
        }
    }

    private static Task<ApiUnderTest> StartAsync(string settings) => ApiUnderTest.StartAsync(settings, ("tools.yaml", Tools), ("authority.yaml", Authority));

    private static Task ActivatedAsync(ApiUnderTest api)
    {
        var company = api.Get<LoadedCompany>();
        return Standing.SettleAsync(company.Bundle, activates: true, company.Other, api.Get<CompanyStream>(), api.Get<IBlobs>(), CancellationToken.None);
    }
}
