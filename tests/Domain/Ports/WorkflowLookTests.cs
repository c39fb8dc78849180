namespace AiManager.Domain.Tests;

/// <summary>Workflows as one look sees them.</summary>
public sealed class WorkflowLookTests
{
    private static readonly WorkflowId[] Ids = [.. Enumerable.Range(0, 4).Select(i => PrefixedId.Derive<WorkflowId>(Guid.Empty, $"{i}"))];

    [Fact]
    public async Task What_several_ask_for_is_read_once_and_what_is_wanted_later_is_read_with_it()
    {
        var store = new Store();
        var look = new WorkflowLook(store);
        look.Want([Ids[1], Ids[2]]);
        Assert.Equal([Ids[0]], (await look.ReadAsync([Ids[0]], CancellationToken.None)).Keys);
        Assert.Equal(3, (await look.ReadAsync([Ids[0], Ids[1], Ids[2]], CancellationToken.None)).Count);
        look.Want([Ids[2]]);
        Assert.Equal([Ids[2]], (await look.ReadAsync([Ids[2], Ids[2]], CancellationToken.None)).Keys);
        Assert.Empty(await look.ReadAsync([], CancellationToken.None));

        Assert.Equal(Ids.Take(3).ToHashSet(), Assert.Single(store.Asked).ToHashSet());
    }

    [Fact]
    public async Task What_is_not_there_is_looked_for_once_and_left_out()
    {
        var store = new Store { Gone = Ids[3] };
        var look = new WorkflowLook(store);
        Assert.Equal([Ids[0]], (await look.ReadAsync([Ids[3], Ids[0]], CancellationToken.None)).Keys);
        Assert.Empty(await look.ReadAsync([Ids[3]], CancellationToken.None));

        Assert.Single(store.Asked);
    }

    private sealed class Store : IWorkflowOutside
    {
        public List<List<WorkflowId>> Asked { get; } = [];

        public WorkflowId? Gone { get; init; }

        public Task<Dictionary<WorkflowId, WorkflowState>> ReadEachAsync(IEnumerable<WorkflowId> ids, CancellationToken cancellationToken)
        {
            Asked.Add([.. ids]);
            return Task.FromResult(ids.Where(id => id != Gone).ToDictionary(id => id, WorkflowFold.Start));
        }

        public Task<WorkflowState?> ReadAsync(WorkflowId workflow, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<OutsideResult> AppendAsync(WorkflowId workflow, Func<WorkflowState, OutsideDecision> decide, Actor actor, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
