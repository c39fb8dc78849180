using System.Net;
using System.Web;
using AiManager.Contracts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using static AiManager.Host.Tests.OidcUnderTest;

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
        var port = FreePort.Take();
        await using var api = await StartAsync(port, People);
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
        var port = FreePort.Take();
        await using var api = await StartAsync(port, People);
        using var provider = await RealProvider.StartAsync(port, api.Url);
        var (browser, cookies) = Browser(api);
        using var _ = browser;
        foreach (var (site, status) in new[] { ("cross-site", HttpStatusCode.Forbidden), ("same-site", HttpStatusCode.Forbidden), ("same-origin", HttpStatusCode.Redirect), ("none", HttpStatusCode.Redirect) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, OidcPages.Begins);
            request.Headers.Add("Sec-Fetch-Site", site);
            using var reply = await browser.SendAsync(request);
            Assert.Equal((status, status == HttpStatusCode.Redirect), (reply.StatusCode, reply.Headers.TryGetValues("Set-Cookie", out var set) && set.Any(c => c.StartsWith(AttemptName(api) + "=", StringComparison.Ordinal))));
        }

        using var signedIn = await browser.GetAsync(new Uri($"/sign-in/{api.Get<SignInLinks>().New("omar")}", UriKind.Relative));
        var before = cookies.GetCookies(api.Url)["aimanager"]!.Value;
        var answer = await RealProvider.SignInAsync(await BeginAsync(browser), "petra");

        // As a browser comes back from another site: with the attempt's cookie, and without the session's.
        using var returning = Bare(api, AttemptOf(api, cookies));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(returning, answer.PathAndQuery));
        using var old = Bare(api, $"aimanager={before}");
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(old, "/inbox"));
    }

    [NpmFact]
    public async Task A_sign_in_has_one_answer_and_nobody_has_codes_exchanged_without_end()
    {
        var port = FreePort.Take();
        await using var api = await StartAsync(port, People);
        using var provider = await RealProvider.StartAsync(port, api.Url);
        var (browser, cookies) = Browser(api);
        using var _ = browser;
        var state = HttpUtility.ParseQueryString((await BeginAsync(browser)).Query)["state"];
        using var copied = Bare(api, AttemptOf(api, cookies));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(copied, $"{OidcPages.Returns}?code=guessed&state={state}"));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(copied, $"{OidcPages.Returns}?code=guessed&state={state}"));

        for (var i = 1; i < OidcTurns.PerPlace; i++)
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
            held.Add(Assert.IsType<OidcTurn.Taken>(await TakeAsync(turns, time, "here")));
        }

        var waiting = TakeAsync(turns, time, "here");
        Assert.False(waiting.IsCompleted);
        held[0].Dispose();
        Assert.IsType<OidcTurn.Taken>(await waiting).Dispose();
        held.Skip(1).ToList().ForEach(h => h.Dispose());
        Assert.Equal(OidcTurns.PerPlace - OidcTurns.AtOnce - 1, await UntilRefusedAsync(turns, time, "here"));
        time.Advance(OidcTurns.Pause);
        Assert.Equal(OidcTurns.PerPlace, await UntilRefusedAsync(turns, time, "here"));
    }

    [Fact]
    public async Task Whoever_brings_codes_without_end_keeps_nobody_else_from_signing_in()
    {
        var time = new ManualTime();
        using var turns = new OidcTurns(time);

        // Of whom nobody says where they come from share their own part, and leave the others theirs.
        Assert.Equal(OidcTurns.Unplaced, await UntilRefusedAsync(turns, time, null));
        var taken = 0;
        for (var place = 0; taken < OidcTurns.InAll / 2; place++)
        {
            taken += await UntilRefusedAsync(turns, time, $"attacker {place}");
        }

        // Half is gone, and whoever had a share has no more of it; everybody else has a little.
        Assert.Equal(0, await UntilRefusedAsync(turns, time, "attacker 0"));
        Assert.Equal(OidcTurns.WhenScarce, await UntilRefusedAsync(turns, time, "somebody"));
        for (var place = 0; place < 40; place++)
        {
            await UntilRefusedAsync(turns, time, $"another {place}");
        }

        Assert.Equal(OidcTurns.WhenScarce, await UntilRefusedAsync(turns, time, "somebody else"));
    }

    [Theory]
    [InlineData("localhost", null, "127.0.0.1")]
    [InlineData("localhost", "203.0.113.9", "127.0.0.1")]
    [InlineData("manager.example.com", null, null)]
    [InlineData("manager.example.com", "somewhere", null)]
    [InlineData("manager.example.com", "203.0.113.9", "203.0.113.9")]
    [InlineData("MANAGER.example.com:443", "198.51.100.1, 203.0.113.9", "203.0.113.9")]
    [InlineData("manager.example.com", "203.0.113.9:4711", "203.0.113.9")]
    [InlineData("manager.example.com", "::ffff:203.0.113.9", "203.0.113.9")]
    [InlineData("manager.example.com", "2001:db8:1:2:3:4:5:6", "20010db800010002")]
    [InlineData("manager.example.com", "[2001:db8:1:2::99]:4711", "20010db800010002")]
    public void Behind_a_proxy_that_is_named_it_says_where_a_request_comes_from_and_a_network_is_one_place(string host, string? said, string? place)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Loopback;
        context.Request.Host = new HostString(host);
        if (said is not null)
        {
            context.Request.Headers["X-Forwarded-For"] = new StringValues(["192.0.2.1", said]);
        }

        Assert.Equal(place, RequestSource.Of(context, new ApiLimits { Hosts = ["manager.example.com"] }));
    }

    [NpmFact]
    public async Task Through_a_proxy_one_who_guesses_uses_up_the_share_of_one_address()
    {
        var port = FreePort.Take();
        await using var api = await StartAsync(port, People, settings: "api: { hosts: [manager.example.com] }\n");
        using var provider = await RealProvider.StartAsync(port, api.Url);
        for (var i = 0; i < OidcTurns.PerPlace; i++)
        {
            Assert.Equal(HttpStatusCode.Forbidden, await GuessFromAsync("203.0.113.9"));
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, await GuessFromAsync("203.0.113.9"));
        Assert.Equal(HttpStatusCode.Forbidden, await GuessFromAsync("203.0.113.10"));

        async Task<HttpStatusCode> GuessFromAsync(string address)
        {
            using var browser = Bare(api);
            browser.DefaultRequestHeaders.Host = "manager.example.com";
            browser.DefaultRequestHeaders.Add("X-Forwarded-For", address);
            using var begun = await browser.GetAsync(new Uri(OidcPages.Begins, UriKind.Relative));
            var state = HttpUtility.ParseQueryString(begun.Headers.Location!.Query)["state"];
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{OidcPages.Returns}?code=guessed&state={state}");
            request.Headers.Add("Cookie", begun.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
            using var reply = await browser.SendAsync(request);
            return reply.StatusCode;
        }
    }

    [NpmFact]
    public async Task A_key_that_was_replaced_under_its_name_is_asked_for_again_and_not_more_than_once_a_minute()
    {
        var port = FreePort.Take();
        var manager = new Uri($"http://127.0.0.1:{FreePort.Take()}");
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

    private static Task<OidcTurn> TakeAsync(OidcTurns turns, ManualTime time, string? from) => turns.TakeAsync(OidcAttempt.New("/", null, time.Now), from, CancellationToken.None);

    /// <summary>How many turns there were.</summary>
    private static async Task<int> UntilRefusedAsync(OidcTurns turns, ManualTime time, string? from)
    {
        for (var taken = 0; ; taken++)
        {
            if (await TakeAsync(turns, time, from) is not OidcTurn.Taken turn)
            {
                return taken;
            }

            turn.Dispose();
        }
    }

    private static async Task SignInAsync(HttpClient browser)
    {
        var answer = await RealProvider.SignInAsync(await BeginAsync(browser), "petra");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(browser, answer.PathAndQuery));
    }

    private static async Task<HttpStatusCode> GuessAsync(HttpClient browser) =>
        await StatusAsync(browser, $"{OidcPages.Returns}?code=guessed&state={HttpUtility.ParseQueryString((await BeginAsync(browser)).Query)["state"]}");
}
