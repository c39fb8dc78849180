using AiManager.Contracts;
using AiManager.Domain;

namespace AiManager.Memory.Tests;

/// <summary>Where a process can be killed around a group commit, and what is true there.</summary>
public sealed class CrashPointTests
{
    [Fact]
    public async Task Inside_a_group_commit_nobody_sees_anything_and_after_it_everybody_does_before_the_caller_is_told()
    {
        var time = new ManualTime();
        var watch = new Watch();
        await using var store = SqliteStoreUnderTest.Open(time, watch);
        var stream = PrefixedId.New<WorkflowId>(time.Now, new Random(1)).ToString();
        Task<AppendResult>? appending = null;
        watch.OnPass = point => watch.Seen.Add(
            (point, store.Journal.ReadAsync(stream, 0, 10, CancellationToken.None).GetAwaiter().GetResult().Length, appending?.IsCompleted == true));

        var fact = new NewEvent("MessagePosted", 1, time.Now, Actor.System, "", "{}"u8.ToArray());
        appending = store.Journal.AppendAsync(new AppendRequest(stream, 0, null, [fact], [], []), CancellationToken.None);
        await appending;

        Assert.Equal([(CrashPoint.InsideGroupCommit, 0, false), (CrashPoint.AfterGroupCommit, 1, false)], watch.Seen);
        Assert.Equal([stream, stream], watch.Streams);
    }

    private sealed class Watch : ICrashPoints
    {
        public List<(CrashPoint Point, int Events, bool IsAnswered)> Seen { get; } = [];

        public List<string> Streams { get; } = [];

        public Action<CrashPoint> OnPass { get; set; } = _ => { };

        public void Pass(CrashPoint point, string stream)
        {
            Streams.Add(stream);
            OnPass(point);
        }
    }
}
