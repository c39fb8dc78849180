using AiManager.Contracts;
using AiManager.Domain;

namespace AiManager.Memory.Tests;

/// <summary>Connections that are kept open between reads show in nothing that is read.</summary>
public sealed class KeptSqliteReadsTests : StoreContract
{
    [Fact]
    public async Task A_query_that_is_prepared_sees_what_was_committed_since_and_its_own_values()
    {
        var ids = new List<WorkflowId>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add(New<WorkflowId>());
            await PutAsync(ids[i], "key-" + i);
            for (var known = 0; known <= i; known++)
            {
                Assert.Equal(ids[known], await ReadModels.SingletonAsync("key-" + known, CancellationToken.None));
            }

            Assert.Null(await ReadModels.SingletonAsync("key-" + (i + 1), CancellationToken.None));
        }
    }

    [Fact]
    public async Task Many_reads_at_once_each_get_their_own_rows()
    {
        var ids = new List<WorkflowId>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add(New<WorkflowId>());
            await PutAsync(ids[i], "key-" + i);
        }

        var found = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() => ReadModels.SingletonAsync("key-" + (i % 5), CancellationToken.None))));

        Assert.Equal(Enumerable.Range(0, 200).Select(i => (WorkflowId?)ids[i % 5]), found);
    }

    [Fact]
    public async Task A_read_that_is_broken_off_breaks_no_other()
    {
        var id = New<WorkflowId>();
        await PutAsync(id, "key");
        for (var i = 0; i < 20; i++)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ReadModels.SingletonAsync("key", new CancellationToken(canceled: true)));
            Assert.Equal(id, await ReadModels.SingletonAsync("key", CancellationToken.None));
        }
    }

    protected override Task<IStoreUnderTest> OpenAsync(TimeProvider time) => Task.FromResult<IStoreUnderTest>(SqliteStoreUnderTest.Open(time));

    private Task PutAsync(WorkflowId id, string key) => AppendedAsync(
        id.ToString(), 0, changes: [new ReadModelChange.PutWorkflow(new WorkflowRow(id, "Look.", "olga", "running", null, key, 0, Time.Now, Time.Now, 0, 0))]);
}
