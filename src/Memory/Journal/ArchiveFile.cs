using System.Collections.Immutable;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>
/// Archived events in a file: gzip of JSON Lines, one event or blob a line, with exactly the stored fields; beside it, in <c>FILE.manifest.json</c>, what is in
/// it. Words that people typed stay sealed as they were.
/// </summary>
internal static class ArchiveFile
{
    /// <summary>Where a file's manifest lies.</summary>
    public static string ManifestOf(string file) => file + ".manifest.json";

    /// <summary>Writes file and manifest; both are on disk under their names when it returns. Throws <see cref="IOException"/>.</summary>
    public static void Write(string file, ArchiveContent content, DateTimeOffset now)
    {
        var draft = file + ".new";
        using (var lines = new GZipStream(new FileStream(draft, FileMode.Create), CompressionLevel.Optimal))
        {
            foreach (var line in content.Events.Select(e => new ArchiveLine(ArchivedEvent.Of(e), null)).Concat(content.Blobs.Select(b => new ArchiveLine(null, b))))
            {
                lines.Write(JsonSerializer.SerializeToUtf8Bytes(line, ArchiveJson.Default.ArchiveLine));
                lines.Write("\n"u8);
            }
        }

        var manifest = new ArchiveManifest(1, now, Digest(draft), content.Events.Length, content.Blobs.Length, [.. content.Events.Select(e => e.Stream).Distinct()]);
        DurableFile.Publish(draft, file);
        var about = ManifestOf(file) + ".new";
        File.WriteAllBytes(about, JsonSerializer.SerializeToUtf8Bytes(manifest, ArchiveJson.Default.ArchiveManifest));
        DurableFile.Publish(about, ManifestOf(file));
    }

    /// <summary>
    /// Reads a file and proves it: every event's hash, every stream's chain from its first event, every blob's name, and that it is the file of its manifest.
    /// Throws <see cref="InvalidDataException"/> naming the first event that is wrong.
    /// </summary>
    public static ArchiveContent Read(string file)
    {
        try
        {
            var events = ImmutableArray.CreateBuilder<StoredEvent>();
            var blobs = ImmutableArray.CreateBuilder<ArchivedBlob>();
            var chain = new ChainCheck(new SealCheck([]));
            using (var lines = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress)))
            {
                while (lines.ReadLine() is { } text)
                {
                    var line = JsonSerializer.Deserialize(text, ArchiveJson.Default.ArchiveLine);
                    if (line?.Event?.ToStored() is { } stored)
                    {
                        events.Add(chain.Next(stored, []) is { } fault ? throw new InvalidDataException(fault.Words) : stored);
                    }
                    else if (line?.Blob is { } blob)
                    {
                        blobs.Add(BlobPayload.NameOf(blob.Content) == blob.Digest ? blob : throw new InvalidDataException($"Blob {blob.Digest} is not what its digest says."));
                    }
                }
            }

            var manifest = JsonSerializer.Deserialize(File.ReadAllBytes(ManifestOf(file)), ArchiveJson.Default.ArchiveManifest);
            return manifest?.Sha256 == Digest(file) && manifest.Events == events.Count
                ? new ArchiveContent(events.DrainToImmutable(), blobs.DrainToImmutable())
                : throw new InvalidDataException("It is not the file that its manifest tells of.");
        }
        catch (Exception broken) when (broken is JsonException or FormatException or ArgumentException or FileNotFoundException)
        {
            throw new InvalidDataException($"It cannot be read: {broken.Message}", broken);
        }
    }

    private static string Digest(string file)
    {
        using var content = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(content));
    }
}

/// <summary>What an archive file holds.</summary>
internal sealed record ArchiveContent(ImmutableArray<StoredEvent> Events, ImmutableArray<ArchivedBlob> Blobs);

/// <summary>One line: an event or a blob.</summary>
internal sealed record ArchiveLine(ArchivedEvent? Event, ArchivedBlob? Blob);

/// <summary>An event with its stored fields; <paramref name="At"/> in microseconds, bytes as Base64.</summary>
internal sealed record ArchivedEvent(
    long Position, string Stream, int Seq, string Type, int SchemaVersion, long At, string Actor, string Cause, byte[] Payload, byte[] PrevHash, byte[] Hash)
{
    public static ArchivedEvent Of(StoredEvent stored) => new(
        stored.Position, stored.Stream, stored.Seq, stored.Type, stored.SchemaVersion, UnixMicros.Write(stored.At), stored.Actor.Value, stored.Cause,
        stored.Payload.ToArray(), stored.PrevHash.ToArray(), stored.Hash.ToArray());

    public StoredEvent ToStored() => new(Position, Stream, Seq, Type, SchemaVersion, UnixMicros.Read(At), new Actor(Actor), Cause, Payload, PrevHash, Hash);
}

/// <summary>A large value that an event names.</summary>
internal sealed record ArchivedBlob(string Digest, byte[] Content);

/// <summary>What is in an archive file.</summary>
internal sealed record ArchiveManifest(int Version, DateTimeOffset MadeAt, string Sha256, int Events, int Blobs, ImmutableArray<string> Workflows);

/// <summary>The JSON of archives.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ArchiveLine))]
[JsonSerializable(typeof(ArchiveManifest))]
internal sealed partial class ArchiveJson : JsonSerializerContext;
