using System.Text.Json.Serialization;

namespace AiManager.Domain;

/// <summary>One approval, for exactly one call. Written <c>ap_…</c>.</summary>
[JsonConverter(typeof(PrefixedIdConverter<ApprovalId>))]
public readonly record struct ApprovalId(Guid Value) : IPrefixedId<ApprovalId>
{
    /// <inheritdoc/>
    public static string Prefix => "ap_";

    /// <inheritdoc/>
    public static ApprovalId Of(Guid value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => PrefixedId.Write(this);
}
