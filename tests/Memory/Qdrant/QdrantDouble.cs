using System.Collections.Concurrent;
using System.Numerics.Tensors;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AiManager.Memory.Tests;

/// <summary>
/// As much of Qdrant as is used here, on a loopback port: it keeps points and answers with them. Each request is first held against Qdrant's own OpenAPI description, so that what it
/// takes, Qdrant takes.
/// </summary>
internal sealed class QdrantDouble : IAsyncDisposable
{
    private static readonly OpenApiCheck Document = new(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "qdrant", "openapi.json")));

    private readonly WebApplication _app;
    private readonly Lock _gate = new();

    private QdrantDouble(WebApplication app) => _app = app;

    /// <summary>Where it listens.</summary>
    public Uri Url => new(_app.Urls.First());

    /// <summary>What was not as the description has it; must stay empty.</summary>
    public ConcurrentQueue<string> Faults { get; } = new();

    /// <summary>What came, as <c>METHOD path</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Collections by name: how long vectors are, which fields have an index, and the points.</summary>
    public Dictionary<string, Collection> Collections { get; } = new(StringComparer.Ordinal);

    /// <summary>The <c>api-key</c> that it wants; null for none.</summary>
    public string? Key { get; set; }

    /// <summary>What it answers to everything; null to do as it is asked.</summary>
    public int? Answers { get; set; }

    /// <summary>Nothing is answered before this is done.</summary>
    public Task Holds { get; set; } = Task.CompletedTask;

    public static async Task<QdrantDouble> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(k => k.Limits.MaxRequestBodySize = null);
        builder.Services.AddRouting();
        var qdrant = new QdrantDouble(builder.Build());
        qdrant._app.Run(qdrant.AnswerAsync);
        await qdrant._app.StartAsync();
        return qdrant;
    }

    /// <summary>For as long as it has been told to hold, somebody waits for it.</summary>
    public VectorHome.Qdrant Home(string tenant = "acme", double seconds = 30) => new(Url, tenant) { Key = Key, Timeout = TimeSpan.FromSeconds(seconds) };

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var body = await reader.ReadToEndAsync();
        var (method, path) = (http.Request.Method, http.Request.Path.Value!);
        Requests.Enqueue($"{method} {path}");
        await Holds.WaitAsync(http.RequestAborted);
        if (Document.WhyNot(method.ToLowerInvariant(), path, http.Request.Query.Keys, body) is { } fault)
        {
            Faults.Enqueue(fault);
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        if (Answers is { } status)
        {
            http.Response.StatusCode = status;
            return;
        }

        if (Key is { } key && http.Request.Headers["api-key"] != key)
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        lock (_gate)
        {
            var result = Do(method, path.Split('/', StringSplitOptions.RemoveEmptyEntries), body.Length == 0 ? null : JsonNode.Parse(body)!);
            (http.Response.StatusCode, body) = result is null ? (StatusCodes.Status404NotFound, "{}") : (StatusCodes.Status200OK, new JsonObject { ["result"] = result, ["status"] = "ok", ["time"] = 0.001 }.ToJsonString());
        }

        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(body);
    }

    private JsonNode? Do(string method, string[] path, JsonNode? body)
    {
        if (path is ["collections"])
        {
            return new JsonObject { ["collections"] = new JsonArray([.. Collections.Keys.Select(n => (JsonNode)new JsonObject { ["name"] = n })]) };
        }

        if (method == "PUT" && path.Length == 2)
        {
            Collections[path[1]] = new Collection(body!["vectors"]!["size"]!.GetValue<int>());
            return true;
        }

        if (!Collections.TryGetValue(path[1], out var collection))
        {
            return null;
        }

        var wanted = collection.Points.Where(p => Fits(body?["filter"], p.Value.Payload)).ToList();
        switch (path)
        {
            case [_, _]:
                return new JsonObject { ["config"] = new JsonObject { ["params"] = new JsonObject { ["vectors"] = new JsonObject { ["size"] = collection.Size, ["distance"] = "Dot" } } } };
            case [_, _, "index"]:
                collection.Indexes.Add(body!["field_name"]!.GetValue<string>());
                return new JsonObject();
            case [_, _, "points"]:
                foreach (var point in body!["points"]!.AsArray())
                {
                    if (collection.Points.TryGetValue(point!["id"]!.GetValue<string>(), out var before) && !Fits(body["update_filter"], before.Payload))
                    {
                        continue;
                    }

                    collection.Points[point!["id"]!.GetValue<string>()] = new Point([.. point["vector"]!.AsArray().Select(v => v!.GetValue<float>())], point["payload"]!.AsObject());
                }

                return new JsonObject();
            case [_, _, "points", "delete"]:
                foreach (var id in body!["points"] is JsonArray ids ? ids.Select(i => i!.GetValue<string>()) : wanted.Select(w => w.Key))
                {
                    collection.Points.Remove(id);
                }

                return new JsonObject();
            case [_, _, "points", "count"]:
                return new JsonObject { ["count"] = wanted.Count };
            case [_, _, "points", "scroll"]:
                var behind = wanted.OrderBy(w => w.Key, StringComparer.Ordinal).Where(w => body!["offset"] is not { } from || string.CompareOrdinal(w.Key, from.GetValue<string>()) >= 0).ToList();
                var most = body!["limit"]!.GetValue<int>();
                return new JsonObject
                {
                    ["points"] = new JsonArray([.. behind.Take(most).Select(b => (JsonNode)new JsonObject { ["id"] = b.Key, ["payload"] = b.Value.Payload.DeepClone() })]),
                    ["next_page_offset"] = behind.Count > most ? behind[most].Key : null,
                };
            case [_, _, "points", "query"]:
                var asked = body!["query"]!.AsArray().Select(v => v!.GetValue<float>()).ToArray();
                var best = wanted.Select(w => (w.Key, w.Value, Score: TensorPrimitives.Dot<float>(asked, w.Value.Vector))).OrderByDescending(w => w.Score).Take(body["limit"]!.GetValue<int>());
                return new JsonObject { ["points"] = new JsonArray([.. best.Select(b => (JsonNode)new JsonObject { ["id"] = b.Key, ["version"] = 0, ["score"] = b.Score, ["payload"] = b.Value.Payload.DeepClone() })]) };
            default:
                return null;
        }
    }

    private static bool Fits(JsonNode? filter, JsonObject payload) =>
        filter is null
        || ((filter["must"] as JsonArray ?? []).All(m => Matches(m!, payload)) && !(filter["must_not"] as JsonArray ?? []).Any(m => Matches(m!, payload)));

    private static bool Matches(JsonNode condition, JsonObject payload)
    {
        var field = payload[condition["key"]!.GetValue<string>()];
        if (condition["range"] is { } range)
        {
            return field?.GetValue<long>() <= range["lte"]!.GetValue<long>();
        }

        var (value, match) = (field?.GetValue<string>(), condition["match"]!);
        return match["any"] is JsonArray any ? any.Any(a => a!.GetValue<string>() == value) : match["value"]!.GetValue<string>() == value;
    }

    internal sealed record Collection(int Size)
    {
        public HashSet<string> Indexes { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, Point> Points { get; } = new(StringComparer.Ordinal);
    }

    internal sealed record Point(float[] Vector, JsonObject Payload);
}
