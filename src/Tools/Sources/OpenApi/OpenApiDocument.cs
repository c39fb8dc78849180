using System.Collections.Immutable;
using System.Text.Json;

namespace AiManager.Tools;

/// <summary>
/// An OpenAPI document, 3.0 or 3.1, as operations that can be called. What its <c>servers</c> and <c>security</c> say is not looked at: where calls go and
/// with which credentials, the company says. One operation that cannot be read leaves the others as they are.
/// </summary>
internal sealed class OpenApiDocument
{
    /// <summary>As JSON, in characters.</summary>
    public const int LongestText = 32 * 1024 * 1024;

    /// <summary>More operations than this are no tool box.</summary>
    public const int MostOperations = 10_000;

    private const int DeepestNode = 512;

    private static readonly ImmutableArray<string> Methods = ["get", "put", "post", "delete", "patch", "head", "options"];

    private OpenApiDocument(string title, ImmutableArray<OpenApiOperation> operations, ImmutableArray<UnusableOperation> unusable) =>
        (Title, Operations, Unusable) = (title, operations, unusable);

    /// <summary>As the document names itself.</summary>
    public string Title { get; }

    /// <summary>What can be called, by name.</summary>
    public ImmutableArray<OpenApiOperation> Operations { get; }

    /// <summary>What cannot, by name.</summary>
    public ImmutableArray<UnusableOperation> Unusable { get; }

    /// <summary>Reads it. Throws <see cref="OpenApiFault"/> when it is no such document.</summary>
    /// <param name="json">The document as JSON.</param>
    /// <param name="wants">Which operations to read closely, by name; null for all. The others are passed over, not reported.</param>
    public static OpenApiDocument Read(string json, Func<string, bool>? wants = null)
    {
        if (json.Length > LongestText)
        {
            throw new OpenApiFault($"The document is longer than {LongestText / (1024 * 1024)} MB.");
        }

        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = DeepestNode });
            return Read(document.RootElement, wants ?? (_ => true));
        }
        catch (JsonException broken)
        {
            throw new OpenApiFault("The document is not JSON from here on.", (broken.LineNumber ?? 0) + 1, (broken.BytePositionInLine ?? 0) + 1);
        }
    }

    /// <summary>The document in which what <paramref name="whyNot"/> gives a reason for cannot be used.</summary>
    public OpenApiDocument Without(Func<OpenApiOperation, string?> whyNot)
    {
        var refused = Operations.Select(o => (Operation: o, Reason: whyNot(o))).Where(r => r.Reason is not null).ToList();
        return refused.Count == 0 ? this : new OpenApiDocument(
            Title,
            Operations.RemoveRange(refused.Select(r => r.Operation)),
            [.. Unusable.Concat(refused.Select(r => new UnusableOperation(r.Operation.Name, r.Operation.Method, r.Operation.Path, r.Reason!))).OrderBy(u => u.Name, StringComparer.Ordinal)]);
    }

    private static OpenApiDocument Read(JsonElement root, Func<string, bool> wants)
    {
        var version = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("openapi", out var written) ? written.ToString() : null;
        if (version is null || !(version == "3.0" || version == "3.1" || version.StartsWith("3.0.", StringComparison.Ordinal) || version.StartsWith("3.1.", StringComparison.Ordinal)))
        {
            throw new OpenApiFault(version is null ? "It has no 'openapi': 3.0 and 3.1 are read here." : $"OpenAPI '{Cut(version)}' is not read here; 3.0 and 3.1 are.");
        }

        var references = new OpenApiReferences(root);
        var (usable, unusable) = (ImmutableArray.CreateBuilder<OpenApiOperation>(), ImmutableArray.CreateBuilder<UnusableOperation>());
        foreach (var (name, found) in OpenApiNames.Of(Find(root, references)).Where(o => wants(o.Name)))
        {
            try
            {
                usable.Add(new OpenApiOperationReader(references).Read(name, found));
            }
            catch (OpenApiFault fault)
            {
                unusable.Add(new UnusableOperation(name, found.Method, found.Path, fault.Message));
            }
            catch (InvalidOperationException)
            {
                // Something has another type than the specification says: a list where a map belongs, a number where a text does.
                unusable.Add(new UnusableOperation(name, found.Method, found.Path, "It is not written as the specification says."));
            }
        }

        return new OpenApiDocument(TitleOf(root), usable.ToImmutable(), unusable.ToImmutable());
    }

    private static List<FoundOperation> Find(JsonElement root, OpenApiReferences references)
    {
        var found = new List<FoundOperation>();
        if (!root.TryGetProperty("paths", out var paths) || paths.ValueKind != JsonValueKind.Object)
        {
            return found;
        }

        foreach (var path in paths.EnumerateObject().Where(p => p.Name.StartsWith('/') && p.Value.ValueKind == JsonValueKind.Object))
        {
            var item = references.TryFollow(path.Value) ?? path.Value;
            foreach (var method in item.EnumerateObject().Where(m => Methods.Contains(m.Name) && m.Value.ValueKind == JsonValueKind.Object))
            {
                if (found.Count == MostOperations)
                {
                    throw new OpenApiFault($"It has more than {MostOperations} operations.");
                }

                found.Add(new FoundOperation(method.Name.ToUpperInvariant(), path.Name, item, method.Value));
            }
        }

        return found;
    }

    private static string TitleOf(JsonElement root) =>
        root.TryGetProperty("info", out var info) && info.ValueKind == JsonValueKind.Object && info.TryGetProperty("title", out var title) && title.ValueKind == JsonValueKind.String
            ? Cut(title.GetString()!)
            : string.Empty;

    private static string Cut(string text) => text.Length <= 200 ? text : text[..200] + "…";
}

/// <summary>An operation where it stands.</summary>
/// <param name="Method">In capitals.</param>
/// <param name="Path">The template.</param>
/// <param name="Item">What all operations of the path share.</param>
/// <param name="Element">The operation.</param>
internal sealed record FoundOperation(string Method, string Path, JsonElement Item, JsonElement Element);
