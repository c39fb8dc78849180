using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AiManager.Host;

/// <summary>
/// Keeps one caller from taking what all share: a key's changes are counted, a person's live streams are bounded, and no body is endless. The terminal of
/// whoever owns the data folder is not counted: it could write to the folder itself.
/// </summary>
internal static class RequestLimits
{
    /// <summary>The policy of live streams.</summary>
    public const string Streams = "streams";

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    // Nobody knows when a stream ends; this keeps a client that was refused from asking again at once.
    private static readonly TimeSpan StreamPause = TimeSpan.FromSeconds(10);

    /// <summary>Adds them; <see cref="LoadedCompany"/> says how much.</summary>
    public static IServiceCollection AddRequestLimits(this IServiceCollection services)
    {
        services.Configure<KestrelServerOptions>(o => o.Limits.MaxRequestBodySize = ApiLimits.MostBodyBytes);
        services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(Writes);
            options.AddPolicy(Streams, OpenStreams);
            options.OnRejected = RefuseAsync;
        });
        return services;
    }

    /// <summary>A full minute's writes at once, then as many as flow back.</summary>
    private static RateLimitPartition<string> Writes(HttpContext context)
    {
        if (!IsChange(context.Request.Method) || Caller.CountedAs(context.User) is not { } caller)
        {
            return RateLimitPartition.GetNoLimiter(string.Empty);
        }

        var perMinute = LimitsOf(context).WritesPerMinute;
        return RateLimitPartition.GetTokenBucketLimiter(caller, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = perMinute,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = Minute / perMinute,
            QueueLimit = 0,
        });
    }

    private static RateLimitPartition<string> OpenStreams(HttpContext context) =>
        RateLimitPartition.GetConcurrencyLimiter(Caller.Of(context.User).Person, _ => new ConcurrencyLimiterOptions { PermitLimit = LimitsOf(context).StreamsPerPerson, QueueLimit = 0 });

    private static async ValueTask RefuseAsync(OnRejectedContext rejected, CancellationToken cancellationToken)
    {
        var context = rejected.HttpContext;
        var limits = LimitsOf(context);

        // Only what is counted by time knows when there is room again.
        var (pause, detail) = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after)
            ? (after, $"One session or key may change something {limits.WritesPerMinute} times a minute. There is room again in {Seconds(after)} s.")
            : (StreamPause, $"One person may follow {limits.StreamsPerPerson} streams at once. Close one first.");
        context.Response.Headers.RetryAfter = Seconds(pause);
        await new PageFault(StatusCodes.Status429TooManyRequests, detail).ExecuteAsync(context);
    }

    private static string Seconds(TimeSpan pause) => Math.Max(1, (int)Math.Ceiling(pause.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    private static bool IsChange(string method) => !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) && !HttpMethods.IsOptions(method);

    private static ApiLimits LimitsOf(HttpContext context) => context.RequestServices.GetRequiredService<LoadedCompany>().Settings.Limits;
}
