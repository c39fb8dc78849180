using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AiManager.Contracts;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiManager.Host.Tests;

/// <summary>Messages to a real receiver, from a real store, with a clock that the test moves.</summary>
public sealed class WebhookTests : IAsyncLifetime
{
    private readonly ManualTime _time = new(TimeProvider.System.GetUtcNow());
    private WebhookReceiver _receiver = null!;
    private ApiUnderTest _api = null!;
    private WebhookRound _round = null!;

    public async Task InitializeAsync()
    {
        _receiver = await WebhookReceiver.StartAsync();
        await OpenAsync("allowPrivate: true");
    }

    public async Task DisposeAsync()
    {
        _round.Dispose();
        await _api.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task A_message_is_signed_after_the_specification_and_says_ids_and_no_words()
    {
        var approval = await AskedAsync();
        await RunAsync();
        var (path, headers, body) = Assert.Single(_receiver.Came);
        Assert.Equal("/hook", path);
        var key = Convert.FromBase64String(ApiUnderTest.WebhookSecret["whsec_".Length..]);
        var signed = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{headers["webhook-id"]}.{headers["webhook-timestamp"]}.{body}"));
        Assert.Equal("v1," + Convert.ToBase64String(signed), headers["webhook-signature"]);
        Assert.Equal(_time.Now.ToUnixTimeSeconds().ToString(), headers["webhook-timestamp"]);
        using var json = JsonDocument.Parse(body);
        Assert.Equal("approval.requested", json.RootElement.GetProperty("type").GetString());
        Assert.Equal(approval.ToString(), json.RootElement.GetProperty("data").GetProperty("approval").GetString());
        Assert.DoesNotContain("acme", body);
        Assert.DoesNotContain("Buy pens", body);

        await RunAsync();
        Assert.Single(_receiver.Came);
        Assert.Equal((WebhookState.Delivered, 1, 204), Told(await OnlyAsync()));
    }

    [Fact]
    public async Task What_is_refused_is_tried_again_later_with_the_same_id_also_after_a_restart()
    {
        _receiver.Answer = 500;
        await AskedAsync();
        await RunAsync();
        await RunAsync();
        Assert.Single(_receiver.Came);
        Assert.Equal((WebhookState.Waiting, 1, 500), Told(await OnlyAsync()));
        Assert.InRange(((await OnlyAsync()).NextAt - _time.Now).TotalSeconds, 2.5, 5);

        _round.Dispose();
        _round = Round();
        _receiver.Answer = 200;
        _time.Advance(TimeSpan.FromSeconds(5));
        await RunAsync();
        Assert.Equal(2, _receiver.Came.Count);
        Assert.Single(_receiver.Came.Select(c => c.Headers["webhook-id"].ToString()).Distinct());
        Assert.Equal((WebhookState.Delivered, 2, 200), Told(await OnlyAsync()));
    }

    [Fact]
    public async Task What_fails_for_three_days_is_given_up_and_can_be_sent_again_by_who_may()
    {
        _receiver.Answer = 503;
        await AskedAsync();
        await RunAsync();
        _time.Advance(OutboxRound.GivenUpAfter);
        await RunAsync();
        var dead = await OnlyAsync();
        Assert.Equal((WebhookState.Dead, 2, 503), Told(dead));
        _time.Advance(TimeSpan.FromDays(1));
        await RunAsync();
        Assert.Equal(2, _receiver.Came.Count);

        using var jana = await _api.AsAsync("jana");
        using var petra = await _api.AsAsync("petra");
        using var refused = await petra.PostAsync($"/api/webhooks/pager/deliveries/{dead.Id}/redeliver", null);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using var again = await jana.PostAsync($"/api/webhooks/pager/deliveries/{dead.Id}/redeliver", null);
        Assert.Equal(HttpStatusCode.NoContent, again.StatusCode);
        Assert.Equal(WebhookState.Waiting, (await OnlyAsync()).State);
        using var listed = await petra.GetAsync("/api/webhooks/pager/deliveries?state=waiting");
        Assert.Equal(dead.Id, (await listed.JsonAsync()).GetProperty("items")[0].GetProperty("id").GetString());
        using var unknown = await petra.GetAsync("/api/webhooks/nobody/deliveries");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task A_receiver_that_is_gone_gets_nothing_more_until_somebody_says_so()
    {
        _receiver.Answer = 410;
        await AskedAsync();
        await RunAsync();
        _time.Advance(TimeSpan.FromHours(1));
        await RunAsync();
        Assert.Single(_receiver.Came);
        using var jana = await _api.AsAsync("jana");
        using var listed = await jana.GetAsync("/api/webhooks");
        Assert.Equal("disabled", (await listed.JsonAsync())[0].GetProperty("state").GetString());
        Assert.DoesNotContain("/hook", await listed.Content.ReadAsStringAsync());
        using var enabled = await jana.PostAsync("/api/webhooks/pager/enable", null);
        Assert.Equal(HttpStatusCode.NoContent, enabled.StatusCode);
        _receiver.Answer = 200;
        await RunAsync();
        Assert.Equal(WebhookState.Delivered, (await OnlyAsync()).State);
    }

    [Fact]
    public async Task An_event_that_cannot_be_read_is_stepped_over_and_counted_and_those_behind_it_are_told()
    {
        var counted = new List<string?>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "aimanager.webhook.unreadable")
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => counted.Add(tags[0].Value as string));
        listener.Start();
        var workflow = await _api.SubmittedAsync();
        var seq = (await _api.Get<IWorkflowJournal>().ReadAsync(workflow.ToString(), 0, 100, CancellationToken.None))[^1].Seq;
        ImmutableArray<NewEvent> odd =
        [
            new("ApprovalRequested", 99, EventHash.Cut(_time.Now), Actor.System, "test", "{}"u8.ToArray()),
            new("ApprovalRequested", 1, EventHash.Cut(_time.Now), Actor.System, "test", "[]"u8.ToArray()),
        ];
        Assert.IsType<AppendResult.Appended>(await _api.Get<IWorkflowJournal>().AppendAsync(new AppendRequest(workflow.ToString(), seq, null, odd, [], []), CancellationToken.None));
        var approval = await AskedAsync();
        await RunAsync();
        await RunAsync();
        Assert.Contains(approval.ToString(), Assert.Single(_receiver.Came).Body, StringComparison.Ordinal);
        Assert.Equal(["pager", "pager"], counted);
    }

