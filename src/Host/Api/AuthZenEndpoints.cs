using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using AiManager.Tools;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AiManager.Host;

/// <summary>
/// AuthZEN 1.0 for callers outside: may this agent call this tool? The subject is an agent, the action's name is the tool, and the arguments are
/// <c>context.args</c>, else the resource's properties; <c>context.labels</c> says what they are made of. Nothing is called and nothing is recorded; budgets are not
/// looked at. Only what is allowed outright is true: what people would have to approve, what would be held, redacted, told to somebody or looked at again, and what
/// flows could be about while nobody says what the arguments are, is false, with what would have to happen as obligations.
/// </summary>
internal static class AuthZenEndpoints
{
    private const int MostEvaluations = 100;
    private const int LongestRequestId = 200;
    private const string RequestId = "X-Request-ID";
    private const string ExecuteAll = "execute_all";
    private const string DenyOnFirstDeny = "deny_on_first_deny";
    private const string PermitOnFirstPermit = "permit_on_first_permit";

    /// <summary>Maps them.</summary>
    public static void MapAuthZen(this IEndpointRouteBuilder app)
    {
        var access = app.MapGroup("/access/v1").WithTags("AuthZEN").RequireAuthorization(Permission.Read).AddEndpointFilter(EchoAsync);
        access.MapPost("/evaluation", Evaluate).WithName("EvaluateAccess").WithSummary("AuthZEN 1.0: one decision").Accepts<AuthZenRequest>("application/json");
        access.MapPost("/evaluations", EvaluateMany).RequireRateLimiting(RequestLimits.Decisions).WithName("EvaluateAccesses").WithSummary("AuthZEN 1.0: several decisions, with defaults and semantics").Accepts<AuthZenRequest>("application/json").Produces<AuthZenDecisions>();
        app.MapGroup("/.well-known").WithTags("AuthZEN").RequireAuthorization(Permission.Read)
            .MapGet("/authzen-configuration", Configuration).WithName("GetAuthZenConfiguration").WithSummary("AuthZEN 1.0: where the endpoints are");
    }

    private static async ValueTask<object?> EchoAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var id = context.HttpContext.Request.Headers[RequestId].ToString();
        if (id.Length is > 0 and <= LongestRequestId && id.All(c => c is > ' ' and < (char)127))
        {
            context.HttpContext.Response.Headers[RequestId] = id;
        }

