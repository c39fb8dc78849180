using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AiManager.Host;

/// <summary>
/// What each route is asked and answers, as the files in <c>Examples</c> say: by the route's name, then <c>request</c> or a status. A refusal is its words; what is no JSON
/// is text; where a status has several types of content, each has its own.
/// </summary>
internal static class ApiExamples
{
    private const string Folder = "api/examples/";
    private const string Json = "application/json";
    private const string Request = "request";

    private static readonly Lazy<FrozenDictionary<string, JsonObject>> Table = new(Read);

    /// <summary>Every route that has some.</summary>
    public static IEnumerable<string> Names => Table.Value.Keys;

    /// <summary>What a route is asked; null where it takes no body.</summary>
    public static JsonNode? RequestOf(string operation) => Part(operation, Request)?.DeepClone();

    /// <summary>What a route answers with a status, in a type of content; null where nobody says.</summary>
    public static JsonNode? ReplyOf(string operation, string status, string type) => Part(operation, status) switch
    {
        JsonObject several when several.ContainsKey(type) => several[type]?.DeepClone(),
        JsonValue text when text.GetValueKind() == JsonValueKind.String && type == Json => null,
        var one => one?.DeepClone(),
    };

    /// <summary>The refusals that a route has words of its own for: status and words.</summary>
    public static IEnumerable<(int Status, string Words)> RefusalsOf(string operation) =>
        from part in Table.Value.GetValueOrDefault(operation) ?? []
        where part.Key[0] is '4' or '5' && part.Value is JsonValue
        select (int.Parse(part.Key, System.Globalization.CultureInfo.InvariantCulture), part.Value!.GetValue<string>());

    private static JsonNode? Part(string operation, string name) => Table.Value.GetValueOrDefault(operation)?[name];

    private static FrozenDictionary<string, JsonObject> Read()
    {
        var here = typeof(ApiExamples).Assembly;
        return here.GetManifestResourceNames().Where(n => n.StartsWith(Folder, StringComparison.Ordinal)).SelectMany(name =>
        {
            using var file = here.GetManifestResourceStream(name)!;
            return JsonNode.Parse(file)!.AsObject().Select(row => KeyValuePair.Create(row.Key, row.Value!.AsObject())).ToList();
        }).ToFrozenDictionary(StringComparer.Ordinal);
    }
}
