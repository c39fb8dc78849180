using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace AiManager.Host;

/// <summary>Says in OpenAPI what the service sends to webhooks of <c>company.yaml</c>: one message for each type, signed as Standard Webhooks has it.</summary>
internal static class ApiWebhooks
{
    private const string Schema = "WebhookMessage";
    private const string AWorkflow = "wf_01m8e09d00fcqvj0b6yway8bqp";

    /// <summary>Adds them.</summary>
    public static void Describe(OpenApiDocument document)
    {
        document.AddComponent(Schema, (IOpenApiSchema)Message());
        document.Webhooks ??= new Dictionary<string, IOpenApiPathItem>();
        foreach (var type in WebhookMessage.Types)
        {
            document.Webhooks[type] = new OpenApiPathItem { Operations = new Dictionary<HttpMethod, OpenApiOperation> { [HttpMethod.Post] = Sent(type, document) } };
        }
    }

    private static OpenApiOperation Sent(string type, OpenApiDocument document) => new()
    {
        OperationId = "On" + string.Concat(type.Split('.').Select(w => char.ToUpperInvariant(w[0]) + w[1..])),
        Summary = $"{type}: sent to every webhook that is told of it; no words of people, no arguments, no results",
        Parameters =
        [
            Header("webhook-id", "The same for the same message, however often it is sent.", "msg_3f9a6c0b12de45f7a1b2c3d4e5f60718"),
            Header("webhook-timestamp", "Seconds since 1970 at which it was signed.", "1764230400"),
            Header("webhook-signature", "Signatures of id, timestamp and body with each secret in force (v1,…), a space between them.", "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4="),
        ],
        RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = new OpenApiMediaType { Schema = new OpenApiSchemaReference(Schema, document), Example = Example(type) } },
        },
        Responses = new OpenApiResponses
        {
            ["2XX"] = new OpenApiResponse { Description = "Taken." },
            [StatusCodes.Status410Gone.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponse { Description = "Nobody wants these any more: the webhook is disabled." },
            ["default"] = new OpenApiResponse { Description = "It is sent again later, with the same webhook-id." },
        },
        Security = [],
    };

    private static OpenApiParameter Header(string name, string words, string example) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Required = true,
        Description = words,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        Example = JsonValue.Create(example),
    };

    private static JsonObject Example(string type)
    {
        var data = new JsonObject { ["stream"] = AWorkflow, ["seq"] = 12, ["position"] = 1841 };
        if (type.StartsWith("workflow.", StringComparison.Ordinal))
        {
            data["page"] = "/workflows/" + AWorkflow;
        }

        return new JsonObject { ["type"] = type, ["timestamp"] = "2026-11-27T09:20:00Z", ["data"] = data };
    }

    private static OpenApiSchema Message() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "Something happened; whoever may see more fetches it with a key.",
        Required = new HashSet<string> { "type", "timestamp", "data" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. WebhookMessage.Types.Select(t => (JsonNode)JsonValue.Create(t))] },
            ["timestamp"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time", Description = "When it happened." },
            ["data"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = "Where it stands in the journal, and the ids of what it is about.",
                Required = new HashSet<string> { "stream", "seq", "position" },
                Properties = new Dictionary<string, IOpenApiSchema>
                {
                    ["stream"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "A workflow, a monitor, or company." },
                    ["seq"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
                    ["position"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
                    ["page"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Where people look at it." },
                },
                AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.String },
            },
        },
    };
}
