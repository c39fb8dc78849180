using System.Collections.Immutable;
using System.Globalization;
using AiManager.Domain;

namespace AiManager.Contracts;

/// <summary>What every store's outbox of webhooks does.</summary>
public abstract class WebhookOutboxContract : StoreContract
{
    /// <summary>The store's outbox.</summary>
    protected abstract IWebhookOutbox Outbox { get; }

    [Fact]
    public async Task Messages_and_the_place_behind_them_are_written_together_and_by_one_host()
    {
        Assert.Null(await Outbox.FindAsync("pager", CancellationToken.None));
        await Outbox.BeginAsync("pager", 7, CancellationToken.None);
        await Outbox.BeginAsync("pager", 9, CancellationToken.None);
        Assert.Equal(new WebhookPlace(7, false), await Outbox.FindAsync("pager", CancellationToken.None));
        Assert.True(await FeedAsync(7, 12, "m1"));
        Assert.False(await FeedAsync(7, 13, "m2"));
        Assert.Equal(new WebhookPlace(12, false), await Outbox.FindAsync("pager", CancellationToken.None));
        Assert.Equal(Message("m1"), Assert.Single((await ListAsync()).Items));
    }

    [Fact]
    public async Task An_attempt_is_one_hosts_and_comes_due_again_when_that_host_dies()
    {
        await Outbox.BeginAsync("pager", 0, CancellationToken.None);
        await FeedAsync(0, 1, "m1");
        var seen = Assert.Single(await DueAsync());
        Assert.True(await Outbox.ClaimAsync(seen, Time.Now, Time.Now.AddMinutes(3), CancellationToken.None));
        Assert.False(await Outbox.ClaimAsync(seen, Time.Now, Time.Now.AddMinutes(3), CancellationToken.None));
        Assert.Empty(await DueAsync());
        Time.Advance(TimeSpan.FromMinutes(3));
        var again = Assert.Single(await DueAsync());
        Assert.Equal(1, again.Attempts);
        Assert.True(await Outbox.ClaimAsync(again, Time.Now, Time.Now.AddMinutes(3), CancellationToken.None));

        // The host that was thought dead comes back late: the newer attempt stands.
        Assert.False(await Outbox.SettleAsync("m1", Tried(1, 500, "late"), WebhookState.Dead, Time.Now, CancellationToken.None));
        Assert.True(await Outbox.SettleAsync("m1", Tried(2, 204, "taken"), WebhookState.Delivered, Time.Now, CancellationToken.None));
        Assert.False(await Outbox.SettleAsync("m1", Tried(2, null, "twice"), WebhookState.Waiting, Time.Now, CancellationToken.None));
        var kept = Assert.Single((await ListAsync()).Items);
        Assert.Equal((WebhookState.Delivered, 2, 204, "taken"), (kept.State, kept.Attempts, kept.Status, kept.Detail));
        Assert.Equal((Time.Now, Time.Now.AddMilliseconds(5)), (kept.TriedAt, kept.DeliveredAt));
        Assert.Equal(Tried(2, 204, "taken"), Assert.Single(kept.History)); // of the attempt whose host died nothing came
    }

    [Fact]
    public async Task What_waits_can_be_sent_at_once_but_not_while_it_is_being_sent()
    {
        await Outbox.BeginAsync("pager", 0, CancellationToken.None);
        await FeedAsync(0, 1, "m1");
        Assert.True(await Outbox.RedeliverAsync("pager", "m1", Jana, Time.Now, CancellationToken.None));
        var due = Assert.Single(await DueAsync());
        await Outbox.ClaimAsync(due, Time.Now, Time.Now.AddMinutes(3), CancellationToken.None);
        Assert.False(await Outbox.RedeliverAsync("pager", "m1", Jana, Time.Now, CancellationToken.None));
        await Outbox.SettleAsync("m1", Tried(1, 500, "not now"), WebhookState.Waiting, Time.Now.AddHours(6), CancellationToken.None);
        Assert.Empty(await DueAsync());
        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await Outbox.RedeliverAsync("pager", "m1", Jana, Time.Now, CancellationToken.None));
        var again = Assert.Single(await DueAsync());
        Assert.Equal((Time.Now, 1, 1, "person:jana"), (again.Since, again.Attempts, again.Earlier, again.AgainBy));

