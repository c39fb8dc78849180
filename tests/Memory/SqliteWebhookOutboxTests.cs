using AiManager.Contracts;
using AiManager.Domain;

namespace AiManager.Memory.Tests;

public sealed class SqliteWebhookOutboxTests : WebhookOutboxContract
{
    protected override IWebhookOutbox Outbox => ((SqliteStoreUnderTest)Store).Store.Webhooks;

    protected override Task<IStoreUnderTest> OpenAsync(TimeProvider time) => Task.FromResult<IStoreUnderTest>(SqliteStoreUnderTest.Open(time));
}
