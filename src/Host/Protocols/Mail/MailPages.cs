using System.Diagnostics;
using AiManager.Tools;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AiManager.Host;

/// <summary>What stands on the page of a mail's link.</summary>
/// <param name="Title">What there is to do, or what came of it.</param>
/// <param name="Words">A sentence or two; null for none.</param>
/// <param name="Card">What is decided; null where nothing can be.</param>
/// <param name="Link">As it stands in the address; null where nothing can be decided.</param>
/// <param name="Person">Whose decision it is, by name; null where it is nobody's.</param>
/// <param name="LeavesOut">Whether what the call would change was looked up, which only somebody who signs in is shown.</param>
/// <param name="Reason">What somebody wrote and was not taken; null for nothing.</param>
internal sealed record MailPage(string Title, string? Words, ApprovalCard? Card = null, string? Link = null, string? Person = null, bool LeavesOut = false, string? Reason = null);

/// <summary>
/// <c>/decide</c>: where the link of a mail leads. Asking for it changes nothing, because programs that look for harm in mails ask for every link; the form on it
/// decides, with its token. The link stands in the query, which no log and no trace has.
/// </summary>
internal static class MailPages
{
    /// <summary>Where it is.</summary>
    public const string Path = "/decide";

    private const int MostReason = 2000;

    /// <summary>Maps it.</summary>
    public static void MapMailPages(this IEndpointRouteBuilder app)
    {
        var open = app.MapGroup(Path).ExcludeFromDescription().AllowAnonymous();
        open.MapGet("/", Show);
        open.MapPost("/", Decide);
    }

    private static async Task<IResult> Show(HttpContext context, MailLinks links, string? link = null, string? here = null)
    {
        var look = await links.LookAsync(link, SignedIn(context), context.RequestAborted);
        if (look is MailLinkLook.Shut shut)
        {
            return Shut(context, shut);
        }

        var open = (MailLinkLook.Open)look;

        // A mail program's site leads here, so the session's cookie was not sent; only a page of our own goes on with it, and the form's token is for whoever that is.
        return here is null
            ? new RazorComponentResult<SignedIn>(new { To = $"{Path}?here=yes&link={link}", Title = "One moment", Words = "This page goes on by itself." })
            : Page(context, StatusCodes.Status200OK, new MailPage("A decision waits for you", null, await CardOfAsync(context, open), link, open.Person.Name, open.Found.View.Preview is not null));
    }

    private static async Task<IResult> Decide(HttpContext context, MailLinks links, ApprovalDesk desk)
    {
        if (!await CompanySignIn.HasTokenAsync(context))
        {
            return await WithoutTokenAsync(context, links);
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var reason = RequestText.Words("reason", form["reason"]);
        ApprovalAnswer? answer = form["decision"].ToString() switch
        {
            DecisionBody.Approve => new ApprovalAnswer.Approve(string.IsNullOrWhiteSpace(reason) ? null : reason),
            DecisionBody.Reject => new ApprovalAnswer.Reject(string.IsNullOrWhiteSpace(reason) ? null : reason),
            _ => null,
        };
        var look = await links.LookAsync(form["link"].ToString(), SignedIn(context), context.RequestAborted);
        if (look is MailLinkLook.Shut shut)
        {
            return Shut(context, shut, reason);
        }

        var open = (MailLinkLook.Open)look;
        if (answer is null || reason?.Length > MostReason)
        {
            return await AgainAsync(context, open, form, $"Press approve or reject; a reason has at most {MostReason} characters.");
        }

        return await desk.DecideAsync(open.Found.View.Approval, open.Person.Id, answer, Caller.Mail, context.RequestAborted) switch
        {
            DecideResult.Recorded { Status: ApprovalView.Pending } recorded => Page(context, StatusCodes.Status200OK, new MailPage(
                "Your yes is recorded", $"It also takes {string.Join(", ", recorded.Seats.Where(s => s.By is null).Select(s => s.Role))}. You can close this page.")),
            DecideResult.Recorded recorded => Page(context, StatusCodes.Status200OK, new MailPage($"Recorded: {Written.Status(recorded.Status)}", "You can close this page.")),
            DecideResult.NotFound => Shut(context, new MailLinkLook.Shut(StatusCodes.Status404NotFound, "What this link is about is not here any more."), reason),
            DecideResult.Forbidden forbidden => Shut(context, new MailLinkLook.Shut(StatusCodes.Status403Forbidden, forbidden.Reason), reason),
            DecideResult.Conflict conflict => Shut(context, new MailLinkLook.Shut(StatusCodes.Status409Conflict, conflict.Reason), reason),
            DecideResult.TooMany late => Shut(context, new MailLinkLook.Shut(StatusCodes.Status429TooManyRequests, late.Reason), reason),
            DecideResult.Invalid invalid => Shut(context, new MailLinkLook.Shut(StatusCodes.Status422UnprocessableEntity, invalid.Reason), reason),
            _ => throw new UnreachableException(),
        };
    }

    private static string? SignedIn(HttpContext context) => context.User.Identity is { IsAuthenticated: true } ? Caller.Of(context.User).Person : null;

    private static IResult Shut(HttpContext context, MailLinkLook.Shut shut, string? reason = null) => Page(context, shut.Status, new MailPage("Nothing was decided", shut.Reason, Reason: reason));

    /// <summary>Another site may have sent this form: only whoever has the link is shown again what stands in it, and must press once more.</summary>
    private static async Task<IResult> WithoutTokenAsync(HttpContext context, MailLinks links)
    {
        const string Old = "The form's token is missing or old.";
        if (context.Request.HasFormContentType)
        {
            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            if (await links.LookAsync(form["link"].ToString(), SignedIn(context), context.RequestAborted) is MailLinkLook.Open open)
            {
                return await AgainAsync(context, open, form, $"{Old} Press once more.");
            }
        }

        return Page(context, StatusCodes.Status400BadRequest, new MailPage("Nothing was decided", $"{Old} Open the link of the mail again."));
    }

    private static async Task<IResult> AgainAsync(HttpContext context, MailLinkLook.Open open, IFormCollection form, string why) =>
        Page(context, StatusCodes.Status400BadRequest, new MailPage("Nothing was decided", why, await CardOfAsync(context, open), form["link"].ToString(), open.Person.Name, open.Found.View.Preview is not null, RequestText.Words("reason", form["reason"])));

    /// <summary>Nobody is signed in on this page, whoever is elsewhere: it shows the one call and no place of the console.</summary>
    private static RazorComponentResult<MailDecision> Page(HttpContext context, int status, MailPage page)
    {
        var content = context.RequestServices.GetRequiredService<PageContent>();
        var tokens = context.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(context);
        (content.FormField, content.FormToken) = (tokens.FormFieldName, tokens.RequestToken ?? string.Empty);
        content.Show(page);
        return new RazorComponentResult<MailDecision> { StatusCode = status };
    }

    private static async Task<ApprovalCard> CardOfAsync(HttpContext context, MailLinkLook.Open open)
    {
        var (services, content) = (context.RequestServices, context.RequestServices.GetRequiredService<PageContent>());
        var directory = services.GetRequiredService<IDirectory>();
        content.TakeCompany(services.GetRequiredService<LoadedCompany>(), directory, services.GetRequiredService<TimeProvider>());
        var card = await services.GetRequiredService<ApprovalCards>().OfAsync(open.Found, content, context.RequestAborted);

        // Whoever holds the link may see what the mail told; what a preview answered may hold anything.
        return card with { View = card.View with { Preview = null } };
    }
}
