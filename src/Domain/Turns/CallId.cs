using System.Text.Json.Serialization;

namespace AiManager.Domain;

/// <summary>One tool call; its idempotency key is (workflow, task, call). Written <c>call_…</c>.</summary>
[JsonConverter(typeof(PrefixedIdConverter<CallId>))]
public readonly record struct CallId(Guid Value) : IPrefixedId<CallId>
{
    /// <inheritdoc/>
    public static string Prefix => "call_";

    /// <inheritdoc/>
    public static CallId Of(Guid value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => PrefixedId.Write(this);
}