        // Whoever saw it due before that has seen another attempt.
        Assert.False(await Outbox.ClaimAsync(due, Time.Now, Time.Now.AddMinutes(3), CancellationToken.None));
        Assert.True(await Outbox.ClaimAsync(again, Time.Now, Time.Now.AddMinutes(3), CancellationToken.None));
        Assert.False(await Outbox.RedeliverAsync("pager", "m1", Jana, Time.Now, CancellationToken.None));
    }

    [Fact]
    public async Task What_is_over_can_be_sent_again_and_is_forgotten_later()
    {
        await Outbox.BeginAsync("pager", 0, CancellationToken.None);
        await FeedAsync(0, 1, "m1");
        Assert.Equal(0, await Outbox.PruneAsync(Time.Now.AddDays(-1), CancellationToken.None));
        await Outbox.ClaimAsync(Assert.Single(await DueAsync()), Time.Now, Time.Now, CancellationToken.None);
        await Outbox.SettleAsync("m1", Tried(1, null, "given up"), WebhookState.Dead, Time.Now, CancellationToken.None);
        Assert.Empty(await DueAsync());
        Assert.False(await Outbox.RedeliverAsync("other", "m1", Jana, Time.Now, CancellationToken.None));
        Time.Advance(TimeSpan.FromDays(5));
        Assert.True(await Outbox.RedeliverAsync("pager", "m1", Jana, Time.Now, CancellationToken.None));
        var again = Assert.Single(await DueAsync());
        Assert.Equal((Time.Now, 1, 1, "person:jana"), (again.Since, again.Attempts, again.Earlier, again.AgainBy));
        Assert.Equal(0, await Outbox.PruneAsync(Time.Now, CancellationToken.None)); // made long ago, and sent again since
        await Outbox.ClaimAsync(again, Time.Now, Time.Now, CancellationToken.None);
        await Outbox.SettleAsync("m1", Tried(2, 200, "taken"), WebhookState.Delivered, Time.Now, CancellationToken.None);
        Assert.Equal(["taken", "given up"], Assert.Single((await ListAsync()).Items).History.Select(a => a.Detail));
        Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(1, await Outbox.PruneAsync(Time.Now, CancellationToken.None));
        await FeedAsync(1, 2, "m1");
        Assert.Empty(Assert.Single((await ListAsync()).Items).History);
    }

    [Fact]
    public async Task Deliveries_come_newest_first_a_page_at_a_time()
    {
        await Outbox.BeginAsync("pager", 0, CancellationToken.None);
        for (var i = 0; i < 5; i++)
        {
            await FeedAsync(i, i + 1, string.Create(CultureInfo.InvariantCulture, $"m{i}"));
        }

        var first = await Outbox.ListAsync("pager", WebhookState.Waiting, null, 3, CancellationToken.None);
        var second = await Outbox.ListAsync("pager", WebhookState.Waiting, first.Next, 3, CancellationToken.None);
        Assert.Equal(["m4", "m3", "m2", "m1", "m0"], first.Items.Concat(second.Items).Select(m => m.Id));
        Assert.Null(second.Next);
        Assert.Empty((await Outbox.ListAsync("pager", WebhookState.Dead, null, 3, CancellationToken.None)).Items);
        await Assert.ThrowsAsync<FormatException>(() => Outbox.ListAsync("pager", null, "rubbish", 3, CancellationToken.None));
    }

    [Fact]
    public async Task A_webhook_is_disabled_once_and_enabled_once()
    {
        Assert.False(await Outbox.DisableAsync("pager", true, Jana, Time.Now, CancellationToken.None));
        await Outbox.BeginAsync("pager", 3, CancellationToken.None);
        Assert.True(await Outbox.DisableAsync("pager", true, Jana, Time.Now, CancellationToken.None));
        Assert.False(await Outbox.DisableAsync("pager", true, Jana, Time.Now, CancellationToken.None));
        Assert.Equal(new WebhookPlace(3, true) { ChangedBy = "person:jana", ChangedAt = Time.Now }, await Outbox.FindAsync("pager", CancellationToken.None));
        Assert.True(await Outbox.DisableAsync("pager", false, Jana, Time.Now, CancellationToken.None));
    }

    private static readonly Actor Jana = Actor.Person("jana");

    private WebhookAttempt Tried(int number, int? status, string detail) => new(number, Time.Now, TimeSpan.FromMilliseconds(5), status, detail);

    private Task<bool> FeedAsync(long from, long through, string id) => Outbox.FeedAsync("pager", from, through, [Message(id)], CancellationToken.None);

    private Task<ImmutableArray<WebhookDelivery>> DueAsync() => Outbox.DueAsync("pager", Time.Now, 10, CancellationToken.None);

    private Task<Page<WebhookDelivery>> ListAsync() => Outbox.ListAsync("pager", null, null, 10, CancellationToken.None);

    private WebhookDelivery Message(string id) => new(id, "pager", "workflow.failed", "{}", WebhookState.Waiting, Time.Now, Time.Now, Time.Now, 0, null, string.Empty);
}
