using System.Net;
using System.Net.Http.Headers;

namespace AiManager.Host.Tests;

/// <summary>Who signed in, how and when stands in the company's stream, and nothing that would open anything.</summary>
public sealed class SignInLogTests : IAsyncLifetime
{
    private ApiUnderTest _api = null!;

    public async Task InitializeAsync() => _api = await ApiUnderTest.StartAsync("allowLocalStandIn: true\napi: { writesPerMinute: 20 }\n");

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task Signing_in_by_link_and_by_key_going_on_as_somebody_else_and_signing_out_are_events()
    {
        using var jana = await Visitor.OfAsync(_api, "jana");
        await jana.SendAsync("/", "/sign-in/as", ("person", "petra"));
        await jana.SendAsync("/", "/sign-in/as", ("person", "jana"));
        await jana.SendAsync("/", "/sign-out");
        var key = await _api.Get<KeyDesk>().CreateAsync("omar", [], null, Actor.System, CancellationToken.None);
        using var omar = new Visitor(new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = _api.Url });
        omar.Client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        Assert.Equal(HttpStatusCode.Forbidden, (await omar.SendAsync("/", "/sign-in", ("key", "aim_wrong"))).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await omar.SendAsync("/", "/sign-in", ("key", key.Write()))).Status);

        Assert.Equal(
            [
                ("person:jana", (WorkflowEvent)new SessionBegun(SessionBegun.Link)),
                ("person:jana", new SessionBegun(SessionBegun.StandIn, As: "petra")),
                ("person:jana", new SessionBegun(SessionBegun.StandIn)),
                ("person:jana", new SessionEnded()),
                ("person:omar", new SessionBegun(SessionBegun.ByKey, key.Id)),
            ],
            await SessionsAsync());
        var raw = string.Concat((await _api.Get<IWorkflowJournal>().ReadAsync(CompanyState.Stream, 0, 100, CancellationToken.None)).Select(e => System.Text.Encoding.UTF8.GetString(e.Payload.Span)));
        Assert.DoesNotContain(key.Write(), raw, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", raw, StringComparison.Ordinal);

        using var auditor = await Visitor.OfAsync(_api, "jana");
        var janas = await auditor.WordsAsync("/audit?person=jana");
        Assert.Contains("Session begun", janas, StringComparison.Ordinal);
        Assert.Contains("by stand-in as petra", janas, StringComparison.Ordinal);
        Assert.Contains("Session ended", janas, StringComparison.Ordinal);
        Assert.Contains("by stand-in as petra", await auditor.WordsAsync("/audit?person=petra"), StringComparison.Ordinal);
        Assert.Contains($"by key {key.Id}", await auditor.WordsAsync("/audit?person=omar"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_signs_out_with_a_key_ends_no_session_and_nothing_says_so()
    {
        var key = await _api.Get<KeyDesk>().CreateAsync("omar", [], null, Actor.System, CancellationToken.None);
        using var client = new HttpClient { BaseAddress = _api.Url };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key.Write());
        using var reply = await client.PostAsync(new Uri("/sign-out", UriKind.Relative), null);
        Assert.Equal(HttpStatusCode.NoContent, reply.StatusCode);
        Assert.Empty(await SessionsAsync());
    }

    [Fact]
    public async Task Somebody_who_signs_in_again_and_again_fills_no_journal()
    {
        var (statuses, links, last) = (new List<HttpStatusCode>(), _api.Get<SignInLinks>(), string.Empty);
        while (statuses is not [.., HttpStatusCode.TooManyRequests])
        {
            // Every three seconds one more is let in: on a slow machine it takes more than one too many.
            Assert.True(statuses.Count < 200, "They fill the journal.");
            using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = _api.Url };
            using var reply = await client.GetAsync(new Uri($"/sign-in/{last = links.New("petra")}", UriKind.Relative));
            statuses.Add(reply.StatusCode);
        }

        Assert.Equal(HttpStatusCode.Redirect, statuses[0]);
        Assert.True(statuses.Count > 20, "as many as may be were not let in");
        Assert.Equal("petra", links.Use(last)?.Person); // it signed nobody in, so it is still good
        Assert.Equal(statuses.Count(s => s == HttpStatusCode.Redirect), (await SessionsAsync()).Count);
    }

    [Theory]
    [InlineData("0.2.0", true, 0)]
    [InlineData("0.2.0", false, 0)]
    [InlineData("0.3.0", true, 1)]
    public async Task Beside_a_host_that_could_not_read_it_also_one_that_is_being_started_anew_it_stands_in_the_log_alone(string version, bool hasLeft, int events)
    {
        var (nodes, now) = (_api.Get<INodes>(), TimeProvider.System.GetUtcNow());
        await nodes.BeatAsync(new NodeBeat("old:1", now, now, TimeSpan.FromMinutes(1), version, "one", null, null, IsDraining: false), CancellationToken.None);
        if (hasLeft)
        {
            await nodes.LeaveAsync("old:1", now, CancellationToken.None);
        }

        using var jana = await Visitor.OfAsync(_api, "jana");
        Assert.Equal(events, (await SessionsAsync()).Count);
    }

    [Fact]
    public async Task A_link_that_was_used_leads_whoever_is_not_signed_in_to_the_other_ways_in()
    {
        var link = _api.Get<SignInLinks>().New("jana");
        using var first = await _api.Stranger().GetAsync(new Uri($"/sign-in/{link}", UriKind.Relative));
        using var browser = _api.Stranger();
        browser.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        using var reply = await browser.GetAsync(new Uri($"/sign-in/{link}", UriKind.Relative));
        var page = await reply.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.Forbidden, reply.StatusCode);
        Assert.Contains("This link was used already or is too old.", page, StringComparison.Ordinal);
        Assert.Contains("<input id=\"key\" name=\"key\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("beside the menu", page, StringComparison.Ordinal);
        using var program = _api.Stranger();
        await (await program.GetAsync(new Uri($"/sign-in/{link}", UriKind.Relative))).ProblemAsync(HttpStatusCode.Forbidden, "not-allowed");
    }

    [Fact]
    public async Task Nobody_is_signed_in_whose_signing_in_cannot_be_written_down()
    {
        var link = _api.Get<SignInLinks>().New("jana");
        await _api.CloseStoreAsync();
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = _api.Url };
        using var reply = await client.GetAsync(new Uri($"/sign-in/{link}", UriKind.Relative));
        Assert.True(reply.StatusCode >= HttpStatusCode.InternalServerError, $"{reply.StatusCode}");
        Assert.False(reply.Headers.Contains("Set-Cookie"));
        Assert.Equal("jana", _api.Get<SignInLinks>().Use(link)?.Person);
    }

    private static WorkflowEvent WithoutIds(WorkflowEvent fact) => fact switch
    {
        SessionBegun begun => begun with { Session = null, Replaces = null },
        SessionEnded ended => ended with { Session = null },
        _ => fact,
    };

    private async Task<List<(string Who, WorkflowEvent Fact)>> SessionsAsync() =>
    [
        .. from stored in await _api.Get<IWorkflowJournal>().ReadAsync(CompanyState.Stream, 0, 100, CancellationToken.None)
           let recorded = EventCodec.Decode(stored)
           where recorded.Event is SessionBegun or SessionEnded
           select (recorded.Actor.Value, WithoutIds(recorded.Event)),
    ];
}
