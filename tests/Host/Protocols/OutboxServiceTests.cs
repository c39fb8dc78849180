using Microsoft.Extensions.Logging.Abstractions;

namespace AiManager.Host.Tests;

/// <summary>Who is told of what happens, from the first moment on.</summary>
public sealed class OutboxServiceTests
{
    [Fact]
    public async Task What_happens_as_soon_as_a_host_has_started_lies_behind_the_place_where_telling_begins()
    {
        await using var api = await ApiUnderTest.StartAsync(
            "\nwebhooks: { pager: { url: \"http://127.0.0.1:9/\", secret: \"${WEBHOOK}\", events: [approval.requested], allowPrivate: true } }\nmail: { host: 127.0.0.1, port: 9, tls: none, from: AI Manager <manager@example.com>, address: \"http://127.0.0.1:5080\" }\n");
        var before = await api.SubmittedAsync();
        var (outbox, journal, atWork) = (api.Get<IWebhookOutbox>(), api.Get<IWorkflowJournal>(), api.Get<CompanyAtWork>());
        using var webhooks = new WebhookRound(outbox, journal, atWork, TimeProvider.System, new Random(7), NullLogger<WebhookRound>.Instance);
        var mail = new MailRound(outbox, journal, atWork, TimeProvider.System, new Random(7), NullLogger<MailRound>.Instance);
        using var service = new OutboxService(webhooks, mail, outbox, journal, atWork, TimeProvider.System, NullLogger<OutboxService>.Instance);

        await service.StartAsync(CancellationToken.None);
        var (here, there) = (await outbox.FindAsync("pager", CancellationToken.None), await outbox.FindAsync(IWebhookOutbox.Mail, CancellationToken.None));
        var head = (await journal.ReadAllAsync(0, 1000, CancellationToken.None))[^1];
        Assert.Equal(before.ToString(), head.Stream);
        Assert.Equal((head.Position, head.Position), (here!.Position, there!.Position));
        await service.StopAsync(CancellationToken.None);
    }
}
