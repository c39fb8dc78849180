using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;

namespace AiManager.Host;

/// <summary>
/// A JSON object of a request, read strictly: a field that is not known, has the wrong type or stands twice is refused with its name. A JSON null is the
/// same as nothing. Whatever is refused is a <see cref="BadHttpRequestException"/> with words for the caller.
/// </summary>
internal sealed class JsonBody
{
    /// <summary>Bytes that a body may have. Twice what anything in it may be long, so that a goal of 1 MB is told what a goal may be.</summary>
    public const int MostBytes = 2 * 1024 * 1024;

    private const int MostDepth = 64;
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = MostDepth, AllowDuplicateProperties = false };

    private readonly JsonElement _object;
    private readonly string _at;

    private JsonBody(JsonElement element, string at, ImmutableArray<string> fields)
    {
        (_object, _at) = (element, at);
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Refused(at.Length == 0 ? "The body must be a JSON object." : $"'{at.TrimEnd('.')}' must be an object.");
        }

        if (element.EnumerateObject().Select(f => f.Name).FirstOrDefault(n => !fields.Contains(n)) is { } unknown)
        {
            throw Refused($"There is no field '{at}{RequestText.Short(unknown)}'. There are: {string.Join(", ", fields)}.");
        }
    }

    /// <summary>Reads the body.</summary>
    /// <param name="request">The request.</param>
    /// <param name="fields">The fields that are known.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async Task<JsonBody> ReadAsync(HttpRequest request, ImmutableArray<string> fields, CancellationToken cancellationToken) =>
        new(await ReadElementAsync(request, cancellationToken), string.Empty, fields);

    /// <summary>An object that came another way than as a body, read as strictly.</summary>
    public static JsonBody Of(JsonElement element, ImmutableArray<string> fields) => new(element, string.Empty, fields);

    /// <summary>As <see cref="ReadAsync"/>, where a request without a body means an empty object.</summary>
    public static async Task<JsonBody> ReadOptionalAsync(HttpRequest request, ImmutableArray<string> fields, CancellationToken cancellationToken) =>
        await HasBodyAsync(request, cancellationToken) ? await ReadAsync(request, fields, cancellationToken) : new JsonBody(JsonText.EmptyObject.ToElement(), string.Empty, fields);

    /// <summary>Where no length was told, as over HTTP/2 there need be none, only reading tells whether anything comes.</summary>
    private static async Task<bool> HasBodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength is { } length)
        {
            return length > 0;
        }

        if (request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            return false;
        }

        var read = await request.BodyReader.ReadAsync(cancellationToken);
        request.BodyReader.AdvanceTo(read.Buffer.Start);
        return !read.Buffer.IsEmpty;
    }

    /// <summary>Any JSON object, whatever its fields.</summary>
    public static Task<JsonText> ReadObjectAsync(HttpRequest request, CancellationToken cancellationToken) => ReadObjectAsync(request, MostBytes, cancellationToken);

    /// <summary>Any JSON object of at most <paramref name="mostBytes"/>, whatever its fields.</summary>
    public static async Task<JsonText> ReadObjectAsync(HttpRequest request, int mostBytes, CancellationToken cancellationToken)
    {
        var element = await ReadElementAsync(request, cancellationToken, mostBytes);
        return element.ValueKind == JsonValueKind.Object ? JsonText.Of(element) : throw Refused("The body must be a JSON object.");
    }

    /// <summary>Text that must be there.</summary>
    public string Text(string name) => OptionalText(name) ?? throw Refused($"'{_at}{name}' is missing.");

    /// <summary>Text; null when it is not there.</summary>
    public string? OptionalText(string name) => Field(name) is not { } field ? null
        : field.ValueKind == JsonValueKind.String ? field.GetString()
        : throw Refused($"'{_at}{name}' must be text.");

    /// <summary>An object, kept as it is; null when it is not there.</summary>
    public JsonText? OptionalObject(string name) => Field(name) is not { } field ? null
        : field.ValueKind == JsonValueKind.Object ? JsonText.Of(field)
        : throw Refused($"'{_at}{name}' must be an object.");

    /// <summary><c>true</c> or <c>false</c>; null when it is not there.</summary>
    public bool? OptionalFlag(string name) => Field(name) is not { } field ? null
        : field.ValueKind is JsonValueKind.True or JsonValueKind.False ? field.GetBoolean()
        : throw Refused($"'{_at}{name}' must be true or false.");

    /// <summary>A decimal number, not negative; null when it is not there.</summary>
    public decimal? OptionalNumber(string name) => Field(name) is not { } field ? null
        : field.ValueKind == JsonValueKind.Number && field.TryGetDecimal(out var number) && number >= 0 ? number
        : throw Refused($"'{_at}{name}' must be a number, 0 or more.");

    /// <summary>A whole number, not negative; null when it is not there.</summary>
    public long? OptionalWhole(string name) => Field(name) is not { } field ? null
        : field.ValueKind == JsonValueKind.Number && field.TryGetInt64(out var number) && number >= 0 ? number
        : throw Refused($"'{_at}{name}' must be a whole number, 0 or more.");

    /// <summary>A time; null when it is not there.</summary>
    public DateTimeOffset? OptionalTime(string name) => Field(name) is not { } field ? null
        : field.ValueKind == JsonValueKind.String && RequestText.TryReadTime(field.GetString()!, out var time) ? time
        : throw Refused($"'{_at}{name}' must be a time as in RFC 3339, such as 2026-01-31T08:00:00Z.");

    /// <summary>An object with known fields; null when it is not there.</summary>
    public JsonBody? OptionalPart(string name, ImmutableArray<string> fields) => Field(name) is { } field ? new JsonBody(field, $"{_at}{name}.", fields) : null;

    /// <summary>A list of objects with known fields; empty when it is not there.</summary>
    public ImmutableArray<JsonBody> Parts(string name, ImmutableArray<string> fields) =>
        [.. Items(name).Select((item, index) => new JsonBody(item, $"{_at}{name}[{index}].", fields))];

    /// <summary>A list of texts; empty when it is not there.</summary>
    public ImmutableArray<string> Texts(string name) =>
    [
        .. Items(name).Select((item, index) => item.ValueKind == JsonValueKind.String ? item.GetString()! : throw Refused($"'{_at}{name}[{index}]' must be text.")),
    ];

    /// <summary>True when the field is there and not null.</summary>
    public bool Has(string name) => Field(name) is not null;

    /// <summary>A refusal of a field here, in words that follow its name.</summary>
    public BadHttpRequestException Refuse(string name, string words) => Refused($"'{_at}{name}' {words}");

    private static async Task<JsonElement> ReadElementAsync(HttpRequest request, CancellationToken cancellationToken, int mostBytes = MostBytes)
    {
        if (!request.HasJsonContentType())
        {
            throw new BadHttpRequestException(Problems.DetailOf(StatusCodes.Status415UnsupportedMediaType), StatusCodes.Status415UnsupportedMediaType);
        }

        var bytes = await ReadBytesAsync(request, mostBytes, cancellationToken);
        try
        {
            using var document = JsonDocument.Parse(bytes, Strict);

            // Of refuses halves of characters, which nobody could read as text later on.
            var body = JsonText.Of(document.RootElement);
            return Readable.Is(body) ? body.ToElement() : throw Refused("The body " + Readable.Fault);
        }
        catch (JsonException fault)
        {
            throw new BadHttpRequestException("The body is not JSON that can be taken: " + fault.Message, fault);
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(HttpRequest request, int mostBytes, CancellationToken cancellationToken)
    {
        var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        while (!(request.ContentLength > mostBytes) && buffer.Length <= mostBytes)
        {
            var read = await request.Body.ReadAsync(chunk, cancellationToken);
            if (read == 0)
            {
                return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
            }

            buffer.Write(chunk, 0, read);
        }

        throw new BadHttpRequestException(
            mostBytes == MostBytes ? Problems.DetailOf(StatusCodes.Status413PayloadTooLarge) : $"The request is larger than {mostBytes / 1024} KB.", StatusCodes.Status413PayloadTooLarge);
    }

    private JsonElement? Field(string name) => _object.TryGetProperty(name, out var field) && field.ValueKind != JsonValueKind.Null ? field : null;

    private IEnumerable<JsonElement> Items(string name) => Field(name) is not { } field ? []
        : field.ValueKind == JsonValueKind.Array ? field.EnumerateArray()
        : throw Refused($"'{_at}{name}' must be a list.");

    private static BadHttpRequestException Refused(string detail) => new(detail);
}
