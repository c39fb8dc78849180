using System.Reflection;
using AiManager.Contracts;

namespace AiManager.Host.Tests;

/// <summary>How often the store is asked for its figures.</summary>
public sealed class StoreGaugesTests
{
    [Fact]
    public async Task A_store_that_is_away_is_asked_no_more_often_than_one_that_answers_however_many_collect()
    {
        var time = new ManualTime(TimeProvider.System.GetUtcNow());
        var lists = DispatchProxy.Create<IReadModels, Away>();
        using var gauges = new StoreGauges(lists, time);
        for (var i = 0; i < 5; i++)
        {
            await gauges.RefreshAsync(CancellationToken.None);
        }

        Assert.Equal(1, ((Away)lists).Asked);
        time.Advance(TimeSpan.FromSeconds(6));
        await gauges.RefreshAsync(CancellationToken.None);
        Assert.Equal(2, ((Away)lists).Asked);
    }

    /// <summary>Read models of a store that does not answer.</summary>
#pragma warning disable CA1852 // a proxy's base is inherited from by the runtime
    internal class Away : DispatchProxy
#pragma warning restore CA1852
    {
        public int Asked { get; private set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            Asked++;
            return Task.FromException<StoreFigures>(new StoreUnavailableException("It is away."));
        }
    }
}
