namespace AiManager.Host.Tests;

public sealed class StoreClockTests
{
    [Theory]
    [InlineData(-120)]
    [InlineData(120)]
    public async Task A_machine_whose_clock_is_off_goes_by_the_stores(int seconds)
    {
        var clock = new StoreClock(new OffMachine(TimeSpan.FromSeconds(seconds)));
        Assert.Equal(TimeSpan.Zero, clock.Ahead);
        await clock.MeasureAsync(_ => Task.FromResult<DateTimeOffset?>(TimeProvider.System.GetUtcNow()), CancellationToken.None);

        Assert.True((clock.Ahead + TimeSpan.FromSeconds(seconds)).Duration() < TimeSpan.FromSeconds(5));
        Assert.True((clock.GetUtcNow() - TimeProvider.System.GetUtcNow()).Duration() < TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_store_that_is_away_or_has_no_clock_changes_nothing()
    {
        var clock = new StoreClock(TimeProvider.System);
        await clock.MeasureAsync(_ => Task.FromResult<DateTimeOffset?>(null), CancellationToken.None);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => clock.MeasureAsync(_ => throw new StoreUnavailableException("It is away."), CancellationToken.None));
        Assert.Equal(TimeSpan.Zero, clock.Ahead);
    }

    private sealed class OffMachine(TimeSpan off) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + off;
    }
}
