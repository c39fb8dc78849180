using System.Collections.Immutable;
using System.Text.Json;

namespace AiManager.Host;

/// <summary>A call, of whichever binding. Fields that are not known are passed over, as the protocol wants it; what is known and wrong is refused by name.</summary>
/// <param name="Id">Text or a number; comes back with the reply. JSON null where the binding has none.</param>
/// <param name="Method">Its name.</param>
/// <param name="Parameters">An object.</param>
internal sealed record A2aCall(JsonText Id, string Method, JsonElement Parameters)
{
    private const int LongestId = 200;

    /// <summary>Reads a call. Throws <see cref="A2aException"/> for what is none.</summary>
    public static async Task<A2aCall> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = await BodyAsync(request, cancellationToken);
        if (OptionalText(body, "jsonrpc") != "2.0"
            || !body.TryGetProperty("id", out var id) || id.ValueKind is not (JsonValueKind.String or JsonValueKind.Number) || id.GetRawText().Length > LongestId
            || OptionalText(body, "method") is not { } method)
        {
            throw A2aException.NoCall("A call is an object with 'jsonrpc': '2.0', an 'id' (text or a number) and a 'method'.");
        }

        var parameters = body.TryGetProperty("params", out var given) && given.ValueKind != JsonValueKind.Null ? given : JsonText.EmptyObject.ToElement();
        return parameters.ValueKind == JsonValueKind.Object
            ? new A2aCall(JsonText.Of(id), method, parameters)
            : throw A2aException.NoCall("'params' must be an object.");
    }

    /// <summary>The body, an object. Throws <see cref="A2aException"/> for what is none.</summary>
    public static async Task<JsonElement> BodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return (await JsonBody.ReadObjectAsync(request, cancellationToken)).ToElement();
        }
        catch (BadHttpRequestException refused) when (refused.StatusCode == StatusCodes.Status400BadRequest)
        {
            throw refused.InnerException is JsonException ? A2aException.Unreadable(refused.Message) : A2aException.NoCall(refused.Message);
        }
    }

    /// <summary>The workflow that <c>id</c> names. Throws where it can name none.</summary>
    public WorkflowId Task() => PrefixedId.TryRead<WorkflowId>(OptionalText(Parameters, "id") ?? throw A2aException.Invalid("'id' is missing."), out var id)
        ? id
        : throw A2aException.NoTask();

    /// <summary>Text; null when it is not there or empty, which is the same here.</summary>
    public static string? OptionalText(JsonElement part, string name) => Field(part, name) is not { } field ? null
        : field.ValueKind != JsonValueKind.String ? throw A2aException.Invalid($"'{name}' must be text.")
        : field.GetString() is { Length: > 0 } text ? text : null;

    /// <summary>A whole number in a range; null when it is not there.</summary>
    public static int? OptionalWhole(JsonElement part, string name, int least, int most) => Field(part, name) is not { } field ? null
        : field.ValueKind == JsonValueKind.Number && field.TryGetInt32(out var number) && number >= least && number <= most ? number
        : throw A2aException.Invalid($"'{name}' must be a whole number from {least} to {most}.");

    /// <summary><c>true</c> or <c>false</c>; false when it is not there.</summary>
    public static bool Flag(JsonElement part, string name) => Field(part, name) is { } field
        && (field.ValueKind is JsonValueKind.True or JsonValueKind.False ? field.GetBoolean() : throw A2aException.Invalid($"'{name}' must be true or false."));

    /// <summary>An object; null when it is not there.</summary>
    public static JsonElement? OptionalObject(JsonElement part, string name) => Field(part, name) is not { } field ? null
        : field.ValueKind == JsonValueKind.Object ? field
        : throw A2aException.Invalid($"'{name}' must be an object.");

    /// <summary>A list of objects; empty when it is not there.</summary>
    public static ImmutableArray<JsonElement> Objects(JsonElement part, string name) => Field(part, name) is not { } field ? []
        : field.ValueKind == JsonValueKind.Array && field.EnumerateArray().All(e => e.ValueKind == JsonValueKind.Object) ? [.. field.EnumerateArray()]
        : throw A2aException.Invalid($"'{name}' must be a list of objects.");

    /// <summary>A field; null when it is not there or null.</summary>
    public static JsonElement? Field(JsonElement part, string name) => part.TryGetProperty(name, out var field) && field.ValueKind != JsonValueKind.Null ? field : null;
}
