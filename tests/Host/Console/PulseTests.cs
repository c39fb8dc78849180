namespace AiManager.Host.Tests;

/// <summary>A page is read again when what it is about has changed, and not when something else has.</summary>
public sealed class PulseTests
{
    [Fact]
    public async Task Whoever_looks_at_one_workflow_is_not_woken_by_another()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var (mine, other) = (await api.SubmittedAsync("Buy pens"), await api.SubmittedAsync("Buy ink"));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var ofMine = api.Get<Pulse>().Listen(mine.ToString());
        using var ofAll = api.Get<Pulse>().Listen(null);
        await ofMine.WaitAsync(patience.Token); // the first look wakes everybody: nobody knows what came before
        await ofAll.WaitAsync(patience.Token);

        var woken = ofMine.WaitAsync(patience.Token);
        await api.AppendAsync(other, new MessagePosted(new PrivateText("jana", "Blue ones.")));
        await ofAll.WaitAsync(patience.Token); // in the same turn, so that by now mine would have been woken, too
        Assert.False(woken.IsCompleted);
        await api.AppendAsync(mine, new MessagePosted(new PrivateText("jana", "Red ones.")));
        await woken;
    }
}
