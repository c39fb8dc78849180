namespace AiManager.Memory;

/// <summary>How stores keep times: whole microseconds since 1970-01-01 UTC, the precision that events are hashed with.</summary>
internal static class UnixMicros
{
    private const long TicksEach = TimeSpan.TicksPerMicrosecond;

    public static long Write(DateTimeOffset at) => (at.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TicksEach;

    public static long? Write(DateTimeOffset? at) => at is { } some ? Write(some) : null;

    public static DateTimeOffset Read(long micros) => new(DateTimeOffset.UnixEpoch.Ticks + (micros * TicksEach), TimeSpan.Zero);
}
