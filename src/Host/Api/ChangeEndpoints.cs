using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AiManager.Host;

/// <summary><c>/api/changes</c>: configurations that let more through than the one in force, and wait for a second person.</summary>
internal static class ChangeEndpoints
{
    /// <summary>In which one can be.</summary>
    public static readonly ImmutableArray<string> Statuses = [ChangeResource.Pending, "confirmed", "rejected", "superseded"];

    /// <summary>Maps them.</summary>
    public static void MapChanges(this IEndpointRouteBuilder app)
    {
        var reading = app.MapGroup("/api/changes").WithTags("Changes").RequireAuthorization(Permission.Read);
        reading.MapGet("/", List).WithName("ListChanges").WithSummary("Changes of the configuration that took, or take, a second person, the newest first: what each lets through, computed");
        reading.MapGet("/{id}", Find).WithName("GetChange").WithSummary("One change: what it lets through that is not let through now");
        app.MapGroup("/api/changes").WithTags("Changes").RequireAuthorization(Permission.Approve)
            .MapPost("/{id}", Decide).WithName("DecideChange").WithSummary("Confirm (it comes into force) or reject; never by its author, who can only take it back").Accepts<ChangeBody>("application/json");
        app.MapGroup("/api/changes").WithTags("Changes").RequireAuthorization(Permission.Terminal)
            .MapPost("/", Activate).WithName("ActivateFolder").WithSummary("For the terminal of the folder's owner: bring the files in this host's company folder into force, or propose them where they let more through").Accepts<ActivationBody>("application/json");
    }

    private static Ok<ImmutableArray<ChangeResource>> List(ChangeDesk desk, string? status = null)
    {
        var wanted = RequestText.Word("status", status, Statuses);
        return TypedResults.Ok(desk.All.Select(ChangeResource.Of).Where(c => wanted is null || c.Status == wanted).ToImmutableArray());
    }

    private static Results<Ok<ChangeResource>, ProblemHttpResult> Find(string id, ChangeDesk desk) =>
        desk.Find(RequestText.Id<ChangeId>(id)) is { } found ? TypedResults.Ok(ChangeResource.Of(found)) : Unknown();

    private static async Task<Results<Ok<ChangeResource>, ProblemHttpResult>> Decide(
        string id, HttpRequest request, ClaimsPrincipal user, ChangeDesk desk, LoadedCompany company, CancellationToken cancellationToken)
    {
        var change = RequestText.Id<ChangeId>(id);
        var body = await JsonBody.ReadAsync(request, ["decision", "reason"], cancellationToken);
        var (decision, reason, caller) = (body.Text("decision"), body.OptionalText("reason"), Caller.Of(user));
        if (decision is not (ChangeBody.Confirm or ChangeBody.Reject))
        {
            throw body.Refuse("decision", "must be confirm or reject.");
        }

        if (WhyNotHere(caller, company) is { } whyNot)
        {
            return Problems.Forbidden(whyNot);
        }

        var result = decision == ChangeBody.Confirm
            ? await desk.ConfirmAsync(change, caller.Person, caller.Via, reason, cancellationToken)
            : await desk.RejectAsync(change, caller.Person, caller.Via, reason, cancellationToken);
        return result switch
        {
            ChangeResult.Done done => TypedResults.Ok(ChangeResource.Of(done.Change)),
            ChangeResult.Invalid invalid => Problems.Invalid(invalid.Reason),
            ChangeResult.Forbidden forbidden => Problems.Forbidden(forbidden.Reason),
            ChangeResult.Conflict conflict => Problems.Conflict(conflict.Reason),
            ChangeResult.Unknown => Unknown(),
            _ => throw new UnreachableException(),
        };
    }

    private static async Task<Results<Ok<ActivatedResource>, Accepted<ChangeResource>, ProblemHttpResult>> Activate(
        HttpRequest request, ClaimsPrincipal user, CompanyStream stream, IBlobs blobs, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(request, ["configuration", "reason"], cancellationToken);
        var (wanted, reason) = (body.Text("configuration"), body.OptionalText("reason"));
        if (reason?.Length > ChangeDesk.LongestReason)
        {
            throw body.Refuse("reason", $"has at most {ChangeDesk.LongestReason} characters.");
        }

        try
        {
            var (done, files, hindrance) = await FolderActivation.OfAsync(request.HttpContext.RequestServices.GetService<Place>(), wanted, Caller.Of(user), reason, stream, blobs, cancellationToken);
            return done switch
            {
                Activation.InForce => TypedResults.Ok(new ActivatedResource(files!.Hash)),
                Activation.Waits waits => TypedResults.Accepted($"/api/changes/{waits.Change.Proposed.Change}", ChangeResource.Of(waits.Change)),
                Activation.Untested untested => Problems.Conflict($"{string.Join("; ", untested.Failures.Select(f => f.TrimEnd('.')))}. {FolderActivation.Untested}"),
                _ => Problems.Conflict(hindrance ?? "Something else came into force just now. Look again."),
            };
        }
        catch (ConfigException refused)
        {
            return Problems.Conflict(refused.Message);
        }
    }

    /// <summary>
    /// Why nobody decides from where the caller is; null where they may. The terminal of the folder's owner speaks for anybody: where that is not meant, it is no second person.
    /// Nor is who is looked as in their browser, ever.
    /// </summary>
    internal static string? WhyNotHere(Caller caller, LoadedCompany company) =>
        caller.Via == Caller.LocalConsole ? ChangeBody.NoStandIn : caller.IsUnprovenTerminal(company.Settings) ? ChangeBody.NoTerminal : null;

    private static ProblemHttpResult Unknown() => Problems.NotFound("There is no such change.");
}
