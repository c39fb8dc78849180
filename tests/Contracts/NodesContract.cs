using AiManager.Domain;

namespace AiManager.Contracts;

/// <summary>What every store remembers of the hosts that share it.</summary>
public abstract class NodesContract : StoreContract
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(6);

    [Fact]
    public async Task A_host_is_what_it_said_last()
    {
        await BeatAsync(Beat("b"));
        await BeatAsync(Beat("a") with { Folder = null, Url = null });
        Time.Advance(TimeSpan.FromSeconds(2));
        await BeatAsync(Beat("b") with { IsDraining = true, Bundle = "other" });

        var nodes = await Store.Nodes.ListAsync(CancellationToken.None);
        Assert.Equal([Beat("a") with { At = Time.Now.AddSeconds(-2), StartedAt = Time.Now.AddSeconds(-2), Folder = null, Url = null }, Beat("b") with { IsDraining = true, Bundle = "other" }], nodes.Select(n => n.Beat));
        Assert.All(nodes, n => Assert.Null(n.LeftAt));
    }

    [Fact]
    public async Task Silence_makes_a_host_overdue_and_then_gone()
    {
        await BeatAsync(Beat("a"));
        Assert.Equal(NodeState.Alive, await StateAsync());
        Time.Advance(Lease + TimeSpan.FromTicks(10));
        Assert.Equal(NodeState.Overdue, await StateAsync());
        Time.Advance(Lease * 4);
        Assert.Equal(NodeState.Gone, await StateAsync());
        await BeatAsync(Beat("a"));
        Assert.Equal(NodeState.Alive, await StateAsync());
        await BeatAsync(Beat("a") with { IsDraining = true });
        Assert.Equal(NodeState.Draining, await StateAsync());
        await Store.Nodes.LeaveAsync("a", Time.Now, CancellationToken.None);
        Assert.Equal(NodeState.Gone, await StateAsync());
        await Store.Nodes.LeaveAsync("nobody", Time.Now, CancellationToken.None);
    }

    [Fact]
    public async Task Who_was_gone_for_a_day_is_forgotten()
    {
        await BeatAsync(Beat("old"));
        Time.Advance(NodeRow.Kept + TimeSpan.FromSeconds(1));
        await BeatAsync(Beat("new"));
        Assert.Equal("new", Assert.Single(await Store.Nodes.ListAsync(CancellationToken.None)).Beat.Node);
    }

    [Fact]
    public async Task A_host_has_as_many_workflows_as_leases()
    {
        await BeatAsync(Beat("n1"));
        await BeatAsync(Beat("n2"));
        await AppendedAsync(New<WorkflowId>().ToString(), 0);
        await AppendedAsync(New<WorkflowId>().ToString(), 0);
        Assert.NotNull(await ClaimAsync("n1"));
        var second = (await ClaimAsync("n1"))!;
        Assert.Equal([2, 0], (await Store.Nodes.ListAsync(CancellationToken.None)).Select(n => n.Workflows));

        await Journal.ReleaseAsync(second, 1, CancellationToken.None);
        Assert.Equal([1, 0], (await Store.Nodes.ListAsync(CancellationToken.None)).Select(n => n.Workflows));
    }

    private NodeBeat Beat(string node) => new(node, Time.Now, Time.Now, Lease, "0.2.0", new string('a', 64), new string('b', 64), "http://127.0.0.1:5080/", IsDraining: false);

    private Task BeatAsync(NodeBeat beat) => Store.Nodes.BeatAsync(beat, CancellationToken.None);

    private async Task<NodeState> StateAsync() => Assert.Single(await Store.Nodes.ListAsync(CancellationToken.None)).StateAt(Time.Now);
}
