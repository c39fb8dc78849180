using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>Seals as files, <c>seal-00000001.json</c> each, somewhere that whoever could edit the store cannot edit.</summary>
public static class SealFolder
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    /// <summary>Writes those that are not there yet; how many. Throws <see cref="IOException"/> and <see cref="UnauthorizedAccessException"/>.</summary>
    public static int Write(string folder, IEnumerable<JournalSealed> seals)
    {
        ArgumentNullException.ThrowIfNull(seals);
        Directory.CreateDirectory(folder);
        var written = 0;
        foreach (var seal in seals)
        {
            var target = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"seal-{seal.Number:00000000}.json"));
            if (File.Exists(target))
            {
                continue;
            }

            var draft = Path.Combine(folder, $".{Path.GetRandomFileName()}");
            try
            {
                File.WriteAllBytes(draft, Bytes(seal));
                DurableFile.Publish(draft, target);
                written++;
            }
            catch (IOException) when (File.Exists(target))
            {
                // Another host was first, with the same seal.
            }
            finally
            {
                File.Delete(draft);
            }
        }

        return written;
    }

    /// <summary>
    /// Reads a folder's seals and checks them by themselves: numbers without a gap, roots, the chain, and signatures where <paramref name="isSigned"/> can tell.
    /// The fault is of the first that is wrong.
    /// </summary>
    /// <param name="folder">Where they are.</param>
    /// <param name="isSigned">Whether a signature fits 32 bytes; null when there is no key to tell by.</param>
    public static (ImmutableArray<JournalSealed> Seals, string? Fault) Read(string folder, Func<byte[], string, bool>? isSigned)
    {
        var seals = ImmutableArray.CreateBuilder<JournalSealed>();
        foreach (var file in Directory.EnumerateFiles(folder, "seal-*.json").Order(StringComparer.Ordinal))
        {
            if (Parse(file) is not { } seal)
            {
                return (seals.ToImmutable(), $"{Path.GetFileName(file)} is no seal.");
            }

            var before = seals.Count == 0 ? null : seals[^1];
            if (Fault(seal, before, isSigned) is { } fault)
            {
                return (seals.ToImmutable(), $"{Path.GetFileName(file)} {fault}");
            }

            seals.Add(seal);
        }

        return (seals.ToImmutable(), null);
    }

    /// <summary>Seals may be thrown away from the front once they are old; in the middle none may be missing.</summary>
    private static string? Fault(JournalSealed seal, JournalSealed? before, Func<byte[], string, bool>? isSigned) =>
        before is not null && seal.Number != before.Number + 1 ? $"is seal {seal.Number} and follows seal {before.Number}: what was between is gone."
        : before is not null && seal.Previous != before.Hash ? "does not name the seal before it."
        : SealHash.Root(seal.Heads) != seal.Root ? "has another root than its heads."
        : SealHash.Of(seal.Number, seal.Through, seal.Root, seal.Previous) != seal.Hash ? "has another hash than what it says."
        : isSigned is not null && (seal.Signature is null || !isSigned(Convert.FromHexString(seal.Hash), seal.Signature)) ? "is not signed with this key."
        : null;

    private static JournalSealed? Parse(string file)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            var seal = document.RootElement;
            ImmutableArray<SealedHead> heads =
            [
                .. seal.GetProperty("heads").EnumerateArray().Select(h => new SealedHead(
                    h.GetProperty("stream").GetString()!, h.GetProperty("seq").GetInt32(), h.GetProperty("position").GetInt64(), Hex(h.GetProperty("hash")))),
            ];
            return new JournalSealed(
                seal.GetProperty("number").GetInt32(),
                seal.GetProperty("through").GetInt64(),
                Hex(seal.GetProperty("root")),
                Hex(seal.GetProperty("previous")),
                Hex(seal.GetProperty("hash")),
                seal.TryGetProperty("signature", out var signature) ? signature.GetString() : null,
                heads);
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static string Hex(JsonElement text) =>
        text.GetString() is { Length: 64 } hex && hex.All(char.IsAsciiHexDigitLower) ? hex : throw new FormatException("No hash.");

    private static byte[] Bytes(JournalSealed seal)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Indented))
        {
            json.WriteStartObject();
            json.WriteNumber("number", seal.Number);
            json.WriteNumber("through", seal.Through);
            json.WriteString("root", seal.Root);
            json.WriteString("previous", seal.Previous);
            json.WriteString("hash", seal.Hash);
            if (seal.Signature is { } signature)
            {
                json.WriteString("signature", signature);
            }

            json.WriteStartArray("heads");
            foreach (var head in seal.Heads)
            {
                json.WriteStartObject();
                json.WriteString("stream", head.Stream);
                json.WriteNumber("seq", head.Seq);
                json.WriteNumber("position", head.Position);
                json.WriteString("hash", head.Hash);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }
}
