using System.Collections.Frozen;
using System.Text.Json;

namespace AiManager.Host;

/// <summary>What the routes of the API are asked and answer, by the name of each: one table, in <c>examples.json</c>, inside the program.</summary>
internal static class ApiExamples
{
    private static readonly Lazy<FrozenDictionary<string, RequestExample>> Table = new(Read);

    /// <summary>Every name in the table.</summary>
    public static IEnumerable<string> Names => Table.Value.Keys;

    /// <summary>A route's example; null where there is none.</summary>
    public static RequestExample? Find(string? operation) => operation is null ? null : Table.Value.GetValueOrDefault(operation);

    private static FrozenDictionary<string, RequestExample> Read()
    {
        using var stream = typeof(ApiExamples).Assembly.GetManifestResourceStream("api/examples.json") ?? throw new InvalidOperationException("examples.json is not in the program.");
        using var table = JsonDocument.Parse(stream);
        return table.RootElement.EnumerateObject().ToFrozenDictionary(row => row.Name, row => new RequestExample(Part(row.Value, "request"), Part(row.Value, "reply")), StringComparer.Ordinal);
    }

    private static string? Part(JsonElement row, string name) => row.TryGetProperty(name, out var part) ? part.GetRawText() : null;
}
