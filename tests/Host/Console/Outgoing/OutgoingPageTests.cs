using System.Net;

namespace AiManager.Host.Tests;

/// <summary>The page about what goes out.</summary>
public sealed class OutgoingPageTests
{
    [Fact]
    public async Task It_says_how_each_receiver_is_and_lets_who_may_send_again()
    {
        await using var mail = await MailUnderTest.StartAsync(
            $"{MailUnderTest.Decides} }}\nwebhooks: {{ pager: {{ url: \"https://example.com/secret-path\", secret: \"${{WEBHOOK}}\" }}",
            new MailServer { Answer = new SmtpServer.Protocol.SmtpResponse(SmtpServer.Protocol.SmtpReplyCode.InsufficientStorage, "<script>alert(1)</script>") });
        using var jana = await Visitor.OfAsync(mail.Api, "jana");
        Assert.Contains("Nothing was told yet.", await jana.PageAsync("/webhooks"), StringComparison.Ordinal);

        await mail.AskedAsync();
        await mail.RunAsync();
        await mail.Api.Get<IWebhookOutbox>().BeginAsync("pager", 0, CancellationToken.None);
        await mail.Api.Get<IWebhookOutbox>().DisableAsync("pager", true, Actor.System, TimeProvider.System.GetUtcNow(), CancellationToken.None);
        var page = await jana.PageAsync("/webhooks");
        Assert.Contains("failing", page, StringComparison.Ordinal);
        Assert.Contains("The mail server does not take it now (452).", page, StringComparison.Ordinal);
        Assert.Contains("to Helena", page, StringComparison.Ordinal);
        Assert.Contains("https://example.com", page, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-path", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        Assert.DoesNotContain("acme", page, StringComparison.Ordinal);

        var omar = Assert.Single(await mail.KeptAsync(), k => k.State == WebhookState.Dead);
        using var petra = await Visitor.OfAsync(mail.Api, "petra");
        Assert.DoesNotContain("Send again", await petra.PageAsync("/webhooks"), StringComparison.Ordinal);
        var (refused, _, _) = await petra.SendAsync("/webhooks", "/webhooks", ("name", IWebhookOutbox.Mail), ("id", omar.Id), ("do", "redeliver"));
        Assert.Equal(HttpStatusCode.Forbidden, refused);
        Assert.Equal(HttpStatusCode.SeeOther, (await jana.SendAsync("/webhooks", "/webhooks", ("name", IWebhookOutbox.Mail), ("id", omar.Id), ("do", "redeliver"))).Status);
        Assert.Equal(WebhookState.Waiting, Assert.Single(await mail.KeptAsync(), k => k.Id == omar.Id).State);
        Assert.Equal(HttpStatusCode.SeeOther, (await jana.SendAsync("/webhooks", "/webhooks", ("name", IWebhookOutbox.Mail), ("id", omar.Id), ("do", "redeliver"))).Status); // what waits is sent now
        Assert.Equal(HttpStatusCode.Conflict, (await jana.SendAsync("/webhooks", "/webhooks", ("name", IWebhookOutbox.Mail), ("id", "gone"), ("do", "redeliver"))).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await jana.SendAsync("/webhooks", "/webhooks", ("name", "pager"), ("do", "enable"))).Status);
        Assert.False((await mail.Api.Get<IWebhookOutbox>().FindAsync("pager", CancellationToken.None))!.IsDisabled);
        Assert.Equal(HttpStatusCode.NotFound, (await jana.SendAsync("/webhooks", "/webhooks", ("name", "<b>"), ("do", "enable"))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await jana.SendAsync("/webhooks", "/webhooks", ("name", "pager"), ("do", "eat"))).Status);
    }

