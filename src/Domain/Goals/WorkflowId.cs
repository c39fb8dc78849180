using System.Text.Json.Serialization;

namespace AiManager.Domain;

/// <summary>The durable pursuit of one goal; also the goal's identity and its stream's name. Written <c>wf_…</c>.</summary>
[JsonConverter(typeof(PrefixedIdConverter<WorkflowId>))]
public readonly record struct WorkflowId(Guid Value) : IPrefixedId<WorkflowId>
{
    /// <inheritdoc/>
    public static string Prefix => "wf_";

    /// <inheritdoc/>
    public static WorkflowId Of(Guid value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => PrefixedId.Write(this);
}
