using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Reads one operation: its parameters and its body as one flat object of arguments, and how each of them goes on the wire.</summary>
internal sealed class OpenApiOperationReader(OpenApiReferences references)
{
    private const string BodyArgument = "body";
    private const int LongestDescription = 1000;
    private const int LongestSchema = 24 * 1024;

    /// <summary>Headers that are the connection's, the credentials' or ours; a document that declares them is not followed there.</summary>
    private static readonly ImmutableHashSet<string> OwnHeaders = ImmutableHashSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Accept", "Content-Type", "Authorization", "Host", "Content-Length", "Transfer-Encoding", "Connection", "Cookie", "Expect", "Upgrade", "TE", "Trailer", "Keep-Alive", "Proxy-Authorization", "Proxy-Connection", "Accept-Encoding", "Content-Encoding");

    /// <summary>Levels to write out: as many of these as make a description that a model can read.</summary>
    private static readonly ImmutableArray<int> Depths = [24, 10, 7, 5, 4, 3];

    private OpenApiSchemas _schemas = new(references, Depths[0]);

    /// <summary>Reads it. Throws <see cref="OpenApiFault"/> with what makes it unusable.</summary>
    public OpenApiOperation Read(string name, FoundOperation found)
    {
        foreach (var depth in Depths)
        {
            _schemas = new OpenApiSchemas(references, depth);
            try
            {
                if (ReadOnce(name, found) is var read && read.Schema.Text.Length <= LongestSchema)
                {
                    return read;
                }
            }
            catch (TooManySchemasFault) when (depth != Depths[^1])
            {
                // Less of it may do.
            }
        }

        throw new OpenApiFault("Its arguments are too much to describe.");
    }

    private OpenApiOperation ReadOnce(string name, FoundOperation found)
    {
        var (properties, required) = (new JsonObject(), new JsonArray());
        var parameters = ImmutableArray.CreateBuilder<OpenApiParameter>();
        var body = Body(found.Element, properties, required);
        foreach (var declared in Declared(found).Where(d => !IsOwn(d)))
        {
            var parameter = Parameter(declared, properties.ContainsKey, out var schema);
            parameters.Add(parameter);
            properties[parameter.Argument] = schema;
            if (parameter.Place == OpenApiPlace.Path || IsTrue(declared, "required"))
            {
                required.Add(parameter.Argument);
            }
        }

        CheckPath(found.Path, parameters);
        var text = Text(properties, required);
        if (!JsonSchema.TryLoad(text, out _, out var faults))
        {
            throw new OpenApiFault($"Its arguments say something that cannot be checked here: {faults[0]}.");
        }

        return new OpenApiOperation(name, found.Method, found.Path, Description(found.Element), text, parameters.ToImmutable(), body);
    }

