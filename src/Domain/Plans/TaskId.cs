using System.Text.Json.Serialization;

namespace AiManager.Domain;

/// <summary>One task of a plan. Written <c>tk_…</c>.</summary>
[JsonConverter(typeof(PrefixedIdConverter<TaskId>))]
public readonly record struct TaskId(Guid Value) : IPrefixedId<TaskId>
{
    /// <inheritdoc/>
    public static string Prefix => "tk_";

    /// <inheritdoc/>
    public static TaskId Of(Guid value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => PrefixedId.Write(this);
}
