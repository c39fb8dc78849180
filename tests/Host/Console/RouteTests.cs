using System.Net;
using System.Text;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace AiManager.Host.Tests;

/// <summary>Every route that there is, whoever adds one: who gets in, and that a browser's request needs the token of a form.</summary>
public sealed class RouteTests(HardHost host) : IClassFixture<HardHost>
{
    /// <summary>What anybody may ask.</summary>
    private static readonly HashSet<string> Open = new(StringComparer.Ordinal)
    {
        "/", "/.well-known/agent-card.json", "/sign-in", "/sign-in/{code}", OidcPages.Begins, OidcPages.Returns, MailPages.Path, "/console.css", "/console.js", "/console.svg", "/health/live", "/health/ready",
        "/api/monitors/{name}/webhook", // takes the monitor's own secret
    };

    /// <summary>What takes somebody who is signed in, whatever they may otherwise.</summary>
    private static readonly HashSet<string> OfAnybody = new(StringComparer.Ordinal) { "/sign-in/as", "/sign-out", "/mcp" }; // which shows a key the tools of its scopes

    /// <summary>What each role lets somebody do, said once more than in the program; other roles are the company's own.</summary>
    private static readonly Dictionary<string, string> Allowed = new(StringComparer.Ordinal)
    {
        ["nils"] = "read answer",
        ["vera"] = "read answer",
        ["amos"] = "read answer approve",
        ["wim"] = "read submit answer approve",
        ["cora"] = "read answer approve audit suspend classify keys",
        ["rita"] = "read answer approve audit suspend classify keys",
        ["jana"] = "read submit answer approve audit suspend metrics",
        ["piet"] = "read submit answer approve audit suspend classify keys metrics",
        ["ada"] = "read submit answer approve audit suspend classify keys metrics",
    };

    /// <summary>What each route takes, by permission; whoever adds a route says here whose it is.</summary>
    private static readonly Dictionary<string, string> Takes = new(StringComparer.Ordinal)
    {
        ["read"] =
            """
            GET /live
            GET /inbox
            GET /inbox/count
            GET /inbox/live
            GET /workflows
            GET /workflows/{id}
            GET /workflows/{id}/timeline
            GET /workflows/{id}/timeline/{zoom}/live
            GET /workflows/{id}/live
            GET /knowledge
            GET /knowledge/{id}
            GET /monitors
            GET /monitors/live
            GET /people
            GET /tools
            GET /authority
            POST /authority
            GET /authority/draft
            GET /authority/changes/{id}
            POST /authority/draft
            GET /jobs
            GET /jobs/live
            GET /insights
            GET /webhooks
            GET /keys
            POST /keys/{id}/revoke
            POST /keys/sessions/{id}/end
            GET /openapi/{documentName}.json
            GET /api/company
            GET /api/escalations
            GET /api/jobs
            GET /api/changes
            GET /api/changes/{id}
            GET /api/tools
            GET /api/approvals
            GET /api/approvals/{id}
            POST /access/v1/evaluation
            POST /access/v1/evaluations
            GET /.well-known/authzen-configuration
            GET /api/workflows
            GET /api/workflows/{id}
            GET /api/workflows/{id}/events
            GET /api/workflows/{id}/stream
            GET /api/workflows/{id}/related
            GET /api/insights
            GET /api/tasks
            POST /api/authority/check
            GET /api/nodes
            GET /api/monitors
            GET /api/suspensions
            GET /api/memory
            GET /api/memory/stats
            GET /v1/models
            GET /v1/models/{model}
            POST /a2a
            POST /a2a/message:send
            POST /a2a/message:stream
            GET /a2a/tasks
            GET /a2a/tasks/{id}
            POST /a2a/tasks/{id}:cancel
            GET /a2a/tasks/{id}:subscribe
            POST /a2a/tasks/{id}:subscribe
            POST /a2a/tasks/{id}/pushNotificationConfigs
            GET /a2a/tasks/{id}/pushNotificationConfigs
            GET /a2a/tasks/{id}/pushNotificationConfigs/{configId}
            DELETE /a2a/tasks/{id}/pushNotificationConfigs/{configId}
            GET /a2a/extendedAgentCard
            GET /api/webhooks
            GET /api/webhooks/{name}/deliveries
            """,
        ["submit"] =
            """
            POST /inbox/goals
            POST /inbox/monitors/{name}
            POST /jobs/upkeep/{name}
            POST /workflows/{id}
            POST /api/workflows
            POST /api/workflows/{id}/messages
            POST /api/workflows/{id}/pause
            POST /api/workflows/{id}/resume
            POST /api/workflows/{id}/tasks/{task}/revoke
            POST /api/workflows/{id}/join
            POST /api/workflows/{id}/cancel
            POST /api/monitors/{name}/run
            POST /api/monitors/{name}/pause
            POST /api/monitors/{name}/resume
            """,
        ["answer"] =
            """
            POST /inbox/escalations/{id}
            POST /inbox/notes
            POST /inbox/tasks/{id}
            POST /api/escalations/{id}
            POST /api/tasks/{id}/deliverable
            """,
        ["submit+read"] =
            """
            POST /v1/chat/completions
            """,
        ["approve"] =
            """
            POST /inbox/approvals/{id}
            POST /inbox/batch
            POST /authority/changes/{id}
            POST /api/changes/{id}
            POST /api/approvals/batch
            POST /api/approvals/{id}
            """,
        ["audit"] =
            """
            GET /audit
            POST /audit/verify
            GET /audit/live
            GET /audit/events/{stream}/{seq}
            GET /api/authority/decisions
            GET /api/journal/verify
            GET /api/journal/export
            """,
        ["suspend"] =
            """
            POST /suspensions
            POST /tools/check
            POST /webhooks
            POST /api/suspensions
            DELETE /api/suspensions/{kind}/{name}
            POST /api/webhooks/{name}/deliveries/{id}/redeliver
            POST /api/webhooks/{name}/enable
            """,
        ["classify"] =
            """
            POST /tools/classify
            POST /authority/draft/propose
            POST /api/tools/{name}/classify
            """,
        ["metrics"] =
            """
            GET /metrics
            """,
        ["terminal"] =
            """
            POST /api/changes
            POST /api/keys
            POST /api/keys/{id}/revoke
            """,
    };

