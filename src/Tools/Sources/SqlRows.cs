using System.Buffers;
using System.Collections.Immutable;
using System.Data.Common;
using System.Text;
using System.Text.Json;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>From rows to <c>{"rows": […]}</c>. A result beyond the limits is refused, not cut: half a list reads like a whole one.</summary>
internal static class SqlRows
{
    public const int MostRows = 10_000;
    public const int MostBytes = 8 * 1024 * 1024;

    /// <summary>What every result is.</summary>
    public static readonly WhenType Shape = new WhenType.Record(new Dictionary<string, WhenType>(StringComparer.Ordinal) { ["rows"] = new WhenType.List(new WhenType.Dynamic()) });

    private static readonly JsonWriterOptions Options = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Runs all statements; the result is that of the last one that has columns.</summary>
    public static async Task<JsonText> ReadAsync(DbCommand command, ImmutableArray<string> jsonColumns, int mostRows, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = """{"rows":[]}""";
        do
        {
            if (reader.FieldCount > 0)
            {
                rows = await ReadSetAsync(reader, jsonColumns, mostRows, cancellationToken);
            }
        }
        while (await reader.NextResultAsync(cancellationToken));
        return JsonText.Parse(rows);
    }

    private static async Task<string> ReadSetAsync(DbDataReader reader, ImmutableArray<string> jsonColumns, int mostRows, CancellationToken cancellationToken)
    {
        var columns = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToArray();
        if (columns.GroupBy(c => c, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new SqlFaultException($"The statement gives two columns named '{twice.Key}'.", SqlFaultKind.Other);
        }

        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, Options);
        writer.WriteStartObject();
        writer.WriteStartArray("rows");
        for (var count = 0; await reader.ReadAsync(cancellationToken); count++)
        {
            if (count == mostRows || writer.BytesCommitted + writer.BytesPending > MostBytes)
            {
                throw new SqlFaultException($"The result is too large: more than {mostRows} rows or {MostBytes / (1024 * 1024)} MB. Ask for less.", SqlFaultKind.Other);
            }

            writer.WriteStartObject();
            for (var column = 0; column < columns.Length; column++)
            {
                writer.WritePropertyName(columns[column]);
                Write(writer, reader.GetValue(column), jsonColumns.Contains(columns[column]) ? columns[column] : null);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        await writer.FlushAsync(cancellationToken);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>One value of the first column, as JSON.</summary>
    public static JsonElement Scalar(object value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            Write(writer, value, jsonColumn: null);
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }

    private static void Write(Utf8JsonWriter writer, object value, string? jsonColumn)
    {
        switch (value)
        {
            case DBNull:
                writer.WriteNullValue();
                break;
            case string text when jsonColumn is not null:
                writer.WriteRawValue(JsonText.TryParse(text, out var json)
                    ? json.Text
                    : throw new SqlFaultException($"The column '{jsonColumn}' should hold JSON and does not.", SqlFaultKind.Other));
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case byte or sbyte or short or ushort or int or uint or long:
                writer.WriteNumberValue(Convert.ToInt64(value));
                break;
            case decimal number:
                writer.WriteNumberValue(number);
                break;
            case double or float when double.IsFinite(Convert.ToDouble(value)):
                writer.WriteNumberValue(Convert.ToDouble(value));
                break;
            case byte[] bytes:
                writer.WriteBase64StringValue(bytes);
                break;
            case DateTime time:
                writer.WriteStringValue(time.ToString("O"));
                break;
            case DateTimeOffset time:
                writer.WriteStringValue(time.UtcDateTime.ToString("O"));
                break;
            case DateOnly day:
                writer.WriteStringValue(day.ToString("O"));
                break;
            default:
                writer.WriteStringValue(value.ToString());
                break;
        }
    }
}