        return await next(context);
    }

    private static Ok<AuthZenConfiguration> Configuration(HttpRequest request)
    {
        var here = $"{request.Scheme}://{request.Host}";
        return TypedResults.Ok(new AuthZenConfiguration(here, here + "/access/v1/evaluation", here + "/access/v1/evaluations"));
    }

    private static async Task<Ok<AuthZenDecision>> Evaluate(HttpRequest request, AuthorityDesk desk, IDirectory directory, CompanyStream company, CancellationToken cancellationToken)
    {
        var body = (await JsonBody.ReadObjectAsync(request, cancellationToken)).ToElement();
        return TypedResults.Ok(await DecideAsync(Read(body, default), desk, directory, company, cancellationToken));
    }

    private static async Task<IResult> EvaluateMany(HttpRequest request, AuthorityDesk desk, IDirectory directory, CompanyStream company, CancellationToken cancellationToken)
    {
        var body = (await JsonBody.ReadObjectAsync(request, cancellationToken)).ToElement();
        if (!body.TryGetProperty("evaluations", out var evaluations) || evaluations is { ValueKind: JsonValueKind.Array } && evaluations.GetArrayLength() == 0)
        {
            return TypedResults.Ok(await DecideAsync(Read(body, default), desk, directory, company, cancellationToken));
        }

        if (evaluations.ValueKind != JsonValueKind.Array || evaluations.GetArrayLength() > MostEvaluations)
        {
            throw new BadHttpRequestException($"'evaluations' must be a list of at most {MostEvaluations}.");
        }

        var semantic = Semantic(body);
        var decisions = ImmutableArray.CreateBuilder<AuthZenDecision>();
        foreach (var one in evaluations.EnumerateArray())
        {
            var decision = await OneAsync(one, body, desk, directory, company, cancellationToken);
            decisions.Add(decision);
            if ((semantic == DenyOnFirstDeny && !decision.Decision) || (semantic == PermitOnFirstPermit && decision.Decision))
            {
                break;
            }
        }

        return TypedResults.Ok(new AuthZenDecisions(decisions.ToImmutable()));
    }

    /// <summary>What is wrong with one of several says so in its place, and is a no.</summary>
    private static async Task<AuthZenDecision> OneAsync(JsonElement one, JsonElement defaults, AuthorityDesk desk, IDirectory directory, CompanyStream company, CancellationToken cancellationToken)
    {
        try
        {
            return await DecideAsync(Read(one, defaults), desk, directory, company, cancellationToken);
        }
        catch (BadHttpRequestException wrong)
        {
            return new AuthZenDecision(false, new AuthZenContext { Error = new AuthZenError(StatusCodes.Status400BadRequest, wrong.Message) });
        }
    }

    private static string Semantic(JsonElement body)
    {
        if (Part(body, default, "options") is not { } options || !options.TryGetProperty("evaluations_semantic", out var said))
        {
            return ExecuteAll;
        }

        return said.ValueKind == JsonValueKind.String && said.GetString() is ExecuteAll or DenyOnFirstDeny or PermitOnFirstPermit
            ? said.GetString()!
            : throw new BadHttpRequestException($"'options.evaluations_semantic' must be {ExecuteAll}, {DenyOnFirstDeny} or {PermitOnFirstPermit}.");
    }

    private static async Task<AuthZenDecision> DecideAsync(Question question, AuthorityDesk desk, IDirectory directory, CompanyStream company, CancellationToken cancellationToken)
    {
        if (question.SubjectType != "agent")
        {
            return No("Only a subject of type 'agent' calls tools here.");
        }

        if (company.Unreadable is { } unreadable)
        {
            return No($"Nobody knows what has been stopped: {unreadable}");
        }

        if ((company.State.StopOfTool(question.Action) ?? company.State.StopOf(question.Subject)) is { } stop)
        {
            return No(stop.Words);
        }

        if (directory.Agent(question.Subject)?.Tools.Contains(question.Action) != true)
        {
            return No($"There is no agent '{question.Subject}' that has the tool '{question.Action}'.");
        }

        if (desk.LooksBack(question.Action))
        {
            return No($"Rules about '{question.Action}' ask what was called before in a workflow; nobody outside one can be told.");
        }

        var answer = await desk.CheckAsync(question.Subject, question.Action, question.Args, question.Labels, cancellationToken);
        var obligations = Obligations(answer);
        var hindrances = answer.Effect == Effect.Allow ? Hindrances(answer).ToList() : [];
        return new AuthZenDecision(answer.Effect == Effect.Allow && hindrances.Count == 0, new AuthZenContext
        {
            Reason = string.Join(" ", hindrances.Prepend(answer.Reason)),
            Effect = EffectNames.Write(answer.Effect),
            Rules = answer.Rules,
            Obligations = obligations.IsEmpty ? null : obligations,
            Flows = answer.OpenFlows.IsEmpty ? null : answer.OpenFlows,
        });
    }

    /// <summary>What would have to be done by whoever makes the call.</summary>
    private static ImmutableArray<AuthZenObligation> Obligations(AuthorityAnswer answer)
    {
        var owed = answer.Obligations;
        return
        [
            .. answer.Seats.IsEmpty ? [] : new[] { new AuthZenObligation("approval") { Seats = answer.Seats } },
            .. owed.HoldSeconds is { } seconds ? new[] { new AuthZenObligation("hold") { Seconds = seconds } } : [],
            .. owed.Redact.IsEmpty ? [] : new[] { new AuthZenObligation("redact") { Fields = owed.Redact } },
            .. owed.SecondLook.IsEmpty ? [] : new[] { new AuthZenObligation("secondLook") { Roles = owed.SecondLook } },
            .. owed.Notify.IsEmpty ? [] : new[] { new AuthZenObligation("notify") { Roles = owed.Notify } },
        ];
    }

    /// <summary>Why what rules allow is no plain yes: nobody outside does here what the gate would do.</summary>
    private static IEnumerable<string> Hindrances(AuthorityAnswer answer)
    {
        if (!answer.Obligations.IsNone)
        {
            yield return "It is allowed only together with the obligations, which nobody has met here.";
        }

        if (!answer.OpenFlows.IsEmpty)
        {
            yield return $"Flows ({string.Join(", ", answer.OpenFlows)}) can be about it, and 'context.labels' does not say of every argument what it is.";
        }
    }

    private static AuthZenDecision No(string reason) => new(false, new AuthZenContext { Reason = reason, Effect = "deny", Rules = [] });

    private static Question Read(JsonElement request, JsonElement defaults)
    {
        if (request.ValueKind != JsonValueKind.Object)
        {
            throw new BadHttpRequestException("An evaluation must be an object.");
        }

        var subject = Part(request, defaults, "subject") ?? throw new BadHttpRequestException("'subject' is missing.");
        var action = Part(request, defaults, "action") ?? throw new BadHttpRequestException("'action' is missing.");
        var resource = Part(request, defaults, "resource") ?? throw new BadHttpRequestException("'resource' is missing.");
        var context = Part(request, defaults, "context");
        _ = (Text(resource, "resource", "type"), Text(resource, "resource", "id"), Part(subject, default, "properties"), Part(action, default, "properties"));
        var args = (context is { } said ? Part(said, default, "args") : null) ?? Part(resource, default, "properties");
        var labels = (context is { } around ? Part(around, default, "labels") : null) is { } told ? Labels(told) : null;
        return new Question(Text(subject, "subject", "type"), Text(subject, "subject", "id"), Text(action, "action", "name"), args is { } given ? JsonText.Of(given) : JsonText.EmptyObject, labels);
    }

    private static ToldLabels Labels(JsonElement told) =>
        ToldLabels.Read(JsonText.Of(told), out var fault) ?? throw new BadHttpRequestException($"In 'context.labels', {fault}.");

    private static JsonElement? Part(JsonElement request, JsonElement defaults, string name) =>
        request.TryGetProperty(name, out var own) ? AsObject(own, name)
        : defaults.ValueKind == JsonValueKind.Object && defaults.TryGetProperty(name, out var common) ? AsObject(common, name)
        : null;

    private static JsonElement AsObject(JsonElement part, string name) =>
        part.ValueKind == JsonValueKind.Object ? part : throw new BadHttpRequestException($"'{name}' must be an object.");

    private static string Text(JsonElement part, string at, string name) =>
        part.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String && text.GetString() is { Length: > 0 } said ? said
        : throw new BadHttpRequestException($"'{at}.{name}' is missing, or is no text.");

    private sealed record Question(string SubjectType, string Subject, string Action, JsonText Args, ToldLabels? Labels);
}

