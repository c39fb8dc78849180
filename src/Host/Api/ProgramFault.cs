namespace AiManager.Host;

/// <summary>An error for a program, in the shape of the route: a protocol's own where one is spoken, else a problem document. It asks for nothing but the path, so that it serves before there is a route.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="detail">One or two sentences: what happened.</param>
/// <param name="reference">What the log calls it; null where the log has nothing to add.</param>
internal sealed class ProgramFault(int status, string detail, string? reference = null) : IResult
{
    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext) =>
        OpenAiFault.IsSpoken(httpContext) ? new OpenAiFault(status, detail).ExecuteAsync(httpContext)
        : McpFault.IsSpoken(httpContext) ? McpFault.Of(status, detail).ExecuteAsync(httpContext)
        : A2aFault.IsSpoken(httpContext) ? new A2aFault(status, detail).ExecuteAsync(httpContext)
        : Problems.Of(status, detail, reference).ExecuteAsync(httpContext);
}
