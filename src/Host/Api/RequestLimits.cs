using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AiManager.Host;

/// <summary>
/// Keeps one caller from taking what all share: a key's changes are counted, a person's live streams and long readings are bounded, no body is endless, and no connection is held by silence. The terminal of
/// whoever owns the data folder is not counted: it could write to the folder itself. What nobody is let in for is counted by <see cref="RefusedAttempts"/>.
/// </summary>
internal static class RequestLimits
{
    /// <summary>The policy of live streams.</summary>
    public const string Streams = "streams";

    /// <summary>The policy of what reads the whole journal: verifying, taking it out, all decisions.</summary>
    public const string Readings = "readings";

    /// <summary>The policy of drafts of the policy, which are arithmetic over all calls.</summary>
    public const string Drafts = "drafts";

    /// <summary>The policy of many decisions in one request: each computes the facts of its rules, which are queries of the company's systems.</summary>
    public const string Decisions = "decisions";

    /// <summary>
    /// Connections at once. Five hundred people with six each, which is what a browser opens without HTTP/2, and as many programs again; each costs some ten kilobytes, so that as many as there may be cost
    /// less than a hundred megabytes, and one machine that opens more than that is turned away before it is listened to.
    /// </summary>
    public const int MostConnections = 6_000;

    private const int ReadingsPerPerson = 2;

    // A program that guards a page asks for all of its parts at once, and may have several pages; the others wait their turn.
    private const int DecisionsPerPerson = 2;
    private const int DecisionsWaiting = 8;

    // One is looked at, one may wait: whoever presses twice gets both.
    private const int DraftsPerPerson = 1;

    // A head comes in one packet or two.
    private static readonly TimeSpan HeadPatience = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    // Nobody knows when a stream ends; this keeps a client that was refused from asking again at once.
    private static readonly TimeSpan StreamPause = TimeSpan.FromSeconds(10);

    /// <summary>Adds them; <see cref="LoadedCompany"/> says how much.</summary>
    public static IServiceCollection AddRequestLimits(this IServiceCollection services)
    {
        services.Configure<KestrelServerOptions>(o =>
        {
            o.Limits.MaxRequestBodySize = ApiLimits.MostBodyBytes;
            o.Limits.MaxConcurrentConnections = MostConnections;
            o.Limits.RequestHeadersTimeout = HeadPatience;
        });
        services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, Counted>(Writes);
            options.AddPolicy(Streams, OpenStreams);
            options.AddPolicy(Readings, context => AtOnce(context, ReadingsPerPerson, waiting: 0));
            options.AddPolicy(Decisions, context => AtOnce(context, DecisionsPerPerson, DecisionsWaiting));
            options.AddPolicy(Drafts, context => AtOnce(context, DraftsPerPerson, waiting: 1));
            options.OnRejected = RefuseAsync;
        });
        return services;
    }

    /// <summary>Whether a request follows something for as long as it happens.</summary>
    public static bool IsStream(HttpContext context) => PolicyOf(context) == Streams;

    /// <summary>A full minute's writes at once, then as many as flow back.</summary>
    private static RateLimitPartition<Counted> Writes(HttpContext context)
    {
        if (!IsChange(context.Request.Method) || Caller.CountedAs(context.User) is not { } caller)
        {
            return RateLimitPartition.GetNoLimiter(default(Counted));
        }

        var perMinute = LimitsOf(context).WritesPerMinute;
        return RateLimitPartition.GetTokenBucketLimiter(new Counted(caller, perMinute), _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = perMinute,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = Minute / perMinute,
            QueueLimit = 0,
        });
    }

    private static RateLimitPartition<Counted> OpenStreams(HttpContext context) => AtOnce(context, LimitsOf(context).StreamsPerPerson, waiting: 0);

    private static RateLimitPartition<Counted> AtOnce(HttpContext context, int most, int waiting) =>
        RateLimitPartition.GetConcurrencyLimiter(new Counted(Caller.Of(context.User).Person, most), _ => new ConcurrencyLimiterOptions { PermitLimit = most, QueueLimit = waiting });

    private static string? PolicyOf(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<EnableRateLimitingAttribute>()?.PolicyName;

    private static async ValueTask RefuseAsync(OnRejectedContext rejected, CancellationToken cancellationToken)
    {
        var context = rejected.HttpContext;
        var limits = LimitsOf(context);

        // Only what is counted by time knows when there is room again.
        var (pause, detail) = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after)
            ? (after, $"One session or key may change something {limits.WritesPerMinute} times a minute. There is room again in {Seconds(after)} s.")
            : (StreamPause, PolicyOf(context) switch
            {
                Readings => $"One person may read the whole journal {ReadingsPerPerson} times at once. Wait until one is done.",
                Decisions => $"One person may ask for many decisions {DecisionsPerPerson} times at once, and {DecisionsWaiting} times wait. Wait until one is done.",
                Drafts => "Your drafts before this one are still looked at. Wait until one is done.",
                _ => $"One person may follow {limits.StreamsPerPerson} streams at once. Close one first.",
            });
        context.Response.Headers.RetryAfter = Seconds(pause);
        await new PageFault(StatusCodes.Status429TooManyRequests, detail).ExecuteAsync(context);
    }

    private static string Seconds(TimeSpan pause) => Math.Max(1, (int)Math.Ceiling(pause.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    private static bool IsChange(string method) => !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) && !HttpMethods.IsOptions(method);

    private static ApiLimits LimitsOf(HttpContext context) => context.RequestServices.GetRequiredService<LoadedCompany>().Settings.Limits;

    /// <summary>Who is counted, and up to what: a count that is in use keeps its limit, so one that is lowered begins another.</summary>
    private readonly record struct Counted(string Caller, int Most);
}
