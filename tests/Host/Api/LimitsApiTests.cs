using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Routing;

namespace AiManager.Host.Tests;

/// <summary>What one caller may take of what all share.</summary>
public sealed class LimitsApiTests
{
    [Fact]
    public async Task A_key_that_writes_too_often_is_told_when_to_come_back_and_others_are_not_held_up()
    {
        await using var api = await ApiUnderTest.StartAsync("api: { writesPerMinute: 2 }\n");
        using var jana = await api.AsAsync("jana");
        for (var i = 0; i < 2; i++)
        {
            using var created = await jana.PostTextAsync("/api/workflows", """{"goal":"Buy pens"}""");
            Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        }

        using var refused = await jana.PostTextAsync("/api/workflows", """{"goal":"Buy pens"}""");
        Assert.Contains("2 times a minute", await refused.ProblemAsync(HttpStatusCode.TooManyRequests, "too-many-requests"), StringComparison.Ordinal);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));

        using var read = await jana.GetAsync(new Uri("/api/workflows", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        using var otherKey = await api.AsAsync("jana");
        using var created2 = await otherKey.PostTextAsync("/api/workflows", """{"goal":"Buy pens"}""");
        Assert.Equal(HttpStatusCode.Created, created2.StatusCode);
    }

    [Fact]
    public async Task A_limit_that_is_lowered_holds_at_once_also_for_who_is_busy()
    {
        await using var api = await ApiUnderTest.StartAsync("api: { writesPerMinute: 1000, streamsPerPerson: 5 }\n");
        using var jana = await api.AsAsync("jana");
        var workflow = await api.SubmittedAsync();
        var stream = new Uri($"/api/workflows/{workflow}/stream", UriKind.Relative);
        Assert.Equal(HttpStatusCode.Created, await SubmitAsync());
        using var open = await jana.GetAsync(stream, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, open.StatusCode);

        var company = api.Get<CompanyAtWork>().Company;
        var lowered = company.Bundle.Texts.SetItem("company.yaml", SmallCompany.Settings + "api: { writesPerMinute: 1, streamsPerPerson: 1 }\n");
        api.Get<CompanyAtWork>().Switch(company.Other(CompanyFolder.Of(lowered)));
        Assert.Equal(HttpStatusCode.Created, await SubmitAsync());
        Assert.Equal(HttpStatusCode.TooManyRequests, await SubmitAsync());
        using var one = await jana.GetAsync(stream, HttpCompletionOption.ResponseHeadersRead);
        using var two = await jana.GetAsync(stream, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.TooManyRequests, two.StatusCode);

        async Task<HttpStatusCode> SubmitAsync()
        {
            using var reply = await jana.PostTextAsync("/api/workflows", """{"goal":"Buy pens"}""");
            return reply.StatusCode;
        }
    }

    [Fact]
    public async Task Many_decisions_in_one_request_are_asked_for_by_turns()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var policies = api.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(e => e.RoutePattern.RawText!.StartsWith("/access/v1/", StringComparison.Ordinal))
            .ToDictionary(e => e.RoutePattern.RawText!, e => e.Metadata.GetMetadata<EnableRateLimitingAttribute>()?.PolicyName);
        Assert.Equal((null, RequestLimits.Decisions), (policies["/access/v1/evaluation"], policies["/access/v1/evaluations"]));
    }

    [Fact]
    public void What_does_not_fit_is_called_so_wherever_it_is_refused() => Assert.Equal("urn:aimanager:problem:arguments-do-not-fit", Problems.TypeOf(422));

    [Theory]
    [InlineData("Stop.", nameof(ChatWish.Pause))]
    [InlineData("wait", nameof(ChatWish.Pause))]
    [InlineData("cancel!", nameof(ChatWish.Cancel))]
    [InlineData("Stop the machines.", nameof(ChatWish.Say))]
    public void In_a_chat_only_the_word_cancel_ends_work_for_good(string words, string wish) => Assert.Equal(wish, ChatWishes.Of(words).ToString());

    [Fact]
    public async Task The_terminal_of_the_folders_owner_is_not_counted_and_a_stranger_is_told_to_sign_in()
    {
        await using var api = await ApiUnderTest.StartAsync("api: { writesPerMinute: 1 }\n");
        using var terminal = api.Stranger();
        terminal.DefaultRequestHeaders.Authorization = new("Bearer", api.Get<TerminalToken>().Value);
        using var stranger = api.Stranger();
        for (var i = 0; i < 3; i++)
        {
            using var created = await terminal.PostTextAsync("/api/workflows", """{"goal":"Buy pens"}""");
            Assert.Equal(HttpStatusCode.Created, created.StatusCode);
            using var refused = await stranger.PostTextAsync("/api/workflows", """{"goal":"Buy pens"}""");
            await refused.ProblemAsync(HttpStatusCode.Unauthorized, "not-signed-in");
        }
    }

    [Fact]
    public async Task Who_guesses_is_told_to_come_back_later_and_holds_up_nobody_from_the_same_place_who_shows_what_is_good()
    {
        await using var api = await ApiUnderTest.StartAsync("", ("monitors.yaml", Hook));
        var good = await api.Get<KeyDesk>().CreateAsync("jana", [], null, Actor.System, CancellationToken.None);
        async Task<HttpStatusCode> GuessAsync(string key)
        {
            using var client = api.Stranger();
            client.DefaultRequestHeaders.Authorization = new("Bearer", key);
            using var reply = await client.GetAsync(new Uri("/api/workflows", UriKind.Relative));
            Assert.Equal(reply.StatusCode == HttpStatusCode.TooManyRequests, reply.Headers.RetryAfter is not null);
            Assert.Equal(reply.StatusCode == HttpStatusCode.Unauthorized, reply.Headers.WwwAuthenticate.Count > 0);
            return reply.StatusCode;
        }

        for (var i = 0; i < RefusedAttempts.PerMinute / 2; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await GuessAsync(ApiKey.New().Write()));
        }

        // All doors count together.
        var statuses = new List<HttpStatusCode>();
        using var stranger = api.Stranger();
        for (var i = 0; i < RefusedAttempts.PerMinute; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/monitors/hook/webhook") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
            request.Headers.Add(MonitorEndpoints.SecretHeader, $"guess {i}");
            using var reply = await stranger.SendAsync(request);
            statuses.Add(reply.StatusCode);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, statuses[0]);
        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
        await IsHeldUpAsync(() => GuessAsync(ApiKey.New().Write()));
        await IsHeldUpAsync(async () => (await stranger.GetAsync(new Uri("/sign-in/0123", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, await GuessAsync(good.Write()));
        using var browser = await api.BrowserAsync("jana");
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(new Uri("/inbox", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, await CallAsync(stranger, "hook"));
    }

    [Fact]
    public async Task A_monitor_that_is_called_too_often_is_held_up_and_no_other()
    {
        await using var api = await ApiUnderTest.StartAsync("api: { writesPerMinute: 2 }\n", ("monitors.yaml", Hook));
        using var program = api.Stranger();
        Assert.Equal(
            [HttpStatusCode.Accepted, HttpStatusCode.Accepted, HttpStatusCode.TooManyRequests, HttpStatusCode.Accepted],
            [await CallAsync(program, "hook"), await CallAsync(program, "hook"), await CallAsync(program, "hook"), await CallAsync(program, "bell")]);
    }

    [Fact]
    public async Task Who_reads_the_whole_journal_twice_at_once_waits_with_the_third_and_others_do_not()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var workflow = await api.SubmittedAsync();
        var args = JsonText.Parse($$"""{"text":"{{new string('a', 50_000)}}"}""");
        await api.AppendAsync(workflow, [.. Enumerable.Range(0, 250).Select(i => new CallProposed(PrefixedId.Derive<CallId>(workflow.Value, $"c{i}"), null, "purchaser", "erp.order", args, []))]);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var jana = await api.AsAsync("jana");
        var path = new Uri("/api/journal/export", UriKind.Relative);

        // Two that are taken out and not read on: more than lies between us is left.
        using (await jana.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, patience.Token))
        using (await jana.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, patience.Token))
        {
            using var third = await jana.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            Assert.Contains("whole journal 2 times at once", await third.ProblemAsync(HttpStatusCode.TooManyRequests, "too-many-requests"), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await jana.GetAsync(new Uri("/api/workflows", UriKind.Relative), patience.Token)).StatusCode);
        }
    }

    [Fact]
    public async Task Of_one_persons_drafts_one_is_looked_at_and_one_waits_the_third_is_told_so_and_nobody_else_is_held_up()
    {
        await using var api = await ApiUnderTest.StartAsync(TimeProvider.System, limits => limits.MinRequestBodyDataRate = null, "");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var cookie = await SessionTests.SignedInAsync(api, "petra");
        using var page = await SessionTests.SendAsync(api, HttpMethod.Get, "/authority/draft", cookie);
        var token = SessionTests.Token().Match(await page.Content.ReadAsStringAsync(patience.Token)).Groups[1].Value;
        cookie += "; " + page.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("aimanager-form=", StringComparison.Ordinal)).Split(';')[0];
        var form = $"do=compare&text=version%3A+1&__RequestVerificationToken={Uri.EscapeDataString(token)}";

        // The form is read behind the limit: one whose end has not come is looked at for as long as the test wants.
        var drafts = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 3; i++)
            {
                drafts.Add(new TcpClient());
                await drafts[i].ConnectAsync(IPAddress.Loopback, api.Url.Port, patience.Token);
                await drafts[i].GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                    $"POST /authority/draft HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\nCookie: {cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {form.Length}\r\nConnection: close\r\n\r\n"), patience.Token);
            }

            var replies = drafts.Select(d => d.GetStream().ToItsEndAsync(patience.Token)).ToList();
            var refused = await Task.WhenAny(replies);
            Assert.StartsWith("HTTP/1.1 429", await refused, StringComparison.Ordinal);
            Assert.Contains("Retry-After: 10", await refused, StringComparison.Ordinal);
            Assert.Contains("Your drafts before this one are still looked at.", await refused, StringComparison.Ordinal);
            using var helena = await Visitor.OfAsync(api, "helena");
            Assert.Equal(HttpStatusCode.OK, (await helena.SendAsync("/authority/draft", "/authority/draft", ("do", "compare"), ("text", "version: 1"))).Status);

            foreach (var (draft, reply) in drafts.Zip(replies).Where(d => d.Second != refused))
            {
                Assert.False(reply.IsCompleted);
                await draft.GetStream().WriteAsync(Encoding.ASCII.GetBytes(form), patience.Token);
            }

            foreach (var reply in replies.Where(r => r != refused))
            {
                Assert.StartsWith("HTTP/1.1 200", await reply, StringComparison.Ordinal);
            }
        }
        finally
        {
            drafts.ForEach(d => d.Dispose());
        }
    }

    /// <summary>Whoever knocks is told to come back: not the first time where there was room again just then, for one of them every two seconds.</summary>
    private static async Task IsHeldUpAsync(Func<Task<HttpStatusCode>> knock)
    {
        var knocks = 1;
        while (await knock() != HttpStatusCode.TooManyRequests)
        {
            Assert.True(knocks++ < RefusedAttempts.PerMinute, "Nobody is held up.");
        }
    }

    private const string Hook =
        """
        monitors:
          - { name: hook, schedule: { webhook: { secret: "${HOOK}" } }, submit: { goal: Look. }, overlap: queue }
          - { name: bell, schedule: { webhook: { secret: "${HOOK}" } }, submit: { goal: Look. }, overlap: queue }
        """;

    private static async Task<HttpStatusCode> CallAsync(HttpClient client, string monitor)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/monitors/{monitor}/webhook") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        request.Headers.Add(MonitorEndpoints.SecretHeader, "open sesame");
        using var reply = await client.SendAsync(request);
        return reply.StatusCode;
    }

    [Fact]
    public async Task A_person_follows_so_many_streams_at_once_and_one_that_is_closed_makes_room()
    {
        await using var api = await ApiUnderTest.StartAsync("api: { streamsPerPerson: 1 }\n");
        var path = new Uri($"/api/workflows/{await api.SubmittedAsync()}/stream", UriKind.Relative);
        using var jana = await api.AsAsync("jana");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using (await jana.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, patience.Token))
        {
            using var second = await jana.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            Assert.Contains("1 streams at once", await second.ProblemAsync(HttpStatusCode.TooManyRequests, "too-many-requests"), StringComparison.Ordinal);
            Assert.Equal(TimeSpan.FromSeconds(10), second.Headers.RetryAfter!.Delta);
            using var petra = await api.AsAsync("petra");
            using var hers = await petra.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            Assert.Equal(HttpStatusCode.OK, hers.StatusCode);
        }

        // The server notices that a reader went when it next writes or looks.
        for (var status = HttpStatusCode.TooManyRequests; status != HttpStatusCode.OK;)
        {
            using var again = await jana.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            status = again.StatusCode;
        }
    }

    [Fact]
    public async Task A_body_without_a_length_that_does_not_end_is_cut_off_and_told_so()
    {
        await using var api = await ApiUnderTest.StartAsync();
        using var jana = await api.AsAsync("jana");
        using var endless = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes("{\"goal\":\"" + new string('a', JsonBody.MostBytes) + "\"}")));
        endless.Headers.ContentType = new("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/workflows") { Content = endless };
        request.Headers.TransferEncodingChunked = true;

        using var reply = await jana.SendAsync(request);

        Assert.Contains("2 MB", await reply.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "too-large"), StringComparison.Ordinal);
    }
}
