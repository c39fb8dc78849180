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
            using var key = await host.Api.AsAsync("jana", scope);
            foreach (var (route, method, _, _) in Routes().Where(r => !r.IsOpen && r.Policies.Any(p => p != scope)))
            {
                using var reply = await SendAsync(key, method, route);
                Assert.True(reply.StatusCode == HttpStatusCode.Forbidden, $"{scope}: {method} {route}: {(int)reply.StatusCode}");
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
    internal ApiUnderTest Api { get; private set; } = null!;

    public async Task InitializeAsync() => Api = await ApiUnderTest.StartAsync("api: { writesPerMinute: 100000, hosts: [manager.example.com] }\n");

    public async Task DisposeAsync() => await Api.DisposeAsync();
}
