using System.Text.Json.Serialization;

namespace AiManager.Domain;

/// <summary>A monitor; also its stream's name. Follows from its name in <c>monitors.yaml</c>, so that history outlives a restart. Written <c>mon_…</c>.</summary>
[JsonConverter(typeof(PrefixedIdConverter<MonitorId>))]
public readonly record struct MonitorId(Guid Value) : IPrefixedId<MonitorId>
{
    /// <inheritdoc/>
    public static string Prefix => "mon_";

    /// <inheritdoc/>
    public static MonitorId Of(Guid value) => new(value);

    /// <summary>The id of a monitor of that name: always the same one.</summary>
    public static MonitorId Named(string name) => PrefixedId.Derive<MonitorId>(Guid.Empty, name);

    /// <inheritdoc/>
    public override string ToString() => PrefixedId.Write(this);
}
