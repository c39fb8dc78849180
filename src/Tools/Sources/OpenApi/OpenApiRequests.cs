using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace AiManager.Tools;

/// <summary>
/// Makes the request of a call. Arguments come from a model: whatever they hold, the request goes to the company's base address and below its path, and has the
/// headers that the document declares and no others.
/// </summary>
internal static class OpenApiRequests
{
    private const int LongestUri = 16 * 1024;
    private const int LongestHeader = 8 * 1024;

    /// <summary>The request. Throws <see cref="OpenApiFault"/> for arguments that cannot be sent.</summary>
    public static HttpRequestMessage Make(OpenApiOperation operation, Uri baseUrl, JsonElement args)
    {
        var request = new HttpRequestMessage(new HttpMethod(operation.Method), Address(operation, baseUrl, args));
        try
        {
            AddHeaders(request, operation, args);
            AddCookies(request, operation, args);
            request.Content = Content(operation, args);
            return request;
        }
        catch
        {
            request.Dispose();
            throw;
        }
    }

    /// <summary>Text that may stand in a header: nothing that ends it.</summary>
    public static bool IsHeaderText(string value) => value.Length <= LongestHeader && value.All(c => c is >= ' ' and <= '~' or '\t');

    private static Uri Address(OpenApiOperation operation, Uri baseUrl, JsonElement args)
    {
        var path = operation.Path;
        foreach (var parameter in operation.Parameters.Where(p => p.Place == OpenApiPlace.Path))
        {
            path = path.Replace($"{{{parameter.Name}}}", Segment(parameter, Value(args, parameter) ?? throw new OpenApiFault($"'{parameter.Argument}' is missing.")), StringComparison.Ordinal);
        }

        var asked = operation.Parameters.Where(p => p.Place == OpenApiPlace.Query).Select(p => (p.Name, Parts: Value(args, p) is { } value ? OpenApiQuery.InQuery(p, value).ToList() : [])).ToList();
        WireNames.Check(asked.Select(a => (a.Name, a.Parts.Select(p => p.Name))));
        var query = string.Join('&', asked.SelectMany(a => a.Parts).Select(p => p.Part));
        var whole = baseUrl.AbsolutePath.TrimEnd('/') + path;
        var text = baseUrl.GetLeftPart(UriPartial.Authority) + whole + (query.Length > 0 ? "?" + query : string.Empty);
        if (text.Length > LongestUri)
        {
            throw new OpenApiFault($"The address would be longer than {LongestUri / 1024} KB.");
        }

        // A path that reads differently once it is normalised has dots or slashes in it that somebody put there.
        return Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && uri.Scheme == baseUrl.Scheme && uri.Host == baseUrl.Host && uri.Port == baseUrl.Port && uri.UserInfo.Length == 0
            && uri.AbsolutePath == new Uri(baseUrl.GetLeftPart(UriPartial.Authority) + whole, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }).AbsolutePath
                ? uri
                : throw new OpenApiFault("The arguments do not make a plain path.");
    }

    private static string Segment(OpenApiParameter parameter, JsonElement value)
    {
        var written = OpenApiQuery.InPath(parameter, value);
        var read = Uri.UnescapeDataString(written);
        return written.Length == 0 || read.Any(char.IsControl) || read.Split('/', '\\').Any(s => s.Trim() is "." or ".." or "" || s.Contains("..;", StringComparison.Ordinal))
            ? throw new OpenApiFault($"'{parameter.Argument}' cannot be part of a path: it is empty, or has dots, slashes or control characters where they change the path.")
            : written;
    }

    private static void AddHeaders(HttpRequestMessage request, OpenApiOperation operation, JsonElement args)
    {
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("*/*", 0.5));
        request.Headers.TryAddWithoutValidation("User-Agent", "aimanager");
        foreach (var parameter in operation.Parameters.Where(p => p.Place == OpenApiPlace.Header))
        {
            if (Value(args, parameter) is { } value)
            {
                var text = OpenApiQuery.InText(parameter, value);
                if (!IsHeaderText(text) || !request.Headers.TryAddWithoutValidation(parameter.Name, text))
                {
                    throw new OpenApiFault($"'{parameter.Argument}' cannot be a header: it is too long, or has characters that no header has.");
                }
            }
        }
    }

    private static void AddCookies(HttpRequestMessage request, OpenApiOperation operation, JsonElement args)
    {
        var cookies = operation.Parameters.Where(p => p.Place == OpenApiPlace.Cookie)
            .Select(p => Value(args, p) is { } value ? $"{p.Name}={Uri.EscapeDataString(OpenApiQuery.InText(p, value))}" : null)
            .OfType<string>().ToList();
        if (cookies.Count > 0)
        {
            var text = string.Join("; ", cookies);
            request.Headers.TryAddWithoutValidation("Cookie", IsHeaderText(text) ? text : throw new OpenApiFault("The cookies are too long."));
        }
    }

    private static HttpContent? Content(OpenApiOperation operation, JsonElement args)
    {
        if (operation.Body is not { } body || args.ValueKind != JsonValueKind.Object || !args.TryGetProperty(body.Argument, out var value))
        {
            return null;
        }

        switch (body.Kind)
        {
            case OpenApiBodyKind.Form:
                return new FormUrlEncodedContent(Fields(value, body.DeepFields).Select(f => KeyValuePair.Create(f.Name, f.Value)));
            case OpenApiBodyKind.Multipart:
                var parts = new MultipartFormDataContent();
                foreach (var (name, text) in Fields(value, body.DeepFields))
                {
                    parts.Add(new StringContent(text), $"\"{(name.Any(c => c is '"' or '\\' or < ' ') ? throw new OpenApiFault("A field's name has characters that no form has.") : name)}\"");
                }

                return parts;
            case OpenApiBodyKind.Text:
                return new StringContent(value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText(), Encoding.UTF8, "text/plain");
            default:
                var json = new ByteArrayContent(Encoding.UTF8.GetBytes(value.GetRawText()));
                json.Headers.ContentType = MediaTypeHeaderValue.TryParse(body.MediaType, out var type) && type.MediaType != "*/*" ? type : new MediaTypeHeaderValue("application/json");
                return json;
        }
    }

    /// <summary>The fields of a form, in its order. Throws <see cref="OpenApiFault"/> where one would pass for another.</summary>
    private static IEnumerable<(string Name, string Value)> Fields(JsonElement form, IReadOnlySet<string> deep)
    {
        var fields = form.ValueKind == JsonValueKind.Object ? form.EnumerateObject().Select(f => (f.Name, Made: OpenApiQuery.InForm(f, deep).ToList())).ToList() : [];
        WireNames.Check(fields.Select(f => (f.Name, f.Made.Select(m => m.Name))));
        return fields.SelectMany(f => f.Made);
    }

    /// <summary>The argument; null when it is left out, and for a null, which no place on the wire can say.</summary>
    private static JsonElement? Value(JsonElement args, OpenApiParameter parameter) =>
        args.ValueKind == JsonValueKind.Object && args.TryGetProperty(parameter.Argument, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
