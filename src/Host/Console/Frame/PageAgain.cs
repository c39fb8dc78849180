namespace AiManager.Host;

/// <summary>Shows somebody the page that their form stood on once more: with what they wrote, and why it was not taken.</summary>
internal static class PageAgain
{
    private const string Workflows = "/workflows/";

    /// <summary>The page. Whoever may send a form but see nothing is told, and shown nothing.</summary>
    /// <param name="context">The request; its form was read.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="why">One or two sentences: why it was not taken.</param>
    public static async Task<IResult> ShowAsync(HttpContext context, int status, string why)
    {
        if (!Caller.May(context.User, Permission.Read))
        {
            return new PageFault(status, why);
        }

        var content = context.RequestServices.GetRequiredService<PageWriter>().BeginSession(context);
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        content.Kept = new KeptForm(form[KeptForm.Field].ToString(), why, form);
        var (path, query) = Split(content.Here);
        if (path == "/")
        {
            return await HomePages.ShowAsync(context, status);
        }

        if (WorkflowOf(path) is { } id && await WorkflowPages.AgainAsync(id, context, status) is { } again)
        {
            return again;
        }

        var place = path == InboxPages.Path ? InboxPlace.Read(query) : InboxPlace.First;
        content.Here = place == InboxPlace.First ? InboxPages.Path : content.Here;
        return await InboxPages.AgainAsync(context, place, status);
    }

    /// <summary>Where a form stands: what it says itself, if that is a place of this console; else what its address is about.</summary>
    public static string PlaceOf(HttpRequest request, IFormCollection? form) =>
        form?["back"].ToString() is { } back && PageReply.IsHere(back) ? back
        : WorkflowOf(request.Path.ToString()) is not null ? request.Path.ToString()
        : request.Path.StartsWithSegments("/inbox/monitors", StringComparison.Ordinal) ? "/monitors"
        : request.Path.StartsWithSegments(InboxPages.Path, StringComparison.Ordinal) && request.Path != HomePages.Goals ? InboxPages.Path
        : "/";

    /// <summary>True for a form whose page is another than its address.</summary>
    public static bool IsOf(HttpRequest request) =>
        HttpMethods.IsPost(request.Method) && (request.Path.StartsWithSegments(InboxPages.Path, StringComparison.Ordinal) || WorkflowOf(request.Path.ToString()) is not null);

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