/// <summary>A question; see AuthZEN 1.0.</summary>
/// <param name="Subject"><c>{ type: agent, id }</c>.</param>
/// <param name="Action"><c>{ name }</c>: the tool.</param>
/// <param name="Resource"><c>{ type, id, properties }</c>: the properties are the arguments.</param>
/// <param name="Context"><c>{ args, labels }</c>: the arguments, before the resource's properties; and by path what they are made of.</param>
/// <param name="Evaluations">Several questions; what they lack stands above.</param>
/// <param name="Options"><c>{ evaluations_semantic }</c>.</param>
internal sealed record AuthZenRequest(JsonText? Subject, JsonText? Action, JsonText? Resource, JsonText? Context, ImmutableArray<JsonText>? Evaluations, JsonText? Options);

/// <summary>An answer.</summary>
/// <param name="Decision">True only for what is allowed outright.</param>
/// <param name="Context">Why.</param>
internal sealed record AuthZenDecision(bool Decision, AuthZenContext Context);

/// <summary>Answers, in the order of the questions.</summary>
/// <param name="Evaluations">As many as were looked at.</param>
internal sealed record AuthZenDecisions(ImmutableArray<AuthZenDecision> Evaluations);

/// <summary>Why it was answered so.</summary>
internal sealed record AuthZenContext
{
    /// <summary>For people.</summary>
    public string? Reason { get; init; }

    /// <summary>What authority says: <c>allow</c>, <c>ask</c>, <c>deny</c> and the like.</summary>
    public string? Effect { get; init; }

    /// <summary>The rules that it rests on.</summary>
    public ImmutableArray<string>? Rules { get; init; }

    /// <summary>What would have to happen first.</summary>
    public ImmutableArray<AuthZenObligation>? Obligations { get; init; }

    /// <summary>Flows that can be about it, and of which nothing can be said while nobody says what the arguments are.</summary>
    public ImmutableArray<string>? Flows { get; init; }

    /// <summary>What is wrong with the question.</summary>
    public AuthZenError? Error { get; init; }
}

/// <summary>What would have to happen: before the call (<c>approval</c>, <c>hold</c>), to its result (<c>redact</c>), or besides (<c>notify</c>, <c>secondLook</c>).</summary>
/// <param name="Id">Which.</param>
internal sealed record AuthZenObligation(string Id)
{
    /// <summary>Who would have to agree.</summary>
    public ImmutableArray<Seat>? Seats { get; init; }

    /// <summary>How long it would wait.</summary>
    public long? Seconds { get; init; }

    /// <summary>Fields of the result, at any depth, that nobody gets to see.</summary>
    public ImmutableArray<string>? Fields { get; init; }

    /// <summary>Who is told, or looks at it.</summary>
    public ImmutableArray<string>? Roles { get; init; }
}

/// <summary>What is wrong with one of several questions.</summary>
/// <param name="Status">As HTTP has it.</param>
/// <param name="Message">For people.</param>
internal sealed record AuthZenError(int Status, string Message);

/// <summary>Where the endpoints are.</summary>
/// <param name="PolicyDecisionPoint">This service.</param>
/// <param name="Evaluation">One decision.</param>
/// <param name="Evaluations">Several.</param>
internal sealed record AuthZenConfiguration(
    [property: JsonPropertyName("policy_decision_point")] string PolicyDecisionPoint,
    [property: JsonPropertyName("access_evaluation_endpoint")] string Evaluation,
    [property: JsonPropertyName("access_evaluations_endpoint")] string Evaluations);
