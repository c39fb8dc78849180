namespace AiManager.Host.Tests;

/// <summary>The real clock, ahead by as much as a test says: timers run as ever, and days pass at once.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long _ahead;

    /// <summary>Lets time pass.</summary>
    public void Pass(TimeSpan time) => Interlocked.Add(ref _ahead, time.Ticks);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _ahead));
}
