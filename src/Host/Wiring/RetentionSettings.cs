using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>What becomes of workflows that ended, as <c>retention</c> of <c>company.yaml</c> says.</summary>
/// <param name="ArchiveAfter">How long a workflow that ended stays in the store after its last event, at least a day.</param>
/// <param name="To">Where the files go; a relative folder lies in the data folder of the host that does it.</param>
internal sealed record RetentionSettings(TimeSpan ArchiveAfter, string To)
{
    /// <summary>Keys of <c>retention</c>.</summary>
    public static readonly ImmutableArray<string> Keys = ["archiveAfter", "to"];

    private static readonly TimeSpan Least = TimeSpan.FromDays(1);

    /// <summary>Binds <c>retention</c>; null where the file has none, and then nothing is archived by itself.</summary>
    public static RetentionSettings? Read(ConfigReader reader, ConfigNode.Map file, Placeholders placeholders)
    {
        if (reader.OptionalMap(file, "retention") is not { } retention)
        {
            return null;
        }

        reader.Keys(retention, Keys);
        var after = reader.OptionalDuration(retention, "archiveAfter");
        if (retention["archiveAfter"] is not { } written)
        {
            reader.Fault(retention.Place, "'archiveAfter' is missing.");
        }
        else if (after < Least)
        {
            reader.Fault(written.Place, "'archiveAfter' must be at least 1d.");
        }

        if (retention["to"] is null)
        {
            reader.Fault(retention.Place, "'to' is missing: the folder where the files go.");
        }

        var to = placeholders.Fill(reader, retention, "to");
        if (to is not null && string.IsNullOrWhiteSpace(to))
        {
            reader.Fault(retention["to"]!.Place, "'to' must not be empty.");
        }

        return new RetentionSettings(after ?? Least, to ?? string.Empty);
    }
}
