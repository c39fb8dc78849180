using System.Text.Json.Serialization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace AiManager.Host;

/// <summary>What every request passes, in order, and every route.</summary>
internal static class ApiPipeline
{
    private const string About =
        "Hand in goals, follow them, and decide what people must decide. Send a key as 'Authorization: Bearer aim_…'. Errors are RFC 9457 problem documents.";

    /// <summary>Adds what the routes and the pages need beyond <see cref="DeploymentServices"/> and <see cref="CompanySignIn"/>.</summary>
    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(o =>
        {
            o.SerializerOptions.TypeInfoResolverChain.Insert(0, HostJson.Default);
            o.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            o.SerializerOptions.Converters.Add(new UtcTimeConverter());
        });
        services.AddOpenApi(o => o.AddSchemaTransformer<ApiSchemas>().AddDocumentTransformer(Describe).AddOperationTransformer<ApiDescription>());
        services.AddSingleton<EventFeed>().AddRequestLimits();
        services.AddMetricsText();
        services.AddTransient<MonitorMapper>().AddSingleton<MonitorCalls>();
        services.AddSingleton<Readiness>().AddSingleton<A2aSeats>().AddTransient<A2aDesk>().AddTransient<A2aMethods>().AddTransient<WorkflowFollower>().AddTransient<A2aMapper>().AddTransient<A2aStream>();
        services.AddSingleton<InsightReader>();
        services.AddTransient<ChatDesk>().AddTransient<ChatTeller>();
        services.AddConsole();
        return services.WithoutKeyRing();
    }

    /// <summary>Puts the steps and the routes in place.</summary>
    public static void UseApi(this WebApplication app)
    {
        app.UseSecurityHeaders();
        app.UseProblems();
        app.UseKnownProxies();
        app.UseKnownHosts();
        app.UseStrictTransport();
        app.UseHeadOfHealth();
        app.UseRouting();
        app.UseRequestTrace();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRateLimiter();
        app.UseFormTokens();
        app.MapSignIn();
        app.MapHealth();
        app.MapMetrics();
        app.MapConsole();
        app.MapCompany();
        app.MapWorkflows();
        app.MapApprovals();
        app.MapEscalations();
        app.MapTasks();
        app.MapTools();
        app.MapMonitors();
        app.MapJobs();
        app.MapAuthority();
        app.MapJournal();
        app.MapKeys();
        app.MapNodes();
        app.MapSuspensions();
        app.MapMemory();
        app.MapInsights();
        app.MapChanges();
        app.MapDecisions();
        app.MapAuthZen();
        app.MapA2a();
        app.MapOpenAi();
        app.MapMcp();
        app.MapWebhooks();
        app.MapOpenApi().RequireAuthorization(Permission.Read);
    }

    /// <summary>
    /// The framework makes a ring of keys on disk at its start, whether or not anything uses it. Here nothing does: <see cref="SessionKeys"/> seal what browsers keep.
    /// </summary>
    private static IServiceCollection WithoutKeyRing(this IServiceCollection services)
    {
        foreach (var warmer in services.Where(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType?.Assembly == typeof(EphemeralDataProtectionProvider).Assembly).ToList())
        {
            services.Remove(warmer);
        }

        return services;
    }

    private static Task Describe(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo { Title = "AI Manager", Version = "v1", Description = About };
        ApiSecurity.Describe(document, context.ApplicationServices.GetRequiredService<SessionKeys>().Mark);
        ApiWebhooks.Describe(document);
        return Task.CompletedTask;
    }
}
