using System.Text.Json.Serialization;

namespace AiManager.Domain;

/// <summary>One change of the configuration that waits, or waited, for a second person. Written <c>chg_…</c>.</summary>
[JsonConverter(typeof(PrefixedIdConverter<ChangeId>))]
public readonly record struct ChangeId(Guid Value) : IPrefixedId<ChangeId>
{
    /// <inheritdoc/>
    public static string Prefix => "chg_";

    /// <inheritdoc/>
    public static ChangeId Of(Guid value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => PrefixedId.Write(this);
}
