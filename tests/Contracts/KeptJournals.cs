using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using AiManager.Domain;

namespace AiManager.Contracts;

/// <summary>Journals that earlier versions wrote, exported once and kept in <c>tests/Fixtures/journals</c>.</summary>
public static class KeptJournals
{
    /// <summary>Where they are.</summary>
    public static string Folder
    {
        get
        {
            var root = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(root.FullName, "AiManager.sln")))
            {
                root = root.Parent ?? throw new InvalidOperationException("No AiManager.sln above the tests.");
            }

            return Path.Combine(root.FullName, "tests", "Fixtures", "journals");
        }
    }

    /// <summary>The events of one, in the order of the file.</summary>
    public static ImmutableArray<StoredEvent> Read(string file) => [.. File.ReadLines(Path.Combine(Folder, file)).Select(Line)];

    /// <summary>A line as <c>journal export</c> writes it: the payload is the bytes that were hashed, or they stand beside it.</summary>
    private static StoredEvent Line(string line)
    {
        using var document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 128 });
        var json = document.RootElement;
        var payload = json.TryGetProperty("payloadBytes", out var bytes) ? bytes.GetBytesFromBase64() : Encoding.UTF8.GetBytes(json.GetProperty("payload").GetRawText());
        return new StoredEvent(
            json.GetProperty("position").GetInt64(),
            json.GetProperty("stream").GetString()!,
            json.GetProperty("seq").GetInt32(),
            json.GetProperty("type").GetString()!,
            json.GetProperty("schemaVersion").GetInt32(),
            EventHash.ReadTime(json.GetProperty("at").GetString()!),
            new Actor(json.GetProperty("actor").GetString()!),
            json.GetProperty("cause").GetString()!,
            payload,
            Convert.FromHexString(json.GetProperty("prevHash").GetString()!),
            Convert.FromHexString(json.GetProperty("hash").GetString()!));
    }
}
