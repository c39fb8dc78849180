using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.OpenApi;

namespace AiManager.Host;

/// <summary>Says in OpenAPI how callers say who they are, and what each route takes of it. What a key must be good for stands beside the scheme.</summary>
internal static class ApiSecurity
{
    private const string Bearer = "bearer";
    private const string Session = "session";
    private const string Monitor = "monitor";

    /// <summary>Adds the ways there are.</summary>
    /// <param name="document">Where to.</param>
    /// <param name="mark">What ends the name of the session's cookie: <see cref="SessionKeys.Mark"/>.</param>
    public static void Describe(OpenApiDocument document, string mark)
    {
        document.AddComponent(Bearer, (IOpenApiSecurityScheme)new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "An API key of the service (aim_…). A key is a person; beside it stand the scopes that a route takes.",
        });
        document.AddComponent(Session, (IOpenApiSecurityScheme)new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Cookie,
            Name = CompanySignIn.Cookie + mark,
            Description = "The console's session. What changes something also takes the token of a form of the console; programs come with a key.",
        });
        document.AddComponent(Monitor, (IOpenApiSecurityScheme)new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = MonitorEndpoints.SecretHeader,
            Description = "The secret of the monitor that is set off, as monitors.yaml names it.",
        });
    }

    /// <summary>Says what a route takes.</summary>
    /// <param name="operation">The route.</param>
    /// <param name="metadata">What was said where it is mapped.</param>
    /// <param name="document">Where the schemes are.</param>
    public static void Describe(OpenApiOperation operation, IList<object> metadata, OpenApiDocument document)
    {
        List<string> scopes = [.. metadata.OfType<IAuthorizeData>().Select(a => a.Policy).OfType<string>()];
        operation.Security =
            operation.OperationId == "CallMonitor" ? [Takes(Monitor, [])]
            : IsOpen(metadata) ? []
            : scopes.Contains(Permission.Terminal) || scopes.Count == 0 ? [Takes(Bearer, scopes)]
            : [Takes(Bearer, scopes), Takes(Session, scopes)];

        OpenApiSecurityRequirement Takes(string scheme, List<string> needed) => new() { [new OpenApiSecuritySchemeReference(scheme, document)] = needed };
    }

    /// <summary>True where nobody need sign in.</summary>
    public static bool IsOpen(IList<object> metadata) => metadata.OfType<IAllowAnonymous>().Any();

    /// <summary>True where somebody can be told to wait: changes are counted by key, and live streams by person.</summary>
    public static bool IsLimited(IList<object> metadata, string? method, string path) =>
        !IsOpen(metadata) && (!HttpMethods.IsGet(method ?? string.Empty) || metadata.OfType<EnableRateLimitingAttribute>().Any() || path.EndsWith(":subscribe", StringComparison.Ordinal));
}
