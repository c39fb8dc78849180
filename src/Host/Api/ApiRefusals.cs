using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.OpenApi;

namespace AiManager.Host;

/// <summary>Says in OpenAPI how each route refuses: what every route with a body, a parameter or a lock refuses alike, and what it has words of its own for.</summary>
internal static class ApiRefusals
{
    /// <summary>The name of a problem document's schema.</summary>
    public const string Schema = "Problem";

    private const string ProblemJson = "application/problem+json";
    private const string Json = "application/json";
    private const string Others = "default";

    /// <summary>Adds the replies.</summary>
    /// <param name="operation">The route.</param>
    /// <param name="path">Its path, without the first slash.</param>
    /// <param name="document">Where the schemas are.</param>
    /// <param name="isOpen">True where nobody need sign in.</param>
    /// <param name="isLimited">True where somebody can be told to wait.</param>
    public static void Describe(OpenApiOperation operation, string path, OpenApiDocument document, bool isOpen, bool isLimited)
    {
        document.AddComponent(Schema, (IOpenApiSchema)ProblemSchema());
        var write = ShapeOf(path);
        foreach (var (status, words) in Common(operation, path, isOpen, isLimited).Concat(ApiExamples.RefusalsOf(operation.OperationId!)))
        {
            Add(operation, status.ToString(CultureInfo.InvariantCulture), status, words, write, document);
        }

        Add(operation, Others, StatusCodes.Status503ServiceUnavailable, Problems.DetailOf(StatusCodes.Status503ServiceUnavailable), write, document);
        operation.Responses![Others] = Reply(operation.Responses[Others], "Any other refusal: what was refused, and why.");
    }

    /// <summary>What the pipeline and the readers refuse, whatever the route does.</summary>
    private static IEnumerable<(int Status, string Words)> Common(OpenApiOperation operation, string path, bool isOpen, bool isLimited)
    {
        if (operation.RequestBody is not null)
        {
            yield return (StatusCodes.Status400BadRequest, "There is no field 'gaol'. There are: goal, playbook.");
            yield return (StatusCodes.Status413PayloadTooLarge, Problems.DetailOf(StatusCodes.Status413PayloadTooLarge));
            yield return (StatusCodes.Status415UnsupportedMediaType, Problems.DetailOf(StatusCodes.Status415UnsupportedMediaType));
        }
        else if (operation.Parameters?.Any(p => p.In == ParameterLocation.Query) == true)
        {
            yield return (StatusCodes.Status400BadRequest, "'limit' must be a whole number from 1 to 200.");
        }

        if (path.Contains('{', StringComparison.Ordinal))
        {
            yield return (StatusCodes.Status404NotFound, Problems.DetailOf(StatusCodes.Status404NotFound));
        }

        if (!isOpen)
        {
            yield return (StatusCodes.Status401Unauthorized, Problems.DetailOf(StatusCodes.Status401Unauthorized));
            yield return (StatusCodes.Status403Forbidden, Problems.DetailOf(StatusCodes.Status403Forbidden));
        }

        if (isLimited)
        {
            yield return (StatusCodes.Status429TooManyRequests, Problems.DetailOf(StatusCodes.Status429TooManyRequests));
        }
    }

    /// <summary>What a route says of itself beats what all have in common.</summary>
    private static void Add(OpenApiOperation operation, string key, int status, string words, Func<int, string, OpenApiDocument, OpenApiMediaType>? write, OpenApiDocument document)
    {
        if (write is not null && operation.Responses!.GetValueOrDefault(key)?.Content?.Any(c => c.Key == Json && c.Value.Example is not null) == true)
        {
            return;
        }

        operation.Responses![key] = new OpenApiResponse
        {
            Description = Problems.Of(status, words).ProblemDetails.Title ?? "Refused",
            Content = new Dictionary<string, OpenApiMediaType> { [write is null ? ProblemJson : Json] = write is null ? Problem(operation, status, words, document) : write(status, words, document) },
        };
    }

    /// <summary>How a protocol refuses in its own shape; null for problem documents.</summary>
    private static Func<int, string, OpenApiDocument, OpenApiMediaType>? ShapeOf(string path) => path.Split('/') switch
    {
        ["v1", ..] => OpenAiError,
        ["mcp"] => McpError,
        ["a2a"] => A2aError,
        ["a2a", ..] => A2aRestError,
        _ => null,
    };

    private static OpenApiResponse Reply(IOpenApiResponse reply, string description) => new() { Description = description, Content = reply.Content };

    private static OpenApiMediaType Problem(OpenApiOperation operation, int status, string words, OpenApiDocument document) => new()
    {
        Schema = new OpenApiSchemaReference(Schema, document),
        Example = Written(status != StatusCodes.Status422UnprocessableEntity ? Problems.Of(status, words)
            : operation.Parameters?.Any(p => p.Name == SubmitReader.IdempotencyKey) == true ? Problems.ReusedKey(words) : Problems.DoesNotFit(words)),
    };

    private static OpenApiMediaType OpenAiError(int status, string words, OpenApiDocument document) =>
        Shape(nameof(OpenAiErrorResource), new OpenAiFault(status, words).ToResource(), HostJson.Default.OpenAiErrorResource, document);

    private static OpenApiMediaType McpError(int status, string words, OpenApiDocument document) =>
        Shape(nameof(McpRefusalResource), McpFault.Of(status, words).ToResource(), HostJson.Default.McpRefusalResource, document);

    private static OpenApiMediaType A2aError(int status, string words, OpenApiDocument document) =>
        Shape(nameof(A2aReply), new A2aFault(status, words).ToReply(JsonText.Null), HostJson.Default.A2aReply, document);

    private static OpenApiMediaType A2aRestError(int status, string words, OpenApiDocument document) =>
        Shape(nameof(A2aRestRefusal), new A2aFault(status, words).ToRefusal(), HostJson.Default.A2aRestRefusal, document);

    private static OpenApiMediaType Shape<T>(string schema, T example, JsonTypeInfo<T> type, OpenApiDocument document) => new()
    {
        Schema = new OpenApiSchemaReference(schema, document),
        Example = JsonSerializer.SerializeToNode(example, type),
    };

    private static JsonObject Written(ProblemHttpResult problem) => new()
    {
        ["type"] = problem.ProblemDetails.Type,
        ["title"] = problem.ProblemDetails.Title,
        ["status"] = problem.ProblemDetails.Status,
        ["detail"] = problem.ProblemDetails.Detail,
    };

    private static OpenApiSchema ProblemSchema() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "A problem document (RFC 9457): what was refused, and why.",
        Required = new HashSet<string> { "type", "title", "status", "detail" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "What kind of refusal; stays put, so that programs can look at it." },
            ["title"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "The status in words." },
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "As HTTP has it." },
            ["detail"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "One or two sentences: what happened, and what to do." },
        },
    };
}
