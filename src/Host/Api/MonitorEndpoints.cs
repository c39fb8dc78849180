using System.Collections.Immutable;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using AiManager.ManagerAgent;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AiManager.Host;

/// <summary><c>/api/monitors</c>: what is watched; run now, pause, resume, and the door for programs that call.</summary>
internal static class MonitorEndpoints
{
    /// <summary>Who calls a webhook says its secret here.</summary>
    public const string SecretHeader = "AIManager-Secret";

    /// <summary>Who calls in the name of a workflow says which here, so that no monitor sets itself off.</summary>
    public const string CauseHeader = "AIManager-Cause";

    private const int MostBodyBytes = 256 * 1024;
    private const int LongestKey = 200;

    /// <summary>Maps them.</summary>
    public static void MapMonitors(this IEndpointRouteBuilder app)
    {
        app.MapGroup("/api/monitors").WithTags("Monitors").RequireAuthorization(Permission.Read)
            .MapGet("/", List).WithName("ListMonitors").WithSummary("Every monitor: next run, last outcome, who paused it and why");
        var steering = app.MapGroup("/api/monitors").WithTags("Monitors").RequireAuthorization(Permission.Submit);
        steering.MapPost("/{name}/run", Run).WithName("RunMonitor").WithSummary("Set it off now; a pause, the spend ceiling and an open run still hold");
        steering.MapPost("/{name}/pause", Pause).WithName("PauseMonitor").WithSummary("Stop it for now; what falls due meanwhile is skipped").Accepts<ReasonBody>(true, "application/json");
        steering.MapPost("/{name}/resume", Resume).WithName("ResumeMonitor").WithSummary("Let it go on").Accepts<ReasonBody>(true, "application/json");
        app.MapGroup("/api/monitors").WithTags("Monitors").AllowAnonymous()
            .MapPost("/{name}/webhook", Call).WithName("CallMonitor").WithSummary($"For programs: the secret in {SecretHeader}, any JSON object as the body, the same Idempotency-Key sets it off once")
            .Accepts<JsonText>("application/json");
    }

    private static async Task<Ok<ImmutableArray<MonitorResource>>> List(MonitorDesk desk, MonitorMapper mapper, CancellationToken cancellationToken) =>
        TypedResults.Ok((await desk.ListAsync(cancellationToken)).Select(mapper.Map).ToImmutableArray());

    private static async Task<Results<Ok<FiringResource>, ProblemHttpResult>> Run(
        string name, HttpRequest request, ClaimsPrincipal user, CompanyAtWork company, MonitorDesk desk, CancellationToken cancellationToken) =>
        desk.Find(name) is not { } monitor ? Unknown()
            : company.WhyNot is { } why ? Problems.Draining(why)
            : TypedResults.Ok(Map(await desk.RunAsync(monitor, Caller.Of(user).Person, CauseOf(request), cancellationToken)));

    private static async Task<Results<NoContent, ProblemHttpResult>> Pause(string name, HttpRequest request, ClaimsPrincipal user, MonitorDesk desk, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadOptionalAsync(request, ["reason"], cancellationToken);
        var reason = body.OptionalText("reason");
        if (reason is { Length: > MonitorDesk.LongestReason })
        {
            throw body.Refuse("reason", $"has more than {MonitorDesk.LongestReason} characters.");
        }

        var words = string.IsNullOrWhiteSpace(reason) ? "No reason was given." : reason;
        return desk.Find(name) is not { } monitor ? Unknown()
            : await desk.PauseAsync(monitor, words, Caller.Of(user).Person, cancellationToken) ? TypedResults.NoContent()
            : Problems.Conflict("It is paused already.");
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Resume(string name, HttpRequest request, ClaimsPrincipal user, MonitorDesk desk, CancellationToken cancellationToken)
    {
        await JsonBody.ReadOptionalAsync(request, ["reason"], cancellationToken);
        return desk.Find(name) is not { } monitor ? Unknown()
            : await desk.ResumeAsync(monitor, Caller.Of(user).Person, cancellationToken) ? TypedResults.NoContent()
            : Problems.Conflict("It is not paused.");
    }

    /// <summary>The secret is looked at before anything else; a monitor that has none answers as one whose secret is another.</summary>
    private static async Task<Results<Accepted<FiringResource>, ProblemHttpResult>> Call(
        string name, HttpRequest request, CompanyAtWork company, MonitorDesk desk, RefusedAttempts attempts, MonitorCalls calls, CancellationToken cancellationToken)
    {
        var monitor = desk.Find(name);
        var secret = (monitor?.Schedule as MonitorSchedule.Webhook)?.Secret ?? string.Empty;
        if (!IsSame(request.Headers[SecretHeader].ToString(), secret) || secret.Length == 0)
        {
            return attempts.TryCount(request.HttpContext)
                ? Problems.Of(StatusCodes.Status401Unauthorized, $"Send the monitor's secret in {SecretHeader}.")
                : Problems.Of(StatusCodes.Status429TooManyRequests, Problems.DetailOf(StatusCodes.Status429TooManyRequests));
        }

        if (!calls.TryTake(name, company.Company.Settings.Limits.WritesPerMinute, request.HttpContext.Response))
        {
            return Problems.Of(StatusCodes.Status429TooManyRequests, $"One monitor may be called {company.Company.Settings.Limits.WritesPerMinute} times a minute. Wait as long as Retry-After says.");
        }

        var body = await JsonBody.ReadObjectAsync(request, MostBodyBytes, cancellationToken);
        var key = request.Headers["Idempotency-Key"].ToString();
        if (key.Length > LongestKey)
        {
            throw new BadHttpRequestException($"'Idempotency-Key' has at most {LongestKey} characters.");
        }

        return company.WhyNot is { } why
            ? Problems.Draining(why)
            : TypedResults.Accepted((string?)null, Map(await desk.CallAsync(monitor!, body, key.Length == 0 ? null : key, CauseOf(request), cancellationToken)));
    }

    /// <summary>Takes the same time wherever they differ, and whatever their lengths.</summary>
    private static bool IsSame(string said, string secret) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(said)), SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private static WorkflowId? CauseOf(HttpRequest request) => request.Headers[CauseHeader].ToString() is { Length: > 0 } cause
        ? PrefixedId.TryRead<WorkflowId>(cause, out var id) ? id : throw new BadHttpRequestException($"'{CauseHeader}' must be a workflow's id.")
        : null;

    private static FiringResource Map(MonitorResult result) => new(result.Outcome, result.Detail, result.Run, result.Workflow);

    private static ProblemHttpResult Unknown() => Problems.NotFound("There is no such monitor.");
}
