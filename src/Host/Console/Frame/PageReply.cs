namespace AiManager.Host;

/// <summary>Where a form leads.</summary>
internal static class PageReply
{
    /// <summary>303: look there; loading again does not send the form again.</summary>
    public static IResult See(string path) => new SeeOther(path);

    /// <summary>303 to where the form came from, if that is a place of this console; else to <paramref name="other"/>. Another site's address is no such place.</summary>
    public static IResult Back(IFormCollection form, string other)
    {
        var wanted = form["back"].ToString();
        return See(IsHere(wanted) ? wanted : other);
    }

    /// <summary>True for a path of this console: browsers read <c>//x</c> and <c>/\x</c> as another host, and drop control characters before they look.</summary>
    public static bool IsHere(string path) =>
        path.Length is > 0 and <= 2000 && path[0] == '/' && (path.Length == 1 || path[1] is not ('/' or '\\')) && !path.Any(c => c == '\\' || char.IsControl(c));

    private sealed class SeeOther(string path) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = path;
            return Task.CompletedTask;
        }
    }
}