    /// <summary>What takes JSON; the rest takes forms.</summary>
    private static readonly string[] OfPrograms = ["/api", "/access", "/v1", "/mcp", "/a2a"];

    [Fact]
    public void Every_route_says_who_may_ask_it()
    {
        foreach (var (route, _, policies, isOpen) in Routes())
        {
            Assert.True(isOpen == Open.Contains(route), $"{route} is open to anybody, or is said to be and is not");
            Assert.True(isOpen || OfAnybody.Contains(route) || policies.Any(p => Permission.Scopes.Contains(p) || p == Permission.Terminal), $"{route} takes no permission");
        }
    }

    [Fact]
    public async Task A_stranger_gets_in_nowhere()
    {
        using var stranger = host.Api.Stranger();
        foreach (var (route, method, _, _) in Routes().Where(r => !r.IsOpen))
        {
            using var reply = await SendAsync(stranger, method, route);
            Assert.True(reply.StatusCode == HttpStatusCode.Unauthorized, $"{method} {route}: {(int)reply.StatusCode}");
        }
    }

    [Fact]
    public async Task A_key_that_is_not_for_it_is_refused_on_every_route_whatever_it_asks_for()
    {
        foreach (var scope in Permission.Scopes)
        {
            using var key = await host.Api.AsAsync("ada", scope);
            foreach (var (route, method, _, _) in Routes().Where(r => !r.IsOpen && r.Policies.Any(p => p != scope && (p, scope) != (Permission.Answer, Permission.Submit))))
            {
                using var reply = await SendAsync(key, method, route);
                Assert.True(reply.StatusCode == HttpStatusCode.Forbidden, $"{scope}: {method} {route}: {(int)reply.StatusCode}");
            }
        }
    }

