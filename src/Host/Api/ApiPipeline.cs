namespace AiManager.Host;

/// <summary>What every request passes, in order, and every route.</summary>
internal static class ApiPipeline
{
    /// <summary>Adds what the routes need.</summary>
    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(o => o.SerializerOptions.TypeInfoResolverChain.Insert(0, HostJson.Default));
        services.AddProblemDetails();
        return services;
    }

    /// <summary>Puts the steps and the routes in place.</summary>
    public static void UseApi(this WebApplication app)
    {
        app.UseSecurityHeaders();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseFormTokens();
        app.MapGet("/health/live", () => TypedResults.Ok()).AllowAnonymous();
        app.MapSignIn();
    }
}
