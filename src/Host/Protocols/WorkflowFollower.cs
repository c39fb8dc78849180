using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using AiManager.ManagerAgent;

namespace AiManager.Host;

/// <summary>A workflow as it goes on, for whoever follows it in another protocol; woken by the one pulse that all pages wait on. Only what is new is read.</summary>
internal sealed class WorkflowFollower(Pulse pulse, WorkflowDesk desk, TimeProvider time, IHostApplicationLifetime lifetime)
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    /// <summary>
    /// The workflow at once, and whenever something has happened; null when nothing has for a while. Ends with the workflow, with the service, or when that has taken as long as it may: then
    /// once more as it is.
    /// </summary>
    /// <param name="id">Which.</param>
    /// <param name="longest">How long it may take, to the next silence; null for any time.</param>
    /// <param name="cancellationToken">Ends when the follower goes. The workflow goes on.</param>
    public async IAsyncEnumerable<WorkflowSnapshot?> FollowAsync(WorkflowId id, TimeSpan? longest, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        using var listener = pulse.Listen(id.ToString());
        var (state, events, began) = (WorkflowFold.Start(id), ImmutableArray<Recorded>.Empty, time.GetTimestamp());
        while (true)
        {
            var news = await desk.EventsAsync(id, state.Seq, cancellationToken);
            (state, events) = (news.Aggregate(state, WorkflowFold.Apply), events.AddRange(news));
            yield return new WorkflowSnapshot(state, events);
            if (state.IsFinal || IsOver())
            {
                yield break;
            }

            var changed = listener.WaitAsync(ending.Token);
            while (await Task.WhenAny(changed, Task.Delay(Silence, time, ending.Token)) != changed && !ending.IsCancellationRequested && !IsOver())
            {
                yield return null;
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (ending.IsCancellationRequested)
            {
                yield break;
            }
        }

        bool IsOver() => longest is { } most && time.GetElapsedTime(began) >= most;
    }
}
