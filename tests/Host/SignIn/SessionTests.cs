using System.Net;
using System.Text.RegularExpressions;
using AiManager.Contracts;

namespace AiManager.Host.Tests;

/// <summary>How long a browser's session lasts, on which hosts, and who ends it.</summary>
public sealed partial class SessionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_page_that_is_left_open_does_not_lengthen_its_session_and_one_that_is_looked_at_does()
    {
        var time = new ShiftedTime();
        await using var api = await ApiUnderTest.StartAsync(time, null, "");
        using var patience = new CancellationTokenSource(Patience);
        using var used = await api.BrowserAsync("jana");
        using var left = await api.BrowserAsync("petra");
        time.Pass(OpenSessions.Lifetime - TimeSpan.FromHours(1));
        using (var page = await used.GetAsync(new Uri("/inbox", UriKind.Relative), patience.Token))
        {
            Assert.Contains(page.Headers.GetValues("Set-Cookie"), c => c.StartsWith("aimanager=", StringComparison.Ordinal));
        }

        using var live = await left.GetAsync(new Uri("/live", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, patience.Token);
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        Assert.False(live.Headers.TryGetValues("Set-Cookie", out var set) && set.Any(c => c.StartsWith("aimanager=", StringComparison.Ordinal)));
        time.Pass(TimeSpan.FromHours(1));
        await (await live.Content.ReadAsStreamAsync(patience.Token)).CopyToAsync(Stream.Null, patience.Token); // ends by itself
        Assert.Equal(HttpStatusCode.Unauthorized, (await left.GetAsync(new Uri("/inbox", UriKind.Relative), patience.Token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await used.GetAsync(new Uri("/inbox", UriKind.Relative), patience.Token)).StatusCode);
    }

    [Fact]
    public async Task However_much_it_is_used_a_session_has_a_last_day()
    {
        var time = new ShiftedTime();
        await using var api = await ApiUnderTest.StartAsync(time, null, "");
        using var jana = await api.BrowserAsync("jana");
        var session = Assert.Single(api.Get<OpenSessions>().All);
        var step = TimeSpan.FromHours(8);
        for (var passed = step; passed < SessionState.Longest; passed += step)
        {
            time.Pass(step);
            Assert.Equal(HttpStatusCode.OK, (await jana.GetAsync(new Uri("/inbox", UriKind.Relative))).StatusCode);
        }

        time.Pass(step);
        Assert.Equal(HttpStatusCode.Unauthorized, (await jana.GetAsync(new Uri("/inbox", UriKind.Relative))).StatusCode);
        Assert.False(api.Get<OpenSessions>().IsOpen(session.Session));
        Assert.Empty(api.Get<OpenSessions>().All);
    }

    [Fact]
    public async Task Each_sees_and_ends_their_own_sessions_and_whoever_answers_for_the_service_all_and_it_is_an_event()
    {
        await using var api = await ApiUnderTest.StartAsync();
        using var jana = await Visitor.OfAsync(api, "jana");
        using var petra = await Visitor.OfAsync(api, "petra");
        using var other = await Visitor.OfAsync(api, "petra");
        var (hers, janas) = (api.Get<OpenSessions>().All.Where(s => s.Who.PersonId == "petra").ToList(), api.Get<OpenSessions>().All.Single(s => s.Who.PersonId == "jana"));
        var page = await petra.PageAsync("/keys");
        Assert.All(hers, s => Assert.Contains($"/keys/sessions/{s.Session}/end", page, StringComparison.Ordinal));
        Assert.DoesNotContain(janas.Session, page, StringComparison.Ordinal);
        Assert.Contains("you look with this one", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await petra.SendAsync("/keys", $"/keys/sessions/{janas.Session}/end")).Status);

        // Of two of her own she ends the one that she does not look with: the newest is the other browser's.
        Assert.Equal(HttpStatusCode.SeeOther, (await petra.SendAsync("/keys", $"/keys/sessions/{hers[0].Session}/end")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await other.Client.GetAsync(new Uri("/inbox", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await jana.SendAsync("/keys", $"/keys/sessions/{hers[1].Session}/end")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await petra.Client.GetAsync(new Uri("/inbox", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await jana.SendAsync("/keys", $"/keys/sessions/{hers[1].Session}/end")).Status);
        Assert.Equal(
            [("person:petra", new SessionEnded(hers[0].Session)), ("person:jana", new SessionEnded(hers[1].Session, "petra"))],
            from stored in await api.Get<IWorkflowJournal>().ReadAsync(CompanyState.Stream, 0, 100, CancellationToken.None)
            let recorded = EventCodec.Decode(stored)
            where recorded.Event is SessionEnded
            select (recorded.Actor.Value, (SessionEnded)recorded.Event));
        Assert.Contains("Session ended", await jana.WordsAsync("/audit?person=petra"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restart_signs_nobody_out_and_a_session_that_was_ended_stays_ended()
    {
        using var data = new TempFolder();
        string cookie;
        await using (var first = await ApiUnderTest.StartAgainAsync(data, ""))
        {
            cookie = await SignedInAsync(first, "jana");
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(data[SessionKeys.FileName]));
            }
        }

        await using (var second = await ApiUnderTest.StartAgainAsync(data, ""))
        {
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(second, cookie));
            Assert.True(await second.Get<SignInLog>().TryEndAsync(Assert.Single(second.Get<OpenSessions>().All).Session, Actor.Person("jana"), null, CancellationToken.None));
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(second, cookie));
        }

        await using var third = await ApiUnderTest.StartAgainAsync(data, "");
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(third, cookie));
    }

    [Fact]
    public async Task Two_companies_on_one_machine_sign_nobody_out_of_each_other_and_take_their_own_forms()
    {
        using var here = new TempFolder();
        using var there = new TempFolder();
        await using var first = await ApiUnderTest.StartAgainAsync(here, "");
        await using var second = await ApiUnderTest.StartAgainAsync(there, "");
        var cookies = new CookieContainer(); // a browser keeps them by the host's name, whatever the port
        using var one = new Visitor(Browser(first));
        using var other = new Visitor(Browser(second));
        foreach (var (api, visitor) in new[] { (first, one), (second, other) })
        {
            using var begun = await visitor.Client.GetAsync(new Uri($"/sign-in/{api.Get<SignInLinks>().New("jana")}", UriKind.Relative));
            Assert.Equal(HttpStatusCode.Redirect, begun.StatusCode);
        }

        var (mine, theirs) = (await one.PageAsync("/tools"), await other.PageAsync("/tools")); // both pages are open
        foreach (var (visitor, page) in new[] { (one, mine), (other, theirs) })
        {
            using var form = new FormUrlEncodedContent([new("__RequestVerificationToken", Token().Match(page).Groups[1].Value)]);
            using var reply = await visitor.Client.PostAsync(new Uri("/tools/check", UriKind.Relative), form);
            Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        }

        HttpClient Browser(ApiUnderTest api) => new(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = cookies }) { BaseAddress = api.Url, DefaultRequestHeaders = { { "Accept", "text/html" } } };
    }

    [Fact]
    public void Another_key_opens_nothing_one_that_was_changed_for_another_still_does_and_nothing_opens_what_it_is_not_for()
    {
        var (old, next) = (Convert.ToBase64String(new byte[32]), Convert.ToBase64String([.. Enumerable.Repeat((byte)7, 48)]));
        SealedByKeys By(string keys) => new(SessionKeys.Read(keys));
        var written = By(old).CreateProtector("cookies").Protect([1, 2, 3]);
        Assert.Equal([1, 2, 3], By($"{next}, {old}").CreateProtector("cookies").Unprotect(written));
        Assert.NotEqual(written, By(old).CreateProtector("cookies").Protect([1, 2, 3]));
        Assert.Throws<System.Security.Cryptography.CryptographicException>(() => By(next).CreateProtector("cookies").Unprotect(written));
        Assert.Throws<System.Security.Cryptography.CryptographicException>(() => By(old).CreateProtector("forms").Unprotect(written));
        Assert.Throws<System.Security.Cryptography.CryptographicException>(() => By(old).CreateProtector("cook").CreateProtector("ies").Unprotect(written));
        for (var i = 0; i < written.Length; i++)
        {
            var changed = written.ToArray();
            changed[i] ^= 1;
            Assert.Throws<System.Security.Cryptography.CryptographicException>(() => By(old).CreateProtector("cookies").Unprotect(changed));
        }

        Assert.Throws<System.Security.Cryptography.CryptographicException>(() => By(old).Unprotect([1]));
    }

    [Theory]
    [InlineData("short")]
    [InlineData("MDEyMzQ1Njc4OWFiY2RlZg==")]
    [InlineData("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=,")]
    public void What_is_no_key_of_sessions_is_refused_with_how_to_make_one(string text) =>
        Assert.Contains("openssl rand -base64 32", Assert.Throws<UsageException>(() => SessionKeys.Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_that_holds_no_key_any_more_is_named_and_what_a_killed_process_left_is_replaced()
    {
        using var folder = new TempFolder();
        folder.Write(SessionKeys.FileName + ".new", "half of");
        var made = SessionKeys.OfFolder(folder.Path);
        Assert.Equal(made.Secrets[0], SessionKeys.OfFolder(folder.Path).Secrets[0]);
        Assert.Null(made.Notice);
        folder.Write(SessionKeys.FileName, "rubbish");
        Assert.Contains(folder[SessionKeys.FileName], Assert.Throws<UsageException>(() => SessionKeys.OfFolder(folder.Path)).Message, StringComparison.Ordinal);
        Assert.Contains(SessionKeys.Variable, SessionKeys.OfThisProcess().Notice, StringComparison.Ordinal);
        Assert.Equal("…", $"{made}");
    }

    internal static async Task<string> SignedInAsync(ApiUnderTest api, string person)
    {
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = api.Url };
        using var reply = await browser.GetAsync(new Uri($"/sign-in/{api.Get<SignInLinks>().New(person)}", UriKind.Relative));
        return reply.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith($"{CompanySignIn.Cookie}{api.Get<SessionKeys>().Mark}=", StringComparison.Ordinal)).Split(';')[0];
    }

    internal static async Task<HttpStatusCode> StatusAsync(ApiUnderTest api, string cookie)
    {
        using var reply = await SendAsync(api, HttpMethod.Get, "/inbox", cookie);
        return reply.StatusCode;
    }

    internal static async Task<HttpResponseMessage> SendAsync(ApiUnderTest api, HttpMethod method, string path, string cookie, string? token = null)
    {
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = api.Url };
        using var request = new HttpRequestMessage(method, path) { Content = token is null ? null : new FormUrlEncodedContent([new("__RequestVerificationToken", token)]) };
        request.Headers.Add("Cookie", cookie);
        return await browser.SendAsync(request);
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    internal static partial Regex Token();
}

/// <summary>Sessions of several hosts on one PostgreSQL, with no affinity between.</summary>
[NeedsPostgres]
public sealed class SharedSessionTests
{
    [Fact]
    public async Task Whoever_signed_in_at_one_host_is_signed_in_at_the_others_that_have_its_key_forms_too_and_out_at_all()
    {
        var (database, key) = (await PostgresServer.NewDatabaseAsync(), SessionKeys.Read(Convert.ToBase64String(new byte[32])));
        await using var first = await ApiUnderTest.StartSharedAsync(database, key, "");
        await using var second = await ApiUnderTest.StartSharedAsync(database, key, "");
        await using var alone = await ApiUnderTest.StartSharedAsync(database, "");
        var cookie = await SessionTests.SignedInAsync(first, "jana");
        Assert.Equal(HttpStatusCode.OK, await SessionTests.StatusAsync(second, cookie));
        Assert.Equal(HttpStatusCode.Unauthorized, await SessionTests.StatusAsync(alone, cookie));

        // A form that one host wrote, the other takes.
        using var page = await SessionTests.SendAsync(first, HttpMethod.Get, "/inbox", cookie);
        var token = SessionTests.Token().Match(await page.Content.ReadAsStringAsync()).Groups[1].Value;
        var form = page.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("aimanager-form=", StringComparison.Ordinal)).Split(';')[0];
        using var left = await SessionTests.SendAsync(second, HttpMethod.Post, "/sign-out", $"{cookie}; {form}", token);
        Assert.Equal(HttpStatusCode.NoContent, left.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await SessionTests.StatusAsync(second, cookie));
        await first.Get<CompanyStream>().RefreshAsync(CancellationToken.None); // as its watch does several times a second
        Assert.Equal(HttpStatusCode.Unauthorized, await SessionTests.StatusAsync(first, cookie));
    }
}
