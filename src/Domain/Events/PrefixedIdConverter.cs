using System.Text.Json;
using System.Text.Json.Serialization;

namespace AiManager.Domain;

/// <summary>Ids are strings in JSON, as keys too.</summary>
/// <typeparam name="TId">The id's type.</typeparam>
public sealed class PrefixedIdConverter<TId> : JsonConverter<TId>
    where TId : struct, IPrefixedId<TId>
{
    /// <inheritdoc/>
    public override TId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        PrefixedId.TryRead<TId>(reader.GetString(), out var id) ? id : throw new JsonException($"Expected an id of the form {TId.Prefix}….");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TId value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(PrefixedId.Write(value));
    }

    /// <inheritdoc/>
    public override TId ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Read(ref reader, typeToConvert, options);

    /// <inheritdoc/>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, TId value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WritePropertyName(PrefixedId.Write(value));
    }
}
