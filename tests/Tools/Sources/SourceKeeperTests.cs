using System.Collections.Immutable;
using AiManager.Contracts;
using Microsoft.Extensions.Logging;

namespace AiManager.Tools.Tests;

/// <summary>One source that breaks stops nobody else.</summary>
public sealed class SourceKeeperTests
{
    [Fact]
    public async Task A_source_that_breaks_as_nobody_foresaw_is_down_with_its_reason_until_it_answers()
    {
        var (time, said) = (new ManualTime(), new Said());
        await using var broken = new Breaks();
        var catalog = new Catalog([], [], [new OutsideSource(broken, [], TimeSpan.FromSeconds(1))]);
        await using var keeper = new SourceKeeper(catalog, new CompanyDouble(), new BlobsDouble(), time, said);

        // Whoever drives waits for this once: were it to throw, nothing would go on.
        await keeper.BeginAsync(CancellationToken.None);
        var health = Assert.Single(catalog.Health);
        Assert.Equal((false, true, time.Now), (health.IsReachable, health.IsTried, health.Since));
        Assert.Equal("It broke while it was asked for its tools: DivideByZeroException.", health.Problem);
        Assert.Equal(1, said.Count("odd broke"));

        broken.IsMended = true;
        broken.Changed!();
        await Workplace.UntilAsync(() => catalog.Knows("odd.tool"));
        await Workplace.UntilAsync(() => catalog.Health[0].IsReachable);
    }

    private sealed class Breaks : IToolSource
    {
        public bool IsMended { get; set; }

        public Action? Changed { get; private set; }

        public string Name => "odd";

        public string Kind => "odd";

        public string Definition => "odd";

        public SourceState State => new(SourceCondition.Up);

        public void Begin(ILogger logger, Action changed) => Changed = changed;

        public Task<ImmutableArray<ListedTool>> ListAsync(CancellationToken cancellationToken) => IsMended
            ? Task.FromResult<ImmutableArray<ListedTool>>([new ListedTool("tool", string.Empty, JsonText.EmptyObject, null, ClaimedTraits.None)])
            : throw new DivideByZeroException("secret words");

        public IToolImplementation Make(ListedTool tool, ToolInfo info) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
