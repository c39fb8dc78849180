using System.Text.Json;
using System.Text.Json.Nodes;
using AiManager.Domain;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AiManager.ExecutionAgents;

/// <summary>The scripted model on the wire of OpenAI's chat completions, so that everything that speaks to a model can be tried without one.</summary>
public static class ScriptedModelEndpoints
{
    /// <summary>Maps <c>GET /v1/models</c> and <c>POST /v1/chat/completions</c> (also with <c>stream: true</c>).</summary>
    public static IEndpointRouteBuilder MapScriptedModel(this IEndpointRouteBuilder routes, ScriptedModel model, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(routes);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(time);
        routes.MapGet("/v1/models", () => Results.Json(new JsonObject
        {
            ["object"] = "list",
            ["data"] = new JsonArray(new JsonObject { ["id"] = ScriptedModel.Name, ["object"] = "model", ["owned_by"] = "ai-manager" }),
        }));
        routes.MapPost("/v1/chat/completions", (HttpRequest request, CancellationToken cancellationToken) => CompleteAsync(request, model, time, cancellationToken));
        return routes;
    }

    private static async Task<IResult> CompleteAsync(HttpRequest request, ScriptedModel model, TimeProvider time, CancellationToken cancellationToken)
    {
        ChatWire.Request asked;
        try
        {
            using var body = await JsonDocument.ParseAsync(request.Body, cancellationToken: cancellationToken);
            asked = ChatWire.Read(body.RootElement);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException or ArgumentException)
        {
            return Error(StatusCodes.Status400BadRequest, "invalid_request", "The body is not a chat completion request.");
        }

        var answer = model.Answer(asked.Messages);
        if (answer.Outcome != ModelOutcome.Replied)
        {
            return Error(StatusCodes.Status422UnprocessableEntity, "no_script", answer.Error ?? "No script fits.");
        }

        var created = time.GetUtcNow().ToUnixTimeSeconds();
        return asked.IsStream
            ? Results.Stream(stream => ChatWire.StreamAsync(stream, answer, asked, created, cancellationToken), "text/event-stream")
            : Results.Json(ChatWire.Write(answer, asked, created));
    }

    private static IResult Error(int status, string code, string message) => Results.Json(
        new JsonObject { ["error"] = new JsonObject { ["code"] = code, ["type"] = "invalid_request_error", ["message"] = message } }, statusCode: status);
}
