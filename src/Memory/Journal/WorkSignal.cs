namespace AiManager.Memory;

/// <summary>
/// Wakes drivers that have nothing to do. A pulse wakes all who wait; one that finds nobody waiting is kept for the next to come, so that
/// work appended between "nothing to claim" and "wait" is not slept over. Thread-safe.
/// </summary>
internal sealed class WorkSignal(TimeProvider time)
{
    private TaskCompletionSource _pulse = Fresh();

    /// <summary>Called with each pulse of this process, to tell others; set once, before the first.</summary>
    public Action Pulsed { get; set; } = () => { };

    /// <summary>There is work, for this process and for others.</summary>
    public void Pulse()
    {
        PulseHere();
        Pulsed();
    }

    /// <summary>There is work that somebody else has told of.</summary>
    public void PulseHere() => Volatile.Read(ref _pulse).TrySetResult();

    public async Task WaitAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        var pulse = Volatile.Read(ref _pulse);
        if (!pulse.Task.IsCompleted && patience > TimeSpan.Zero)
        {
            using var woken = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(pulse.Task, Task.Delay(patience, time, woken.Token));
            await woken.CancelAsync();
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (pulse.Task.IsCompleted)
        {
            Interlocked.CompareExchange(ref _pulse, Fresh(), pulse);
        }
    }

    private static TaskCompletionSource Fresh() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
