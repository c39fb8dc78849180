using System.Net;
using System.Web;
using AiManager.Contracts;
using Microsoft.AspNetCore.WebUtilities;

namespace AiManager.Host.Tests;

/// <summary>What a session that a provider opened hangs on, and what strangers can have asked of the provider.</summary>
public sealed class OidcSessionTests
{
    private const string People =
        """
        people:
          - { id: petra, name: Petra Novak, email: petra@example.com, roles: [lead] }
          - { id: omar, name: Omar, roles: [lead] }
        """;

    [NpmFact]
    public async Task A_session_ends_with_its_streams_once_the_company_no_longer_takes_what_opened_it_for_that_person()
    {
        var port = RealProvider.FreePort();
        await using var api = await StartAsync(port);
        using var provider = await RealProvider.StartAsync(port, api.Url);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var linked = await api.BrowserAsync("petra");
        var company = api.Get<LoadedCompany>();
        void Say(string file, string from, string to) => api.Get<CompanyAtWork>().Switch(company.Other(CompanyFolder.Of(company.Bundle.Texts.SetItem(file, company.Bundle.Texts[file].Replace(from, to, StringComparison.Ordinal)))));

        (string File, string From, string To)[] ends =
        [
            ("people.yaml", "petra@example.com", "novak@example.com"),
            ("company.yaml", "clientId: manager,", "clientId: manager, subjects: { petra: omar },"),
            ("company.yaml", $"http://127.0.0.1:{port}", "https://id.example.com"),
        ];
        foreach (var (file, from, to) in ends)
        {
            Say(file, "nothing that stands there", string.Empty);
            var (browser, _) = Browser(api);
            await SignInAsync(browser);
            using var live = await browser.GetStreamAsync(new Uri("/live", UriKind.Relative), patience.Token);
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(browser, "/inbox"));
            Say(file, from, to);
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(browser, "/inbox"));
            await live.CopyToAsync(Stream.Null, patience.Token);
            browser.Dispose();
        }

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(linked, "/inbox"));
    }

    [NpmFact]
    public async Task Another_site_begins_no_sign_in_and_one_that_is_made_ends_the_session_in_which_it_was_begun()
    {
        var port = RealProvider.FreePort();
        await using var api = await StartAsync(port);
        using var provider = await RealProvider.StartAsync(port, api.Url);
        var (browser, cookies) = Browser(api);
        using var _ = browser;
        foreach (var (site, status) in new[] { ("cross-site", HttpStatusCode.Forbidden), ("same-site", HttpStatusCode.Forbidden), ("same-origin", HttpStatusCode.Redirect), ("none", HttpStatusCode.Redirect) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, OidcPages.Begins);
            request.Headers.Add("Sec-Fetch-Site", site);
            using var reply = await browser.SendAsync(request);
            Assert.Equal((status, status == HttpStatusCode.Redirect), (reply.StatusCode, reply.Headers.TryGetValues("Set-Cookie", out var set) && set.Any(c => c.StartsWith("aimanager-provider=", StringComparison.Ordinal))));
        }

        using var signedIn = await browser.GetAsync(new Uri($"/sign-in/{api.Get<SignInLinks>().New("omar")}", UriKind.Relative));
        var before = cookies.GetCookies(api.Url)["aimanager"]!.Value;
        var answer = await RealProvider.SignInAsync(await BeginAsync(browser), "petra");

        // As a browser comes back from another site: with the attempt's cookie, and without the session's.
        using var returning = new HttpClient(new HttpClientHandler { UseCookies = false }) { BaseAddress = api.Url };
        returning.DefaultRequestHeaders.Add("Cookie", $"aimanager-provider={cookies.GetCookies(new Uri(api.Url, OidcPages.Returns))["aimanager-provider"]!.Value}");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(returning, answer.PathAndQuery));
        using var old = new HttpClient(new HttpClientHandler { UseCookies = false }) { BaseAddress = api.Url };
        old.DefaultRequestHeaders.Add("Cookie", $"aimanager={before}");
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(old, "/inbox"));
    }

    [NpmFact]
    public async Task A_sign_in_has_one_answer_and_nobody_has_codes_exchanged_without_end()
    {
        var port = RealProvider.FreePort();
        await using var api = await StartAsync(port);
        using var provider = await RealProvider.StartAsync(port, api.Url);
        var (browser, cookies) = Browser(api);
        using var _ = browser;
        var state = HttpUtility.ParseQueryString((await BeginAsync(browser)).Query)["state"];
        using var copied = new HttpClient(new HttpClientHandler { UseCookies = false }) { BaseAddress = api.Url };
        copied.DefaultRequestHeaders.Add("Cookie", $"aimanager-provider={cookies.GetCookies(new Uri(api.Url, OidcPages.Returns))["aimanager-provider"]!.Value}");
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(copied, $"{OidcPages.Returns}?code=guessed&state={state}"));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(copied, $"{OidcPages.Returns}?code=guessed&state={state}"));

        for (var i = 1; i < OidcTurns.PerAddress; i++)
        {
            Assert.Equal(HttpStatusCode.Forbidden, await GuessAsync(browser));
        }

        using var last = await browser.GetAsync(new Uri($"{OidcPages.Returns}?code=guessed&state={HttpUtility.ParseQueryString((await BeginAsync(browser)).Query)["state"]}", UriKind.Relative));
        Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromMinutes(1)), (last.StatusCode, last.Headers.RetryAfter?.Delta));
        Assert.Contains("sign in another way", await last.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Few_codes_are_exchanged_at_once_and_there_is_room_again_after_a_minute()
    {
        var time = new ManualTime();
        using var turns = new OidcTurns(time);
        var held = new List<OidcTurn.Taken>();
        for (var i = 0; i < OidcTurns.AtOnce; i++)
        {
            held.Add(Assert.IsType<OidcTurn.Taken>(await TakeAsync(IPAddress.Loopback)));
        }

        var waiting = TakeAsync(IPAddress.Loopback);
        Assert.False(waiting.IsCompleted);
        held[0].Dispose();
        Assert.IsType<OidcTurn.Taken>(await waiting).Dispose();
        for (var i = OidcTurns.AtOnce + 1; i < OidcTurns.PerAddress; i++)
        {
            Assert.IsType<OidcTurn.Taken>(await TakeAsync(IPAddress.Loopback)).Dispose();
        }

        Assert.IsType<OidcTurn.TooMany>(await TakeAsync(IPAddress.Loopback));
        for (var i = OidcTurns.PerAddress; i < OidcTurns.InAll; i++)
        {
            Assert.IsType<OidcTurn.Taken>(await TakeAsync(null)).Dispose();
        }

        Assert.IsType<OidcTurn.TooMany>(await TakeAsync(IPAddress.IPv6Loopback));
        time.Advance(OidcTurns.Pause);
        Assert.IsType<OidcTurn.Taken>(await TakeAsync(IPAddress.Loopback)).Dispose();

        Task<OidcTurn> TakeAsync(IPAddress? from) => turns.TakeAsync(OidcAttempt.New("/", null, time.Now), from, CancellationToken.None);
    }

    [NpmFact]
    public async Task A_key_that_was_replaced_under_its_name_is_asked_for_again_and_not_more_than_once_a_minute()
    {
        var port = RealProvider.FreePort();
        var manager = new Uri($"http://127.0.0.1:{RealProvider.FreePort()}");
        var settings = new OidcSettings("Example ID", $"http://127.0.0.1:{port}", "manager", "open sesame");
        var time = new ManualTime(TimeProvider.System.GetUtcNow());
        using var client = new OidcClient(time);
        using (await RealProvider.StartAsync(port, manager))
        {
            Assert.IsType<OidcIdentity.Known>(await IdentifyAsync());
        }

        using var again = await RealProvider.StartAsync(port, manager);
        Assert.Contains("signature", Assert.IsType<OidcIdentity.Refused>(await IdentifyAsync()).Why, StringComparison.Ordinal);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.IsType<OidcIdentity.Known>(await IdentifyAsync());

        async Task<OidcIdentity> IdentifyAsync()
        {
            var (attempt, returnTo) = (OidcAttempt.New("/", null, time.Now), new Uri(manager, OidcPages.Returns).AbsoluteUri);
            var address = QueryHelpers.AddQueryString((await client.AuthorizeAddressAsync(settings, CancellationToken.None))!.AbsoluteUri, new Dictionary<string, string?>
            {
                ["response_type"] = "code",
                ["client_id"] = settings.ClientId,
                ["redirect_uri"] = returnTo,
                ["scope"] = "openid email",
                ["state"] = attempt.State,
                ["nonce"] = attempt.Nonce,
                ["code_challenge"] = attempt.Challenge,
                ["code_challenge_method"] = "S256",
            });
            var answer = await RealProvider.SignInAsync(new Uri(address), "petra");
            return await client.IdentifyAsync(settings, HttpUtility.ParseQueryString(answer.Query)["code"]!, attempt, returnTo, CancellationToken.None);
        }
    }

    private static Task<ApiUnderTest> StartAsync(int port) => ApiUnderTest.StartAsync(
        $"signIn: {{ oidc: {{ name: Example ID, authority: 'http://127.0.0.1:{port}', clientId: manager, clientSecret: '${{HOOK}}' }} }}\n", ("people.yaml", People));

    private static (HttpClient Browser, CookieContainer Cookies) Browser(ApiUnderTest api)
    {
        var cookies = new CookieContainer();
        var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = cookies }) { BaseAddress = api.Url };
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        return (client, cookies);
    }

    private static async Task<Uri> BeginAsync(HttpClient browser)
    {
        using var reply = await browser.GetAsync(new Uri(OidcPages.Begins, UriKind.Relative));
        Assert.Equal(HttpStatusCode.Redirect, reply.StatusCode);
        return reply.Headers.Location!;
    }

    private static async Task SignInAsync(HttpClient browser)
    {
        var answer = await RealProvider.SignInAsync(await BeginAsync(browser), "petra");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(browser, answer.PathAndQuery));
    }

    private static async Task<HttpStatusCode> GuessAsync(HttpClient browser) =>
        await StatusAsync(browser, $"{OidcPages.Returns}?code=guessed&state={HttpUtility.ParseQueryString((await BeginAsync(browser)).Query)["state"]}");

    private static async Task<HttpStatusCode> StatusAsync(HttpClient browser, string path)
    {
        using var reply = await browser.GetAsync(new Uri(path, UriKind.Relative));
        return reply.StatusCode;
    }
}
