using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>How often the journal is sealed and where the seals go as files, as <c>seals</c> of <c>company.yaml</c> says.</summary>
/// <param name="Every">1 minute to 1 day. Default 10 minutes.</param>
/// <param name="To">A folder outside the data folder; null where seals stay in the journal alone.</param>
internal sealed record SealSettings(TimeSpan Every, string? To)
{
    /// <summary>Keys of <c>seals</c>.</summary>
    public static readonly ImmutableArray<string> Keys = ["every", "to"];

    private static readonly TimeSpan Least = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Most = TimeSpan.FromDays(1);
    private static readonly SealSettings Default = new(TimeSpan.FromMinutes(10), null);

    /// <summary>Binds <c>seals</c>; where the file has none, every 10 minutes.</summary>
    public static SealSettings Read(ConfigReader reader, ConfigNode.Map file, Placeholders placeholders)
    {
        if (reader.OptionalMap(file, "seals") is not { } seals)
        {
            return Default;
        }

        reader.Keys(seals, Keys);
        var every = reader.OptionalDuration(seals, "every");
        if (every < Least || every > Most)
        {
            reader.Fault(seals["every"]!.Place, "'every' must be from 1m to 1d.");
        }

        var to = placeholders.Fill(reader, seals, "to");
        if (to is not null && !Path.IsPathFullyQualified(to))
        {
            reader.Fault(seals["to"]!.Place, "'to' must be a whole path: every host writes there, and it lies outside the data folder.");
        }

        return new SealSettings(every ?? Default.Every, to);
    }
}
