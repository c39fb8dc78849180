namespace AiManager.Host.Tests;

/// <summary>What was looked at lately is not read again in whole, and is never old.</summary>
public sealed class RecentStateTests
{
    [Fact]
    public async Task A_second_look_sees_what_came_since()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var (id, outside) = (await api.SubmittedAsync("Buy pens"), api.Get<IWorkflowOutside>());
        var before = (await outside.ReadAsync(id, CancellationToken.None))!;
        await api.AskedAsync(id);
        var after = (await outside.ReadAsync(id, CancellationToken.None))!;
        Assert.Equal((before.Seq + 3, 1), (after.Seq, after.Approvals.Count));
        Assert.Same(after, await outside.ReadAsync(id, CancellationToken.None));
    }

    [Fact]
    public async Task Words_whose_key_is_gone_are_gone_at_the_next_look()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var (id, outside) = (await api.SubmittedAsync("Buy pens"), api.Get<IWorkflowOutside>());
        Assert.Equal("Buy pens", (await outside.ReadAsync(id, CancellationToken.None))!.Submitted!.Goal.Words);
        await api.Get<IEnvelopes>().EraseAsync("jana", CancellationToken.None);
        Assert.Equal(PrivateText.Erased, (await outside.ReadAsync(id, CancellationToken.None))!.Submitted!.Goal.Words);
    }
}