    [Fact]
    public async Task What_is_being_sent_is_not_called_untried()
    {
        await using var api = await ApiUnderTest.StartAsync("webhooks: { pager: { url: \"https://example.com/hook\", secret: \"${WEBHOOK}\" } }\n");
        var (outbox, now) = (api.Get<IWebhookOutbox>(), TimeProvider.System.GetUtcNow());
        var message = new WebhookDelivery("msg_1", "pager", "workflow.completed", "{}", WebhookState.Waiting, now, now, now, 0, null, string.Empty);
        await outbox.BeginAsync("pager", 0, CancellationToken.None);
        Assert.True(await outbox.FeedAsync("pager", 0, 1, [message], CancellationToken.None));
        using var jana = await Visitor.OfAsync(api, "jana");
        Assert.Contains("Not tried yet.", await jana.WordsAsync("/webhooks"), StringComparison.Ordinal);
        Assert.True(await outbox.ClaimAsync(Assert.Single(await outbox.DueAsync("pager", now, 10, CancellationToken.None)), now, now.AddMinutes(1), CancellationToken.None));
        var page = await jana.WordsAsync("/webhooks");
        Assert.Contains("It is being sent; there is no answer yet.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Not tried yet.", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_messages_to_one_are_found_by_state_and_lead_to_what_they_are_about()
    {
        await using var api = await ApiUnderTest.StartAsync("webhooks: { pager: { url: \"https://example.com/hook\", secret: \"${WEBHOOK}\" } }\n");
        var (outbox, now, workflow, change) = (api.Get<IWebhookOutbox>(), TimeProvider.System.GetUtcNow(), await api.SubmittedAsync(), PrefixedId.Derive<ChangeId>(Guid.Empty, "change"));
        WebhookDelivery Message(int number, string type, string data) => new(
            $"msg_{number}", "pager", type, $$"""{"data":{{data}}}""", WebhookState.Waiting, now.AddSeconds(-number), now, now, 0, null, string.Empty);
        await outbox.BeginAsync("pager", 0, CancellationToken.None);
        Assert.True(await outbox.FeedAsync(
            "pager",
            0,
            1,
            [
                Message(0, "workflow.completed", $$"""{"stream":"{{workflow}}"}"""), Message(1, "change.proposed", $$"""{"stream":"company","change":"{{change}}"}"""),
                Message(2, "suspension.made", """{"stream":"company","kind":"all"}"""), Message(3, "monitor.submitted", $$"""{"stream":"mon_1","workflow":"{{workflow}}"}"""),
                .. Enumerable.Range(4, 60).Select(i => Message(i, $"odd.{i}.", "7")),
            ],
            CancellationToken.None));
        using var jana = await Visitor.OfAsync(api, "jana");
        var page = await jana.WordsAsync("/webhooks");
        Assert.Contains($"<a href=\"/workflows/{workflow}\">workflow.completed</a>", page, StringComparison.Ordinal);
        Assert.Contains($"<a href=\"/workflows/{workflow}\">monitor.submitted</a>", page, StringComparison.Ordinal);
        Assert.Contains($"<a href=\"/authority#{change}\">change.proposed</a>", page, StringComparison.Ordinal);
        Assert.Contains("<a href=\"/tools#stops\">suspension.made</a>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("odd.10.", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/webhooks?name=pager\"", page, StringComparison.Ordinal);
        page = await jana.WordsAsync("/webhooks?name=pager");
        Assert.Contains("odd.49.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("odd.50.", page, StringComparison.Ordinal);
        var next = System.Text.RegularExpressions.Regex.Match(page, "href=\"([^\"]+)\" rel=\"next\"").Groups[1].Value;
        Assert.Contains("odd.63.", await jana.WordsAsync(next), StringComparison.Ordinal);
        Assert.Contains("None of them stands so.", await jana.WordsAsync("/webhooks?name=pager&state=dead"), StringComparison.Ordinal);
        foreach (var (odd, status) in new[] { ("?name=other", HttpStatusCode.NotFound), ("?name=pager&state=eaten", HttpStatusCode.BadRequest), ("?name=pager&cursor=odd", HttpStatusCode.BadRequest) })
        {
            using var reply = await jana.Client.GetAsync(new Uri("/webhooks" + odd, UriKind.Relative));
            Assert.Equal(status, reply.StatusCode);
        }
    }

    [Fact]
    public async Task What_waits_for_a_receiver_that_is_gone_is_not_promised_again()
    {
        await using var api = await ApiUnderTest.StartAsync("webhooks: { pager: { url: \"https://example.com/hook\", secret: \"${WEBHOOK}\" } }\n");
        var (outbox, now) = (api.Get<IWebhookOutbox>(), TimeProvider.System.GetUtcNow());
        await outbox.BeginAsync("pager", 0, CancellationToken.None);
        Assert.True(await outbox.FeedAsync("pager", 0, 1, [new WebhookDelivery("msg_1", "pager", "workflow.completed", "{}", WebhookState.Waiting, now, now, now, 0, null, string.Empty)], CancellationToken.None));
        Assert.True(await outbox.ClaimAsync(Assert.Single(await outbox.DueAsync("pager", now, 10, CancellationToken.None)), now, now.AddMinutes(1), CancellationToken.None));
        using var jana = await Visitor.OfAsync(api, "jana");
        Assert.DoesNotContain("Send now", await jana.WordsAsync("/webhooks"), StringComparison.Ordinal); // it is under way
        Assert.True(await outbox.SettleAsync("msg_1", new WebhookAttempt(1, now, TimeSpan.Zero, 410, "It is gone."), WebhookState.Waiting, now.AddHours(6), CancellationToken.None));
        var page = await jana.WordsAsync("/webhooks");
        Assert.Contains(" Again ", page, StringComparison.Ordinal);
        Assert.Contains("Send now", page, StringComparison.Ordinal);
        await outbox.DisableAsync("pager", true, Actor.System, now, CancellationToken.None);
        page = await jana.WordsAsync("/webhooks");
        Assert.DoesNotContain(" Again ", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Send now", page, StringComparison.Ordinal);
        Assert.Contains("It waits until messages are sent there again.", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nobody_is_told_it_says_how_to_begin()
    {
        await using var api = await ApiUnderTest.StartAsync();
        using var jana = await Visitor.OfAsync(api, "jana");
        var page = await jana.WordsAsync("/webhooks");
        Assert.Contains("Nobody outside is told of anything.", page, StringComparison.Ordinal);
        Assert.Contains("${MAIL_PASSWORD}", page, StringComparison.Ordinal);
    }
}