    [Fact]
    public async Task Every_role_gets_in_where_the_table_says_and_nowhere_else()
    {
        var table = Takes.SelectMany(t => t.Value.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(r => (Route: r, Permissions: t.Key))).ToDictionary(t => t.Route, t => t.Permissions, StringComparer.Ordinal);
        var routes = Routes().Where(r => !r.IsOpen && !OfAnybody.Contains(r.Route)).ToList();
        var missing = routes.Select(r => $"{r.Method} {r.Route}").Except(table.Keys).Order(StringComparer.Ordinal).ToList();
        Assert.True(missing.Count == 0, "Say in the table what these take:\n" + string.Join('\n', missing.Select(m => $"{m}  {string.Join('+', routes.First(r => $"{r.Method} {r.Route}" == m).Policies)}")));
        Assert.Empty(table.Keys.Except(routes.Select(r => $"{r.Method} {r.Route}")));

        foreach (var (person, allowed) in Allowed)
        {
            using var client = await host.Api.AsAsync(person);
            foreach (var (route, method, _, _) in routes)
            {
                using var reply = await SendAsync(client, method, route);
                var isRefused = reply.StatusCode == HttpStatusCode.Forbidden && (await reply.Content.ReadAsStringAsync()) is var why
                    && (why.Contains("takes the permission", StringComparison.Ordinal) || why.Contains("Only the terminal", StringComparison.Ordinal));
                var may = table[$"{method} {route}"].Split('+').All(p => allowed.Split(' ').Contains(p));
                Assert.True(isRefused != may, $"{person}: {method} {route}: {(int)reply.StatusCode}");
            }
        }
    }

    [Fact]
    public async Task Another_site_that_makes_a_browser_send_something_changes_nothing_anywhere()
    {
        using var jana = await Visitor.OfAsync(host.Api, "jana");
        foreach (var (route, method, _, _) in Routes().Where(r => r.Method != "GET" && !r.IsOpen))
        {
            using var reply = await SendAsync(jana.Client, method, route);
            var page = await reply.Content.ReadAsStringAsync();
            Assert.True(reply.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden && (reply.StatusCode == HttpStatusCode.Forbidden || page.Contains("token is missing or old", StringComparison.Ordinal)), $"{method} {route}: {(int)reply.StatusCode} {page}");
        }
    }

    private List<(string Route, string Method, string[] Policies, bool IsOpen)> Routes() =>
    [
        .. from endpoint in host.Api.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
           from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"]
           select (
               "/" + endpoint.RoutePattern.RawText!.Trim('/'),
               method,
               endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(a => a.Policy).OfType<string>().ToArray(),
               endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null || endpoint.Metadata.GetMetadata<IAuthorizeData>() is null),
    ];

    /// <summary>With ids that are well-formed and nobody's, and a form that says nothing.</summary>
    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string method, string route)
    {
        var path = string.Concat(RoutePatternFactory.Parse(route).PathSegments.Select(s => "/" + string.Concat(s.Parts.Select(p => p is RoutePatternLiteralPart literal ? literal.Content : "wf_00000000000000000000000000"))));
        using var request = new HttpRequestMessage(new HttpMethod(method), path.Length == 0 ? "/" : path);
        request.Content = method == "GET" ? null : OfPrograms.Any(p => path.StartsWith(p, StringComparison.Ordinal)) ? new StringContent("{}", Encoding.UTF8, "application/json") : new FormUrlEncodedContent([]);
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }
}

/// <summary>One host for many attempts, with limits that they do not reach.</summary>
public sealed class HardHost : IAsyncLifetime
{
    private const string People =
        """
        people:
          - { id: jana, name: Jana, roles: [operator] }
          - { id: petra, name: Petra, roles: [lead] }
          - { id: omar, name: Omar, roles: [lead] }
          - { id: helena, name: Helena, roles: [cfo] }
          - { id: nils, name: Nils, roles: [] }
          - { id: vera, name: Vera, roles: [viewer] }
          - { id: amos, name: Amos, roles: [approver] }
          - { id: wim, name: Wim, roles: [warehouse] }
          - { id: cora, name: Cora, roles: [compliance] }
          - { id: rita, name: Rita, roles: [risk] }
          - { id: piet, name: Piet, roles: [platform-operator] }
          - { id: ada, name: Ada, roles: [admin] }
        """;

    internal ApiUnderTest Api { get; private set; } = null!;

    public async Task InitializeAsync() => Api = await ApiUnderTest.StartAsync("api: { writesPerMinute: 100000, hosts: [manager.example.com] }\n", ("people.yaml", People));

    public async Task DisposeAsync() => await Api.DisposeAsync();
}
