using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>How hard a tool may be leaned on, and how much it is tried. Per host: hosts do not count together.</summary>
/// <param name="Retries">Further tries after one that surely did nothing, or whose repetition cannot do harm. What may be done twice by it is never tried again.</param>
/// <param name="Concurrency">Calls at the same time; null for any number.</param>
/// <param name="Rate">Calls within a time; null for any number.</param>
/// <param name="Breaks">After many failures in a row it is left alone for a while.</param>
internal sealed record ToolLimits(int Retries, int? Concurrency, CallRate? Rate, bool Breaks)
{
    /// <summary>The company's own databases and code: they are asked once, as often as anybody likes.</summary>
    public static ToolLimits Inside { get; } = new(0, null, null, Breaks: false);

    /// <summary>Somebody else's service.</summary>
    public static ToolLimits Outside { get; } = new(2, 8, null, Breaks: true);

    /// <summary>The longest pause between tries, whatever the other side asks for, and the longest wait for a turn.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private const int MostRetries = 5;

    /// <summary>How long a call may have to wait for its turn.</summary>
    public TimeSpan LongestWait => Concurrency is null && Rate is null ? TimeSpan.Zero : LongestPause;

    /// <summary>The keys of a tool that say it.</summary>
    public static IReadOnlyList<string> Keys { get; } = ["retries", "concurrency", "rate"];

    /// <summary>What a tool's entry says, else <paramref name="unsaid"/>.</summary>
    public static ToolLimits Read(ConfigNode.Map tool, ToolLimits unsaid, ConfigReader reader)
    {
        var retries = reader.OptionalWhole(tool, "retries", 0);
        if (retries > MostRetries)
        {
            reader.Fault(tool["retries"]!.Place, $"'retries' is at most {MostRetries}.");
        }

        return new ToolLimits(
            (int)Math.Min(retries ?? unsaid.Retries, MostRetries),
            reader.OptionalWhole(tool, "concurrency", 1) is { } most ? (int)Math.Min(most, int.MaxValue) : unsaid.Concurrency,
            reader.OptionalMap(tool, "rate") is { } rate ? CallRate.Read(rate, reader) : unsaid.Rate,
            unsaid.Breaks);
    }
}

/// <summary>So many calls within a time.</summary>
/// <param name="Calls">At least 1.</param>
/// <param name="Per">More than nothing.</param>
internal sealed record CallRate(int Calls, TimeSpan Per)
{
    private const int MostCalls = 100_000;

    public static CallRate? Read(ConfigNode.Map map, ConfigReader reader)
    {
        reader.Keys(map, ["calls", "per"]);
        if (reader.OptionalWhole(map, "calls", 1) is { } calls and <= MostCalls && reader.OptionalDuration(map, "per") is { } per && per > TimeSpan.Zero)
        {
            return new CallRate((int)calls, per);
        }

        reader.Fault(map.Place, $"'rate' says 'calls' (1 to {MostCalls}) and 'per' (such as 1m).");
        return null;
    }
}
