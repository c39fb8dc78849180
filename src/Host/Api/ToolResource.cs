using AiManager.Tools;

namespace AiManager.Host;

/// <summary>A tool as it is shown outside.</summary>
/// <param name="Name"><c>source.tool</c>.</param>
/// <param name="Description">For models and people; of a source outside, its own words.</param>
/// <param name="Effect">What it does to the world; null where nobody has said.</param>
/// <param name="Parameters">JSON Schema of its arguments.</param>
/// <param name="Version">Digest of its whole definition, which an approval is for; null where it may not run.</param>
/// <param name="ReadOnly">It changes nothing; false where nobody has said.</param>
/// <param name="Destructive">It may destroy something.</param>
/// <param name="Idempotent">Doing it twice is as good as once.</param>
/// <param name="OpenWorld">It reaches beyond the company.</param>
/// <param name="Money">Where the amount that it spends stands; null when it spends none.</param>
/// <param name="Undo">The tool that takes its effect back; null when there is none.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="Kind">What kind of source that is.</param>
/// <param name="RemoteName">What the source calls it.</param>
/// <param name="Digest">What a classification is about.</param>
/// <param name="Claims">What its source says it is; null where the company says it.</param>
/// <param name="Status"><c>classified</c>, <c>unclassified</c>, <c>unusable</c>, <c>missing</c>, <c>suspended</c>, or <c>down</c> while its source does not answer.</param>
/// <param name="Problem">Why it may not run, and what to do; null where it may.</param>
/// <param name="Health">How its source is; null where that is not asked.</param>
/// <param name="Calls">How its calls have been going on this host; null before the first one.</param>
internal sealed record ToolResource(
    string Name,
    string Description,
    string? Effect,
    JsonText Parameters,
    string? Version,
    bool ReadOnly,
    bool Destructive,
    bool Idempotent,
    bool OpenWorld,
    string? Money,
    string? Undo,
    string Source,
    string Kind,
    string RemoteName,
    string Digest,
    ClaimedTraits? Claims,
    string Status,
    string? Problem,
    ToolHealth? Health,
    CallHealth? Calls)
{
    /// <summary>As the catalogue says.</summary>
    public static ToolResource Of(CatalogRecord record, SourceHealth? health, Suspension? stop, LaneHealth lane)
    {
        var info = record.Info;
        return new ToolResource(
            record.Name,
            info?.Description ?? record.Description,
            info is null ? null : EffectClassNames.Write(info.Effect),
            record.Parameters,
            info?.Version,
            info is { IsReadOnly: true },
            info is { IsDestructive: true },
            info is { IsIdempotent: true },
            info is null or { IsOpenWorld: true },
            info?.Money,
            info?.Undo,
            record.Source,
            record.Kind,
            record.RemoteName,
            record.Digest,
            health is null ? null : record.Claims,
            StatusOf(record, health, stop),
            stop?.Words ?? record.Problem ?? (health is { IsTried: true, IsReachable: false } ? health.Problem : null),
            health is null ? null : new ToolHealth(health.IsReachable, health.Problem, health.Since),
            CallHealth.Of(lane));
    }

    private static string StatusOf(CatalogRecord record, SourceHealth? health, Suspension? stop) =>
        stop is not null ? "suspended"
        : record.Standing != ToolStanding.Classified ? NameOf(record.Standing)
        : health is { IsTried: true, IsReachable: false } ? "down"
        : NameOf(ToolStanding.Classified);

    private static string NameOf(ToolStanding standing) => standing switch
    {
        ToolStanding.Classified => "classified",
        ToolStanding.Unclassified => "unclassified",
        ToolStanding.Missing => "missing",
        _ => "unusable",
    };
}

/// <summary>How a source is.</summary>
/// <param name="Reachable">It answered when it was last asked.</param>
/// <param name="LastError">What went wrong since; null when nothing did.</param>
/// <param name="Since">Since when it is so; null before it was asked.</param>
internal sealed record ToolHealth(bool Reachable, string? LastError, DateTimeOffset? Since);

/// <summary>How calls of a tool have been going on this host.</summary>
/// <param name="Condition"><c>well</c>, <c>failing</c>, or <c>resting</c> while it is left alone after failing again and again.</param>
/// <param name="FailuresInARow">Since the last call that did not fail.</param>
/// <param name="LastError">What went wrong last; null when nothing has.</param>
/// <param name="LastErrorAt">When.</param>
/// <param name="LastSuccessAt">When it last did what it was asked; null when it never did.</param>
/// <param name="RestsUntil">Until when it is left alone; null when it is not.</param>
internal sealed record CallHealth(string Condition, int FailuresInARow, string? LastError, DateTimeOffset? LastErrorAt, DateTimeOffset? LastSuccessAt, DateTimeOffset? RestsUntil)
{
    /// <summary>The condition of what does what it is asked.</summary>
    public const string Well = "well";

    /// <summary>Null where nobody has called it.</summary>
    public static CallHealth? Of(LaneHealth lane) => lane.Condition == LaneCondition.Untried ? null : new CallHealth(
        lane.Condition switch { LaneCondition.Well => Well, LaneCondition.Resting => "resting", _ => "failing" },
        lane.FailuresInARow,
        lane.LastError is { } error ? Readable.Of(error) : null,
        lane.LastErrorAt,
        lane.LastSuccessAt,
        lane.RestsUntil);
}
