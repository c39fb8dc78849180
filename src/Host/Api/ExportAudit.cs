using System.Text;
using System.Text.Json;

namespace AiManager.Host;

/// <summary>
/// Proves an export by itself: every hash is recomputed from what the lines say, and every chain followed. An export of a stretch of time begins in the middle of its
/// chains: what stands before its first event of a stream is then taken as said.
/// </summary>
internal static class ExportAudit
{
    // Decisions can be taken away as lines too, and nothing of them can be recomputed.
    private const string NoExport = "This is no export of the journal's events, as 'journal export' writes them, so there is nothing to verify in it.";

    /// <summary>What verifying an export found, in one sentence.</summary>
    public static string Say(AuditResult result) => result.IsSound
        ? $"The export is sound: {result.Events} events in {result.Streams} streams; every hash and chain agrees."
        : result is { Events: 0, Position: null } ? result.Fault!
        : $"The export is broken{JournalCommand.Where(result)}: {result.Fault}";

    /// <summary>Verifies a file of JSON Lines. Throws <see cref="UsageException"/> when it cannot be read.</summary>
    /// <param name="file">Made by <c>journal export</c>.</param>
    /// <param name="seals">Kept elsewhere; what they name and the file's streams reach must be there.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task<AuditResult> VerifyAsync(string file, IReadOnlyList<JournalSealed> seals, CancellationToken cancellationToken)
    {
        try
        {
            using var reader = new StreamReader(file, Encoding.UTF8);
            return await VerifyAsync(reader, seals, cancellationToken);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The export '{file}' cannot be read: {fault.Message}");
        }
    }

    /// <summary>As the other.</summary>
    public static async Task<AuditResult> VerifyAsync(TextReader export, IReadOnlyList<JournalSealed> seals, CancellationToken cancellationToken)
    {
        var sealedHeads = seals.SelectMany(s => s.Heads).DistinctBy(h => (h.Stream, h.Seq)).ToDictionary(h => (h.Stream, h.Seq));
        var ends = new Dictionary<string, StoredEvent>(StringComparer.Ordinal);
        var count = 0L;
        for (var number = 1; await export.ReadLineAsync(cancellationToken) is { } line; number++)
        {
            if (line.Length == 0)
            {
                continue;
            }

            if (Parse(line) is not { } stored)
            {
                return new AuditResult(count, ends.Count, count == 0 ? NoExport : $"Line {number} is not an event.", null, null, null);
            }

            if (Fault(stored, ends.GetValueOrDefault(stored.Stream), sealedHeads) is { } fault)
            {
                return new AuditResult(count, ends.Count, fault, stored.Stream, stored.Seq, stored.Position);
            }

            ends[stored.Stream] = stored;
            count++;
        }

        return new AuditResult(count, ends.Count, null, null, null, null);
    }

    private static string? Fault(StoredEvent stored, StoredEvent? before, Dictionary<(string, int), SealedHead> seals)
    {
        var hash = Convert.ToHexStringLower(stored.Hash.Span);
        return !EventHash.Of(stored).AsSpan().SequenceEqual(stored.Hash.Span) ? "It is not what was hashed."
            : before is null && stored.Seq == 1 && !stored.PrevHash.Span.SequenceEqual(EventHash.Genesis.Span) ? "It is a first event and names one before it."
            : before is not null && stored.Seq != before.Seq + 1 ? $"It follows {before.Seq}: what was between is gone or stands elsewhere."
            : before is not null && !stored.PrevHash.Span.SequenceEqual(before.Hash.Span) ? "It does not name the hash of the event before it."
            : before is not null && stored.Position <= before.Position ? $"It stands behind position {before.Position}."
            : seals.GetValueOrDefault((stored.Stream, stored.Seq)) is { } head && (head.Position != stored.Position || head.Hash != hash) ? "It is not the one that a seal names."
            : null;
    }

    private static StoredEvent? Parse(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 128 });
            var e = document.RootElement;
            var payload = e.TryGetProperty("payloadBytes", out var bytes) ? bytes.GetBytesFromBase64() : Encoding.UTF8.GetBytes(e.GetProperty("payload").GetRawText());
            return new StoredEvent(
                e.GetProperty("position").GetInt64(),
                e.GetProperty("stream").GetString()!,
                e.GetProperty("seq").GetInt32(),
                e.GetProperty("type").GetString()!,
                e.GetProperty("schemaVersion").GetInt32(),
                EventHash.ReadTime(e.GetProperty("at").GetString()!),
                new Actor(e.GetProperty("actor").GetString()!),
                e.GetProperty("cause").GetString()!,
                payload,
                Convert.FromHexString(e.GetProperty("prevHash").GetString()!),
                Convert.FromHexString(e.GetProperty("hash").GetString()!));
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            return null;
        }
    }
}
