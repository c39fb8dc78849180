using System.Net;

namespace AiManager.Host.Tests;

/// <summary>What a role lets somebody do, and that it is looked at each time.</summary>
public sealed class RoleTests
{
    private const string People =
        """
        people:
          - { id: jana, name: Jana, roles: [operator, platform-operator] }
          - { id: petra, name: Petra, roles: [lead] }
          - { id: vera, name: Vera Novak, roles: [viewer] }
          - { id: lukas, name: Lukas, roles: [viewer, compliance] }
        """;

    [Theory]
    [InlineData("", "read answer")]
    [InlineData("viewer", "read answer")]
    [InlineData("approver", "read answer approve")]
    [InlineData("cfo", "read submit answer approve")]
    [InlineData("viewer cfo", "read submit answer approve")]
    [InlineData("viewer compliance", "read answer approve audit suspend classify keys")]
    [InlineData("risk", "read answer approve audit suspend classify keys")]
    [InlineData("cfo compliance", "read submit answer approve audit suspend classify keys")]
    [InlineData("operator", "read submit answer approve audit suspend metrics")]
    [InlineData("admin", "read submit answer approve audit suspend classify keys metrics")]
    [InlineData("platform-operator", "read submit answer approve audit suspend classify keys metrics")]
    [InlineData("Operator", "read submit answer approve")]
    public void A_person_may_what_any_of_their_roles_gives(string roles, string permissions)
    {
        string[] of = roles.Split(' ', StringSplitOptions.RemoveEmptyEntries), may = permissions.Split(' ');
        Assert.Equal(may, RolePermissions.Of([.. of]));
        Assert.Equal(may.Intersect([Permission.Read, Permission.Audit]), RolePermissions.Of([.. of], [Permission.Read, Permission.Audit]));
        Assert.Equal(may.Intersect([Permission.Submit, Permission.Answer]), RolePermissions.Of([.. of], [Permission.Submit])); // keys of before answer, too
        Assert.DoesNotContain(Permission.Answer, RolePermissions.Of([.. of], [Permission.Read]));
        Assert.DoesNotContain(Permission.Terminal, RolePermissions.Of([.. of], [Permission.Terminal]));
    }

