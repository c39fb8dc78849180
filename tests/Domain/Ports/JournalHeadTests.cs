using System.Collections.Immutable;
using System.Reflection;

namespace AiManager.Domain.Tests;

/// <summary>Where the journal was at some time.</summary>
public sealed class JournalHeadTests
{
    private static readonly DateTimeOffset Begin = new(2026, 11, 1, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(-60, 0)]
    [InlineData(0, 2)]
    [InlineData(49, 2)]
    [InlineData(51, 3)]
    [InlineData(150, 7)]
    [InlineData(10_000, 20)]
    public async Task What_was_written_before_a_moment_ends_behind_what_a_clock_that_is_ahead_may_have_written_before_it(int minutes, long position) =>
        Assert.Equal(position, await JournalHead.FindAsync(Journal(2, 3, 7, 20), Begin.AddMinutes(minutes), CancellationToken.None));

    [Fact]
    public void A_window_has_its_first_moment_and_not_its_last_and_may_be_open()
    {
        var window = new TimeWindow(Begin, Begin.AddHours(1));
        Assert.Equal([false, true, true, false], new[] { -1, 0, 59, 60 }.Select(m => window.Holds(Begin.AddMinutes(m))));
        Assert.True(new TimeWindow(null, Begin).Holds(DateTimeOffset.MinValue));
        Assert.True(new TimeWindow(Begin, null).Holds(DateTimeOffset.MaxValue));
        Assert.True(default(TimeWindow).Holds(Begin));
    }

    /// <summary>One event an hour.</summary>
    private static IWorkflowJournal Journal(params int[] positions)
    {
        var journal = DispatchProxy.Create<IWorkflowJournal, Read>();
        ((Read)journal).Events =
        [
            .. positions.Select((position, hour) => new StoredEvent(
                position, "wf", hour + 1, "Happened", 1, Begin.AddHours(hour), Actor.System, string.Empty, ReadOnlyMemory<byte>.Empty, ReadOnlyMemory<byte>.Empty, ReadOnlyMemory<byte>.Empty)),
        ];
        return journal;
    }

    /// <summary>A journal that is only read.</summary>
#pragma warning disable CA1852 // a proxy's base is inherited from by the runtime
    internal class Read : DispatchProxy
#pragma warning restore CA1852
    {
        public ImmutableArray<StoredEvent> Events { get; set; } = [];

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => args switch
        {
            [long after, int limit, CancellationToken] => Task.FromResult<ImmutableArray<StoredEvent>>([.. Events.Where(e => e.Position > after).Take(limit)]),
            [CancellationToken] when targetMethod?.Name == nameof(IWorkflowJournal.HeadAsync) => Task.FromResult(Events is [.., var last] ? last.Position : 0),
            _ => throw new NotSupportedException(),
        };
    }
}
