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
        Assert.Equal(HttpStatusCode.Conflict, (await jana.SendAsync("/webhooks", "/webhooks", ("name", IWebhookOutbox.Mail), ("id", omar.Id), ("do", "redeliver"))).Status);
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
    public async Task Where_nobody_is_told_it_says_how_to_begin()
    {
        await using var api = await ApiUnderTest.StartAsync();
        using var jana = await Visitor.OfAsync(api, "jana");
        var page = await jana.WordsAsync("/webhooks");
        Assert.Contains("Nobody outside is told of anything.", page, StringComparison.Ordinal);
        Assert.Contains("${MAIL_PASSWORD}", page, StringComparison.Ordinal);
    }
}
