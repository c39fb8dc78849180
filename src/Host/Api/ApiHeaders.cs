using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace AiManager.Host;

/// <summary>Says in OpenAPI what stands in the head of replies.</summary>
internal static class ApiHeaders
{
    private const string Link = "Link";
    private const string Location = "Location";
    private static readonly About Next = new(Link, "Where the page after this one is; none at the end.", "</api/approvals?status=pending&cursor=MTc2NDIzMDQwMA>; rel=\"next\"");
    private static readonly About Request = new("X-Request-ID", "As it was sent.", "7f3c");

    private static readonly Dictionary<(string Route, string Status), About> Known = new()
    {
        [("SubmitGoal", "201")] = new(Location, "Where the workflow is.", "/api/workflows/wf_01m8e09d00fcqvj0b6yway8bqp"),
        [("ClassifyTool", "202")] = new(Location, "Where the change is that waits for a second person.", "/api/changes/chg_01m8e0a0h0fcwv2xppj0289dkq"),
        [("ActivateFolder", "202")] = new(Location, "Where the change is that waits for a second person.", "/api/changes/chg_01m8e0a0h0fcwv2xppj0289dkq"),
        [("ListApprovals", "200")] = Next,
        [("ListEscalations", "200")] = Next,
        [("SearchMemory", "200")] = new(MemoryEndpoints.Behind, "true where not all has been read yet.", "true"),
        [("EvaluateAccess", "200")] = Request,
        [("EvaluateAccesses", "200")] = Request,
        [("GetAgentCard", "200")] = new("ETag", "Changes with the card: send it back as If-None-Match.", "\"3f9a6c0b12de\""),
    };

    private static readonly Dictionary<string, About> OfAll = new()
    {
        ["401"] = new("WWW-Authenticate", "How to come back.", "Bearer realm=\"AI Manager\", scope=\"read\""),
        ["403"] = new("WWW-Authenticate", "Where the key's scopes are too few: which one is missing.", "Bearer realm=\"AI Manager\", error=\"insufficient_scope\", scope=\"submit\""),
        ["429"] = new("Retry-After", "Seconds to wait, or the time to wait for.", "10"),
    };

    /// <summary>Describes them.</summary>
    public static void Describe(OpenApiOperation operation)
    {
        foreach (var (status, reply) in operation.Responses!)
        {
            if (reply is OpenApiResponse response && (Known.GetValueOrDefault((operation.OperationId!, status)) ?? OfAll.GetValueOrDefault(status)) is { } about)
            {
                response.Headers ??= new Dictionary<string, IOpenApiHeader>();
                response.Headers[about.Name] = new OpenApiHeader { Description = about.Words, Schema = new OpenApiSchema { Type = JsonSchemaType.String }, Example = JsonValue.Create(about.Example) };
            }
        }
    }

    private sealed record About(string Name, string Words, string Example);
}