    [Fact]
    public async Task A_role_that_is_taken_away_is_gone_at_once_for_keys_sessions_and_streams()
    {
        await using var api = await ApiUnderTest.StartAsync("allowLocalStandIn: true\n", ("people.yaml", People));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var key = await api.AsAsync("jana");
        using var browser = await Visitor.OfAsync(api, "jana");
        using var other = await Visitor.OfAsync(api, "petra");
        Assert.Equal(HttpStatusCode.SeeOther, (await other.SendAsync("/", "/sign-in/as", ("person", "jana"))).Status);
        using var live = await browser.Client.GetStreamAsync(new Uri("/live", UriKind.Relative), patience.Token);
        var before = await browser.PageAsync("/");
        Assert.All(["/audit\"", "name=\"goal\""], shown => Assert.Contains(shown, before, StringComparison.Ordinal));
        foreach (var client in new[] { key, browser.Client, other.Client })
        {
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("/api/journal/verify", UriKind.Relative))).StatusCode);
        }

        var company = api.Get<LoadedCompany>();
        api.Get<CompanyAtWork>().Switch(company.Other(CompanyFolder.Of(company.Bundle.Texts.SetItem(
            "people.yaml", People.Replace("name: Jana, roles: [operator, platform-operator]", "name: Jana, roles: [viewer]", StringComparison.Ordinal)))));

        foreach (var client in new[] { key, browser.Client, other.Client })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await client.GetAsync(new Uri("/api/journal/verify", UriKind.Relative))).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("/api/workflows", UriKind.Relative))).StatusCode);
        }

        await live.CopyToAsync(Stream.Null, patience.Token); // what it shows has buttons that are hers no more
        var after = await browser.PageAsync("/");
        Assert.All(["/audit\"", "name=\"goal\""], hidden => Assert.DoesNotContain(hidden, after, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whoever_may_not_is_told_which_role_it_takes_and_who_has_it()
    {
        await using var api = await ApiUnderTest.StartAsync("", ("people.yaml", People));
        using var vera = await Visitor.OfAsync(api, "vera");
        foreach (var (path, words) in new[]
        {
            ("/audit", "'audit', which comes with one of the roles admin, compliance, operator, platform-operator, risk. Yours: viewer. Jana, Lukas can do it."),
            ("/metrics", "'metrics', which comes with one of the roles admin, operator, platform-operator. Yours: viewer. Jana can do it."),
        })
        {
            using var reply = await vera.Client.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal(HttpStatusCode.Forbidden, reply.StatusCode);
            Assert.Contains(words, WebUtility.HtmlDecode(await reply.Content.ReadAsStringAsync()).Replace("\\u0027", "'", StringComparison.Ordinal), StringComparison.Ordinal);
        }

        using var key = await api.AsAsync("vera");
        Assert.Contains(
            "a role of the company's own, or with one of the roles admin, operator, platform-operator. Yours: viewer. Jana, Petra can do it.",
            await (await key.PostTextAsync("/api/workflows", """{"goal":"Buy pens"}""")).ProblemAsync(HttpStatusCode.Forbidden, "not-allowed"),
            StringComparison.Ordinal);
        using var narrow = await api.AsAsync("jana", Permission.Metrics);
        var limited = await (await narrow.GetAsync(new Uri("/api/workflows", UriKind.Relative))).ProblemAsync(HttpStatusCode.Forbidden, "not-allowed");
        Assert.Contains("limited to metrics; that takes one with the scope 'read'", limited, StringComparison.Ordinal);
        Assert.DoesNotContain("Petra", limited, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Agents_and_chat_clients_are_shown_and_let_do_what_their_persons_roles_give()
    {
        await using var api = await ApiUnderTest.StartAsync("", ("people.yaml", People));
        foreach (var (person, tools) in new[] { ("vera", "get_workflow list_approvals"), ("lukas", "get_workflow list_approvals decide_approval"), ("petra", "submit_goal get_workflow list_approvals decide_approval send_message cancel_workflow") })
        {
            var key = await api.Get<KeyDesk>().CreateAsync(person, [], null, Actor.System, CancellationToken.None);
            await using var client = await McpClients.ConnectAsync(api.Url, key.Write());
            Assert.Equal(tools, string.Join(' ', (await client.ListToolsAsync()).Select(t => t.Name)));
        }

        using var vera = await api.AsAsync("vera");
        using var chat = await vera.PostTextAsync("/v1/chat/completions", """{"model":"ai-manager","messages":[{"role":"user","content":"Buy pens"}]}""");
        Assert.Equal(HttpStatusCode.Forbidden, chat.StatusCode);
        Assert.Contains("Yours: viewer", await chat.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        vera.DefaultRequestHeaders.Add("A2A-Version", "1.0");
        using var agent = await vera.PostTextAsync("/a2a", """{"jsonrpc":"2.0","id":1,"method":"SendMessage","params":{"message":{"messageId":"m1","role":"ROLE_USER","parts":[{"text":"Buy pens"}]}}}""");
        Assert.Equal(HttpStatusCode.Forbidden, agent.StatusCode);
        Assert.Contains("Yours: viewer", await agent.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty((await (await vera.GetAsync(new Uri("/api/workflows", UriKind.Relative))).JsonAsync()).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_key_is_not_made_for_what_its_person_may_not()
    {
        await using var api = await ApiUnderTest.StartAsync("", ("people.yaml", People));
        var refused = await Assert.ThrowsAsync<UsageException>(() => api.AsAsync("vera", Permission.Read, Permission.Submit));
        Assert.Contains("Vera Novak may not have a key for 'submit'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Theirs: viewer, which give read, answer.", refused.Message, StringComparison.Ordinal);
        Assert.Empty(api.Get<KeyDesk>().All);
        using var terminal = api.Terminal("jana");
        Assert.Contains("'audit'", await (await terminal.PostTextAsync("/api/keys", """{"person":"vera","scopes":["audit"]}""")).ProblemAsync(HttpStatusCode.BadRequest, "invalid-request"), StringComparison.Ordinal);
    }
}
