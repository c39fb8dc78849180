using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>Reads caps, under the same keys wherever a company's files say any.</summary>
public static class AmountsReader
{
    /// <summary>The keys of a cap.</summary>
    public static readonly ImmutableArray<string> Keys = ["money", "modelCost", "tokens", "calls", "toolCalls", "time", "recipients"];

    /// <summary>What <paramref name="map"/> caps. Keys that are no caps are the caller's to judge.</summary>
    public static Amounts Read(ConfigNode.Map map, ConfigReader reader)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(reader);
        return new Amounts(
            Money(map, "money", reader),
            Money(map, "modelCost", reader),
            reader.OptionalWhole(map, "tokens", 1),
            reader.OptionalWhole(map, "calls", 1),
            reader.OptionalWhole(map, "toolCalls", 1),
            reader.OptionalDuration(map, "time"),
            reader.OptionalWhole(map, "recipients", 1));
    }

    private static decimal? Money(ConfigNode.Map map, string key, ConfigReader reader)
    {
        var amount = map[key] is null ? null : reader.OptionalNumber(map, key);
        if (amount < 0)
        {
            reader.Fault(map[key]!.Place, $"'{key}' must not be negative.");
        }

        return amount;
    }
}
