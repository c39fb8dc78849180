namespace AiManager.Host;

/// <summary>What tests may ask of a process from outside; heeded only with <c>AIMANAGER_TEST_HOOKS=1</c>.</summary>
internal static class TestHooks
{
    /// <summary>How far this machine's clock is taken to be ahead, in whole seconds, also below 0.</summary>
    public const string ClockAhead = "AIMANAGER_CLOCK_AHEAD_SECONDS";

    /// <summary>True when they are asked for.</summary>
    /// <param name="environment">Looks up a variable; null when it is not set.</param>
    public static bool AreOn(Func<string, string?> environment) => environment("AIMANAGER_TEST_HOOKS") == "1";

    /// <summary>This machine's clock, or one that is wrong. Throws <see cref="UsageException"/>.</summary>
    /// <param name="environment">Looks up a variable; null when it is not set.</param>
    public static TimeProvider Clock(Func<string, string?> environment) =>
        !AreOn(environment) || environment(ClockAhead) is not { Length: > 0 } text ? TimeProvider.System
        : int.TryParse(text, out var seconds) ? new WrongClock(TimeSpan.FromSeconds(seconds))
        : throw new UsageException($"{ClockAhead}={text} is no whole number of seconds.");

    private sealed class WrongClock(TimeSpan ahead) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + ahead;
    }
}
