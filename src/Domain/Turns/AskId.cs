using System.Text.Json.Serialization;

namespace AiManager.Domain;

/// <summary>One question to a model. Written <c>ask_…</c>.</summary>
[JsonConverter(typeof(PrefixedIdConverter<AskId>))]
public readonly record struct AskId(Guid Value) : IPrefixedId<AskId>
{
    /// <inheritdoc/>
    public static string Prefix => "ask_";

    /// <inheritdoc/>
    public static AskId Of(Guid value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => PrefixedId.Write(this);
}
