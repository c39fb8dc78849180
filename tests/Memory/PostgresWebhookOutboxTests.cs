using AiManager.Contracts;
using AiManager.Domain;

namespace AiManager.Memory.Tests;

[NeedsPostgres]
public sealed class PostgresWebhookOutboxTests : WebhookOutboxContract
{
    protected override IWebhookOutbox Outbox => ((PostgresStoreUnderTest)Store).Store.Webhooks;

    protected override Task<IStoreUnderTest> OpenAsync(TimeProvider time) => PostgresStoreUnderTest.OpenAsync(time);
}
