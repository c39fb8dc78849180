using System.Net;
using System.Text.RegularExpressions;
using System.Web;
using AiManager.Contracts;
using static AiManager.Host.Tests.OidcUnderTest;

namespace AiManager.Host.Tests;

public sealed class OidcTests
{
    private const string People =
        """
        people:
          - { id: petra, name: Petra Novak, email: Petra@example.com, roles: [lead] }
          - { id: one, name: One, email: both@example.com, roles: [lead] }
          - { id: two, name: Two, email: both@example.com, roles: [lead] }
        """;

    [NpmFact]
    public async Task A_real_provider_signs_in_whom_the_company_knows_and_nobody_else_and_leads_to_no_other_site()
    {
        var port = FreePort.Take();
        await using var api = await StartAsync(port, People);
        using var provider = await RealProvider.StartAsync(port, api.Url);

        using var browser = Browser(api).Browser;
        using var page = await browser.GetAsync(new Uri("/inbox", UriKind.Relative));
        Assert.Contains("href=\"/sign-in/provider?back=%2Finbox\"", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var (status, text) = await ThroughAsync(browser, "petra", "/inbox?x=1");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("url=/inbox?x=1\"", text, StringComparison.Ordinal);
        Assert.Contains("Petra Novak", await browser.GetStringAsync("/people"), StringComparison.Ordinal);

        foreach (var back in new[] { "https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)" })
        {
            Assert.Contains("url=/\"", (await ThroughAsync(browser, "petra", back)).Text, StringComparison.Ordinal);
        }

        foreach (var (account, says) in new[] { ("ghost", "nobody in this company"), ("loose", "is verified"), ("both", "nobody in this company") })
        {
            using var other = Browser(api).Browser;
            (status, text) = await ThroughAsync(other, account, "/");
            Assert.Equal(HttpStatusCode.Forbidden, status);
            Assert.Contains(says, text, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(other, "/inbox"));
        }
    }

    [NpmFact]
    public async Task An_answer_counts_once_in_the_browser_that_asked_and_with_its_own_state()
    {
        var port = FreePort.Take();
        await using var api = await StartAsync(port, People);
        using var provider = await RealProvider.StartAsync(port, api.Url);
        using var victim = Browser(api).Browser;
        using var thief = Browser(api).Browser;

        var answer = await RealProvider.SignInAsync(await BeginAsync(thief, "/"), "petra");
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(victim, answer.PathAndQuery));
        _ = await BeginAsync(victim, "/");
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(victim, answer.PathAndQuery));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(victim, "/inbox"));

        // Another's code under one's own state: the proof and the nonce are another's.
        var own = HttpUtility.ParseQueryString((await BeginAsync(victim, "/")).Query)["state"];
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(victim, $"{OidcPages.Returns}?code={HttpUtility.ParseQueryString(answer.Query)["code"]}&state={own}"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(victim, "/inbox"));

        using var browser = Browser(api).Browser;
        var good = await RealProvider.SignInAsync(await BeginAsync(browser, "/"), "petra");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(browser, good.PathAndQuery));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(browser, good.PathAndQuery));
        var mixed = await RealProvider.SignInAsync(await BeginAsync(browser, "/"), "petra");
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(browser, Regex.Replace(mixed.PathAndQuery, "iss=[^&]+", "iss=https%3A%2F%2Fevil.example")));
    }

    [NpmFact]
    public async Task Behind_a_proxy_the_address_that_is_named_is_used_and_no_header_of_a_stranger()
    {
        var port = FreePort.Take();
        await using var api = await StartAsync(port, People, ", address: 'https://manager.example.com'");
        using var provider = await RealProvider.StartAsync(port, api.Url);
        using var browser = Browser(api).Browser;
        using var request = new HttpRequestMessage(HttpMethod.Get, OidcPages.Begins) { Headers = { Host = "manager.example.com" } };
        request.Headers.Add("X-Forwarded-Host", "evil.example");
        using var reply = await browser.SendAsync(request);
        Assert.Equal("https://manager.example.com" + OidcPages.Returns, HttpUtility.ParseQueryString(reply.Headers.Location!.Query)["redirect_uri"]);
        var cookie = Assert.Single(reply.Headers.GetValues("Set-Cookie"));
        Assert.All(["secure", "httponly", "samesite=lax"], word => Assert.Contains(word, cookie, StringComparison.Ordinal));

        using var stranger = new HttpRequestMessage(HttpMethod.Get, OidcPages.Begins) { Headers = { Host = "evil.example" } };
        using var refused = await browser.SendAsync(stranger);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, refused.StatusCode);
    }

    [Fact]
    public async Task While_the_provider_is_away_that_is_said_and_a_key_still_signs_in()
    {
        await using var api = await StartAsync(FreePort.Take(), People);
        using var browser = Browser(api).Browser;
        using var reply = await browser.GetAsync(new Uri(OidcPages.Begins, UriKind.Relative));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, reply.StatusCode);
        Assert.Contains("Example ID cannot be asked now", await reply.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var key = await api.Get<KeyDesk>().CreateAsync("petra", [], null, Actor.System, CancellationToken.None);
        using var visitor = new Visitor(Browser(api).Browser);
        Assert.Equal(HttpStatusCode.SeeOther, (await visitor.SendAsync("/", "/sign-in", ("key", key.Write()))).Status);
    }

    private static async Task<(HttpStatusCode Status, string Text)> ThroughAsync(HttpClient browser, string account, string back)
    {
        var answer = await RealProvider.SignInAsync(await BeginAsync(browser, back), account);
        using var reply = await browser.GetAsync(answer);
        return (reply.StatusCode, WebUtility.HtmlDecode(await reply.Content.ReadAsStringAsync()));
    }
}
