using System.Text.Json.Serialization;

namespace AiManager.Domain;

/// <summary>One piece of work for a person that the workflow waits for. Written <c>es_…</c>.</summary>
[JsonConverter(typeof(PrefixedIdConverter<EscalationId>))]
public readonly record struct EscalationId(Guid Value) : IPrefixedId<EscalationId>
{
    /// <inheritdoc/>
    public static string Prefix => "es_";

    /// <inheritdoc/>
    public static EscalationId Of(Guid value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => PrefixedId.Write(this);
}