    private static JsonText Text(JsonObject properties, JsonArray required)
    {
        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties, ["required"] = required, ["additionalProperties"] = false };
        try
        {
            return JsonText.Parse(schema.ToJsonString());
        }
        catch (JsonException)
        {
            throw new OpenApiFault("Its arguments nest too deep.");
        }
    }

    /// <summary>The path's parameters and the operation's, which come before the path's of the same name and place.</summary>
    private IEnumerable<JsonElement> Declared(FoundOperation found)
    {
        var all = new OrderedDictionary<(string Name, string Place), JsonElement>();
        foreach (var holder in (JsonElement[])[found.Item, found.Element])
        {
            foreach (var written in holder.TryGetProperty("parameters", out var list) ? list.EnumerateArray() : default)
            {
                var parameter = references.Follow(written);
                all[(TextOf(parameter, "name"), TextOf(parameter, "in"))] = parameter;
            }
        }

        return all.Values;
    }

    private static bool IsOwn(JsonElement parameter) => TextOf(parameter, "in") == "header" && OwnHeaders.Contains(TextOf(parameter, "name"));

    private OpenApiParameter Parameter(JsonElement declared, Func<string, bool> isTaken, out JsonObject schema)
    {
        var (name, written) = (TextOf(declared, "name"), TextOf(declared, "in"));
        OpenApiPlace? known = written switch { "path" => OpenApiPlace.Path, "query" => OpenApiPlace.Query, "header" => OpenApiPlace.Header, "cookie" => OpenApiPlace.Cookie, _ => null };
        if (known is not { } place)
        {
            throw new OpenApiFault($"The parameter '{name}' goes into '{written}', which is no such place.");
        }

        if (place is OpenApiPlace.Header or OpenApiPlace.Cookie && !IsToken(name))
        {
            throw new OpenApiFault($"The parameter '{name}' cannot be the name of a {written}.");
        }

        var content = declared.TryGetProperty("content", out var media) && media.ValueKind == JsonValueKind.Object;
        schema = content ? JsonContent(name, media) : declared.TryGetProperty("schema", out var inside) ? _schemas.Convert(inside) : [];
        if (declared.TryGetProperty("description", out var words) && words.ValueKind == JsonValueKind.String && !schema.ContainsKey("description"))
        {
            schema["description"] = OpenApiSchemas.Cut(words.GetString()!);
        }

        var style = content ? OpenApiStyle.Json : Style(declared, name, place);
        var explodes = declared.TryGetProperty("explode", out var explode) ? explode.ValueKind == JsonValueKind.True : style == OpenApiStyle.Form;
        return new OpenApiParameter(Argument(name, written, isTaken), name, place, style, explodes, IsTrue(declared, "allowReserved"));
    }

    private static string Argument(string name, string place, Func<string, bool> isTaken) =>
        !isTaken(name) ? name : !isTaken($"{name}_{place}") ? $"{name}_{place}" : throw new OpenApiFault($"Two of its parameters are named '{name}'.");

    private static OpenApiStyle Style(JsonElement declared, string name, OpenApiPlace place)
    {
        var written = declared.TryGetProperty("style", out var style) ? style.GetString() : place is OpenApiPlace.Query or OpenApiPlace.Cookie ? "form" : "simple";
        OpenApiStyle? known = (written, place) switch
        {
            ("form", OpenApiPlace.Query or OpenApiPlace.Cookie) => OpenApiStyle.Form,
            ("simple", OpenApiPlace.Path or OpenApiPlace.Header) => OpenApiStyle.Simple,
            ("label", OpenApiPlace.Path) => OpenApiStyle.Label,
            ("matrix", OpenApiPlace.Path) => OpenApiStyle.Matrix,
            ("spaceDelimited", OpenApiPlace.Query) => OpenApiStyle.SpaceDelimited,
            ("pipeDelimited", OpenApiPlace.Query) => OpenApiStyle.PipeDelimited,
            ("deepObject", OpenApiPlace.Query) => OpenApiStyle.DeepObject,
            _ => null,
        };
        return known ?? throw new OpenApiFault($"The parameter '{name}' has the style '{written}', which is not known there.");
    }

    private JsonObject JsonContent(string name, JsonElement content) =>
        content.EnumerateObject().FirstOrDefault(m => IsJson(m.Name)) is { Value.ValueKind: JsonValueKind.Object } json
            ? json.Value.TryGetProperty("schema", out var schema) ? _schemas.Convert(schema) : []
            : throw new OpenApiFault($"The parameter '{name}' is written as something else than JSON.");

    private OpenApiBody? Body(JsonElement operation, JsonObject properties, JsonArray required)
    {
        if (!operation.TryGetProperty("requestBody", out var written))
        {
            return null;
        }

        var body = references.Follow(written);
        if (!body.TryGetProperty("content", out var content) || content.ValueKind != JsonValueKind.Object || !content.EnumerateObject().Any())
        {
            return null;
        }

        var isRequired = IsTrue(body, "required");
        var choices = content.EnumerateObject().Select(m => (Kind: KindOf(m.Name), m.Name, m.Value)).Where(m => m.Kind is not null).OrderBy(m => m.Kind).ToList();
        if (choices.Count == 0)
        {
            return isRequired ? throw new OpenApiFault($"Its body is written as {string.Join(" or ", content.EnumerateObject().Select(m => m.Name).Take(3))}, which is not written here.") : null;
        }

        var (kind, mediaType, media) = choices[0];
        var schema = media.TryGetProperty("schema", out var inside) ? _schemas.Convert(inside) : [];
        if (OpenApiSchemas.HasBinary(schema))
        {
            throw new OpenApiFault("Its body takes a file, which no argument can be.");
        }

        properties[BodyArgument] = schema;
        if (isRequired)
        {
            required.Add(BodyArgument);
        }

        return new OpenApiBody(BodyArgument, kind!.Value, mediaType, DeepFields(media));
    }

    private static ImmutableHashSet<string> DeepFields(JsonElement media) =>
        media.TryGetProperty("encoding", out var encoding) && encoding.ValueKind == JsonValueKind.Object
            ? [.. encoding.EnumerateObject().Where(e => e.Value.TryGetProperty("style", out var style) && style.ValueEquals("deepObject")).Select(e => e.Name)]
            : [];

    private static OpenApiBodyKind? KindOf(string mediaType) => mediaType.Split(';')[0].Trim().ToLowerInvariant() switch
    {
        "application/x-www-form-urlencoded" => OpenApiBodyKind.Form,
        "multipart/form-data" => OpenApiBodyKind.Multipart,
        "text/plain" => OpenApiBodyKind.Text,
        _ => IsJson(mediaType) ? OpenApiBodyKind.Json : null,
    };

    private static bool IsJson(string mediaType) =>
        mediaType.Split(';')[0].Trim().ToLowerInvariant() is var type && (type is "application/json" or "*/*" or "text/json" || type.EndsWith("+json", StringComparison.Ordinal));

    /// <summary>Every name in braces is filled, and nothing else is.</summary>
    private static void CheckPath(string path, ImmutableArray<OpenApiParameter>.Builder parameters)
    {
        var named = parameters.Where(p => p.Place == OpenApiPlace.Path).Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        var rest = path;
        foreach (var name in named)
        {
            if (!rest.Contains($"{{{name}}}", StringComparison.Ordinal))
            {
                throw new OpenApiFault($"Its path has no place for the parameter '{name}'.");
            }

            rest = rest.Replace($"{{{name}}}", string.Empty, StringComparison.Ordinal);
        }

        if (rest.AsSpan().ContainsAny('{', '}'))
        {
            throw new OpenApiFault("Its path has a part in braces that is no parameter.");
        }

        if (rest.AsSpan().ContainsAny("?#\\\r\n") || rest.Split('/').Any(s => s is "." or "..") || path.StartsWith("//", StringComparison.Ordinal))
        {
            throw new OpenApiFault("Its path is not a plain path.");
        }
    }

    private static string Description(JsonElement operation)
    {
        var words = string.Join(
            "\n", ((string[])["summary", "description"]).Select(k => operation.TryGetProperty(k, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()!.Trim() : string.Empty).Where(t => t.Length > 0).Distinct());
        return words.Length <= LongestDescription ? words : words[..LongestDescription] + "…";
    }

    private static bool IsToken(string name) => name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal));

    private static bool IsTrue(JsonElement node, string key) => node.TryGetProperty(key, out var flag) && flag.ValueKind == JsonValueKind.True;

    private static string TextOf(JsonElement node, string key) =>
        node.ValueKind == JsonValueKind.Object && node.TryGetProperty(key, out var text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()!
            : throw new OpenApiFault($"A parameter has no '{key}'.");
}
