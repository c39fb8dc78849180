namespace AiManager.Host;

/// <summary><c>/audit/verify</c>: begins to prove the journal, and shows how far it is.</summary>
internal static class VerifyPages
{
    /// <summary>What a small journal takes; a longer one is not waited for.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    /// <summary>Maps it onto the pages for auditors.</summary>
    public static void MapVerify(this RouteGroupBuilder audit)
    {
        audit.MapPost("/verify", Begin);
        audit.MapGet("/live", Live).RequireRateLimiting(RequestLimits.Streams);
    }

    private static async Task<IResult> Begin(HttpContext context, VerifyDesk desk, TimeProvider time)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var work = desk.Begin(Caller.Of(context.User).Person);
        await Task.WhenAny(work, Task.Delay(Grace, time, context.RequestAborted));
        return PageReply.See(PageText.Query("/audit", [.. AuditPages.Fields.Select(f => (f, RequestText.Words(f, form[f].ToString())))]) + "#verified");
    }

    private static async Task<IResult> Live(HttpContext context, LivePages live)
    {
        await live.StreamAsync(context, null, new LivePace(Every: Every), (services, _, _) => Task.FromResult<object?>(services.GetRequiredService<VerifyDesk>().Last), typeof(AuditVerified));
        return TypedResults.Empty;
    }
}
