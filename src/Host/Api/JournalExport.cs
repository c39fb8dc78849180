using System.Buffers;
using System.Text.Json;

namespace AiManager.Host;

/// <summary>
/// The journal as JSON Lines, one event a line, with everything that it takes to recompute every hash: payloads stand there as they were hashed.
/// Text that a person typed stays sealed.
/// </summary>
internal static class JournalExport
{
    /// <summary>Writes all streams, or one workflow, in order.</summary>
    /// <param name="journal">What to export.</param>
    /// <param name="workflow">Only this one; null for all.</param>
    /// <param name="span">Only what was appended then.</param>
    /// <param name="output">Gets UTF-8.</param>
    /// <param name="cancellationToken">Stops in the middle.</param>
    public static async Task WriteAsync(IWorkflowJournal journal, WorkflowId? workflow, TimeWindow span, Stream output, CancellationToken cancellationToken)
    {
        var pages = workflow is { } id ? JournalPages.OfAsync(journal, id.ToString(), cancellationToken) : JournalPages.OfAsync(journal, span, cancellationToken);
        await foreach (var page in pages)
        {
            foreach (var stored in page.Where(e => span.Holds(e.At)))
            {
                await output.WriteAsync(Line(stored), cancellationToken);
            }
        }

        await output.FlushAsync(cancellationToken);
    }

    private static ReadOnlyMemory<byte> Line(StoredEvent stored)
    {
        var line = new ArrayBufferWriter<byte>(stored.Payload.Length + 512);
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteNumber("position", stored.Position);
            json.WriteString("stream", stored.Stream);
            json.WriteNumber("seq", stored.Seq);
            json.WriteString("at", EventHash.WriteTime(stored.At));
            json.WriteString("type", stored.Type);
            json.WriteNumber("schemaVersion", stored.SchemaVersion);
            json.WriteString("actor", stored.Actor.Value);
            json.WriteString("cause", stored.Cause);
            json.WriteString("prevHash", Convert.ToHexStringLower(stored.PrevHash.Span));
            json.WriteString("hash", Convert.ToHexStringLower(stored.Hash.Span));
            WritePayload(json, stored.Payload);
            json.WriteEndObject();
        }

        line.Write("\n"u8);
        return line.WrittenMemory;
    }

    // What a model wrote may hold line breaks between its fields; then the bytes that were hashed stand beside the value.
    private static void WritePayload(Utf8JsonWriter json, ReadOnlyMemory<byte> payload)
    {
        json.WritePropertyName("payload");
        if (payload.Span.IndexOfAny("\r\n"u8) < 0)
        {
            json.WriteRawValue(payload.Span, skipInputValidation: true);
            return;
        }

        using var document = JsonDocument.Parse(payload, new JsonDocumentOptions { MaxDepth = 128 });
        document.RootElement.WriteTo(json);
        json.WriteBase64String("payloadBytes", payload.Span);
    }
}
