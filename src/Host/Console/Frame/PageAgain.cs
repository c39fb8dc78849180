using System.Collections.Immutable;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>Shows somebody the page that their form stood on once more: with what they wrote, and why it was not taken.</summary>
internal static class PageAgain
{
    private const string Workflows = "/workflows/";

    /// <summary>The page. Whoever may send a form but see nothing is told, and shown nothing.</summary>
    /// <param name="context">The request; its form was read.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="why">One or two sentences: why it was not taken.</param>
    /// <param name="at">The name of the field that is at fault; null for no single one.</param>
    public static async Task<IResult> ShowAsync(HttpContext context, int status, string why, string? at = null)
    {
        if (!Caller.May(context.User, Permission.Read))
        {
            return new PageFault(status, why);
        }

        var content = context.RequestServices.GetRequiredService<PageWriter>().BeginSession(context);
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        content.Kept = new KeptForm(form[KeptForm.Field].ToString(), why, form) { At = at, Before = await BeforeAsync(context, form) };
        var (path, query) = Split(content.Here);
        return path switch
        {
            "/" => await HomePages.AgainAsync(context, query, status),
            JobPages.Path => await JobPages.ShowAsync(context, status),
            MonitorPages.Path => await MonitorPages.ShowAsync(context, status),
            AuthorityPages.Path => await AuthorityPages.ShowAsync(context, status),
            CompanyPages.PeoplePath => await CompanyPages.ShowPeopleAsync(context, status),
            CompanyPages.ToolsPath => await CompanyPages.ShowToolsAsync(context, status),
            _ => (WorkflowOf(path) is { } id ? await WorkflowPages.AgainAsync(id, context, status) : null) ?? await InboxAsync(context, content, path, query, status),
        };
    }

    /// <summary>A decision's form brings all arguments along, whoever wrote them: those of the agent are not somebody's own words.</summary>
    private static async Task<IReadOnlyDictionary<string, string>> BeforeAsync(HttpContext context, IFormCollection form) =>
        form.Keys.Any(k => k.StartsWith(ArgumentLeaf.Prefix, StringComparison.Ordinal))
        && context.Request.Path.ToString().Split('/') is [.., "approvals", var name] && PrefixedId.TryRead<ApprovalId>(name, out var id)
        && await context.RequestServices.GetRequiredService<ApprovalDesk>().FindAsync(id, context.RequestAborted) is { } view
            ? ArgumentLeaf.Of(view.Requested.Args).Select(l => KeyValuePair.Create(ArgumentLeaf.Prefix + l.Pointer, l.Text)).Append(new("json", Written.Json(view.Requested.Args))).ToDictionary(StringComparer.Ordinal)
            : ImmutableDictionary<string, string>.Empty;

    private static async Task<IResult> InboxAsync(HttpContext context, PageContent content, string path, string query, int status)
    {
        var place = path == InboxPages.Path ? InboxPlace.Read(query) : InboxPlace.First;
        content.Here = place == InboxPlace.First ? InboxPages.Path : content.Here;
        return await InboxPages.AgainAsync(context, place, status);
    }

    /// <summary>Where a form stands: what it says itself, if that is a place of this console; else what its address is about.</summary>
    public static string PlaceOf(HttpRequest request, IFormCollection? form) =>
        form?["back"].ToString() is { } back && PageReply.IsHere(back) ? back
        : WorkflowOf(request.Path.ToString()) is not null ? request.Path.ToString()
        : request.Path.StartsWithSegments("/inbox/monitors", StringComparison.Ordinal) ? MonitorPages.Path
        : request.Path.StartsWithSegments(AuthorityPages.Path, StringComparison.Ordinal) ? AuthorityPages.Path
        : request.Path == CompanyPages.StopPath && form?["kind"].ToString() == Suspension.Agent ? CompanyPages.PeoplePath
        : request.Path == CompanyPages.StopPath || request.Path.StartsWithSegments(CompanyPages.ToolsPath, StringComparison.Ordinal) ? CompanyPages.ToolsPath
        : request.Path.StartsWithSegments(InboxPages.Path, StringComparison.Ordinal) && request.Path != HomePages.Goals ? InboxPages.Path
        : "/";

    /// <summary>True for a form whose page is another than its address.</summary>
    public static bool IsOf(HttpRequest request) =>
        HttpMethods.IsPost(request.Method) && (request.Path.StartsWithSegments(InboxPages.Path, StringComparison.Ordinal) || request.Path == CompanyPages.StopPath || WorkflowOf(request.Path.ToString()) is not null);

    /// <summary>A place's path, and what it says behind that.</summary>
    public static (string Path, string Query) Split(string place) => place.IndexOf('?', StringComparison.Ordinal) is >= 0 and var at ? (place[..at], place[at..]) : (place, string.Empty);

    private static WorkflowId? WorkflowOf(string path) =>
        path.StartsWith(Workflows, StringComparison.Ordinal) && PrefixedId.TryRead<WorkflowId>(path[Workflows.Length..], out var id) ? id : null;
}

/// <summary>What cannot be read in a form is said where it stands; without this, whoever wrote it would be shown a page with nothing on it but the fault.</summary>
internal sealed class FormFault : IEndpointFilter
{
    /// <inheritdoc/>
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (BadHttpRequestException fault) when (fault.StatusCode == StatusCodes.Status400BadRequest && context.HttpContext.Request.HasFormContentType)
        {
            return await PageAgain.ShowAsync(context.HttpContext, fault.StatusCode, fault.Message);
        }
    }
}