    [Theory]
    [InlineData(400, true)]
    [InlineData(404, true)]
    [InlineData(413, true)]
    [InlineData(422, true)]
    [InlineData(401, false)]
    [InlineData(403, false)]
    [InlineData(408, false)]
    [InlineData(500, false)]
    public async Task A_message_that_is_refused_holds_up_no_other_and_a_refusal_of_who_sends_holds_for_all(int answer, bool othersGo)
    {
        var poison = await AskedAsync();
        _receiver.Poison = (poison.ToString(), answer);
        await AskedAsync();
        await AskedAsync();
        await RunAsync();
        var states = (await _api.Get<IWebhookOutbox>().ListAsync("pager", null, null, 10, CancellationToken.None)).Items.ToLookup(d => d.Body.Contains(poison.ToString(), StringComparison.Ordinal), d => d.State);
        Assert.Equal([WebhookState.Waiting], states[true]);
        if (othersGo)
        {
            Assert.Equal([WebhookState.Delivered, WebhookState.Delivered], states[false]);
        }
        else
        {
            // Ids fall as they fall: what came before the refusal has gone, what comes behind it waits.
            Assert.Equal(answer, Told(Assert.Single((await _api.Get<IWebhookOutbox>().ListAsync("pager", null, null, 10, CancellationToken.None)).Items, d => d.Status == answer)).Status);
            Assert.Contains(poison.ToString(), _receiver.Came.Last().Body, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_receiver_that_says_when_to_come_back_is_asked_nothing_before(int answer)
    {
        (_receiver.Answer, _receiver.RetryAfter) = (answer, "600");
        await AskedAsync();
        await AskedAsync();
        await RunAsync();
        _time.Advance(TimeSpan.FromSeconds(599));
        await RunAsync();
        Assert.Single(_receiver.Came);
        (_receiver.Answer, _receiver.RetryAfter) = (200, null);
        _time.Advance(TimeSpan.FromSeconds(1));
        await RunAsync();
        Assert.Equal(3, _receiver.Came.Count);
    }

    [Fact]
    public async Task The_log_says_when_each_attempt_was_what_came_of_it_and_who_had_it_sent_again_and_pauses_begin_anew()
    {
        _receiver.Answer = 500;
        await AskedAsync();
        await RunAsync();
        var (first, dead) = (_time.Now, await OnlyAsync());
        _time.Advance(OutboxRound.GivenUpAfter);
        await RunAsync();
        Assert.Equal([2, 1], (await OnlyAsync()).History.Select(a => a.Number));

        // By the round's clock; over HTTP it is the service's.
        Assert.True(await _api.Get<IWebhookOutbox>().RedeliverAsync("pager", dead.Id, Actor.Person("jana"), _time.Now, CancellationToken.None));
        await RunAsync();
        var again = await OnlyAsync();
        Assert.Equal((3, 2, "person:jana"), (again.Attempts, again.Earlier, again.AgainBy));
        Assert.InRange((again.NextAt - _time.Now).TotalSeconds, 2.5, 5);
        _receiver.Answer = 204;
        _time.Advance(TimeSpan.FromSeconds(5));
        await RunAsync();
        using var jana = await _api.AsAsync("jana");
        using var listed = await jana.GetAsync("/api/webhooks/pager/deliveries");
        var told = (await listed.JsonAsync()).GetProperty("items")[0];
        Assert.Equal(["It answered 204.", "It answered 500.", "It answered 500.", "It answered 500."], told.GetProperty("history").EnumerateArray().Select(a => a.GetProperty("detail").GetString()));
        Assert.Equal(EventHash.Cut(first), told.GetProperty("history")[3].GetProperty("at").GetDateTimeOffset());
        Assert.Equal(EventHash.Cut(_time.Now), told.GetProperty("lastAttemptAt").GetDateTimeOffset());
        Assert.True(told.TryGetProperty("deliveredAt", out _));
        Assert.Equal("person:jana", told.GetProperty("againBy").GetString());
        using var browser = await Visitor.OfAsync(_api, "jana");
        var page = await browser.WordsAsync("/webhooks");
        Assert.Contains("4 attempts", page, StringComparison.Ordinal);
        Assert.Contains("Jana had it sent again", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        (_receiver.Answer, _receiver.Location) = (307, "/elsewhere");
        await AskedAsync();
        await RunAsync();
        Assert.Equal("/hook", Assert.Single(_receiver.Came).Path);
        Assert.Equal((WebhookState.Waiting, 1, 307), Told(await OnlyAsync()));
    }

    [Fact]
    public async Task A_private_address_is_not_reached_unless_the_company_says_so()
    {
        _round.Dispose();
        await _api.DisposeAsync();
        await OpenAsync("allowPrivate: false");
        await AskedAsync();
        await RunAsync();
        Assert.Empty(_receiver.Came);
        var kept = await OnlyAsync();
        Assert.Equal((WebhookState.Waiting, 1, (int?)null), Told(kept));
        Assert.Contains("must not be reached", kept.Detail);
    }

    [Theory]
    [InlineData("secret: \"whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\"", "A secret does not belong in a file")]
    [InlineData("secret: \"${HOOK}\"", "must be 'whsec_' and 24 to 64 bytes in base64.")]
    [InlineData("secret: \"${WEBHOOK}\", events: [approval.eaten]", "Nothing tells of 'approval.eaten'.")]
    [InlineData("secret: \"${WEBHOOK}\", timeout: 2h", "'timeout' must be from 1s to 1m.")]
    public async Task What_cannot_be_meant_is_refused_with_its_place(string keys, string fault)
    {
        var refused = await Assert.ThrowsAsync<ConfigException>(() => ApiUnderTest.StartAsync($"\nwebhooks: {{ pager: {{ url: \"https://example.com/\", {keys} }} }}\n"));
        Assert.Contains(refused.Faults, f => f.Message.Contains(fault, StringComparison.Ordinal) && f.Place.Line > 1);
    }

    private async Task OpenAsync(string more)
    {
        _api = await ApiUnderTest.StartAsync($"\nwebhooks: {{ pager: {{ url: \"{_receiver.Url}\", secret: \"${{WEBHOOK}}\", events: [approval.requested], {more} }} }}\n");
        _round = Round();
        await RunAsync();
    }

    private WebhookRound Round() => new(
        _api.Get<IWebhookOutbox>(), _api.Get<IWorkflowJournal>(), _api.Get<CompanyAtWork>(), _time, new Random(7), NullLogger<WebhookRound>.Instance);

    private async Task<ApprovalId> AskedAsync() => await _api.AskedAsync(await _api.SubmittedAsync());

    private Task RunAsync() => _round.RunAsync("pager", _api.Get<CompanyAtWork>().Company.Settings.Webhooks["pager"], CancellationToken.None);

    private async Task<WebhookDelivery> OnlyAsync() => Assert.Single((await _api.Get<IWebhookOutbox>().ListAsync("pager", null, null, 10, CancellationToken.None)).Items);

    private static (string State, int Attempts, int? Status) Told(WebhookDelivery kept) => (kept.State, kept.Attempts, kept.Status);
}
