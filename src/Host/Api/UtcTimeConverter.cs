using System.Text.Json;
using System.Text.Json.Serialization;

namespace AiManager.Host;

/// <summary>Times as the journal writes them: RFC 3339, UTC, whole microseconds, <c>Z</c>.</summary>
internal sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset().ToUniversalTime();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(EventHash.WriteTime(value));
}
