using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using AiManager.ManagerAgent;

namespace AiManager.Host;

/// <summary>A workflow as it goes on, woken by the one pulse that all pages wait on; only what is new is read.</summary>
internal sealed class A2aFollower(Pulse pulse, WorkflowDesk desk, TimeProvider time, IHostApplicationLifetime lifetime)
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    /// <summary>The workflow at once, and whenever something has happened; null when nothing has for a while. Ends with the workflow, or with the service.</summary>
    public async IAsyncEnumerable<WorkflowSnapshot?> FollowAsync(WorkflowId id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        using var listener = pulse.Listen(id.ToString());
        var (state, events) = (WorkflowFold.Start(id), ImmutableArray<Recorded>.Empty);
        while (true)
        {
            var news = await desk.EventsAsync(id, state.Seq, cancellationToken);
            (state, events) = (news.Aggregate(state, WorkflowFold.Apply), events.AddRange(news));
            yield return new WorkflowSnapshot(state, events);
            if (state.IsFinal)
            {
                yield break;
            }

            var changed = listener.WaitAsync(ending.Token);
            while (await Task.WhenAny(changed, Task.Delay(Silence, time, ending.Token)) != changed && !ending.IsCancellationRequested)
            {
                yield return null;
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (ending.IsCancellationRequested)
            {
                yield break;
            }
        }
    }
}
