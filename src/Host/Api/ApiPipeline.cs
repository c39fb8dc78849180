using System.Text.Json.Serialization;
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
        services.AddOpenApi(o => o.AddSchemaTransformer<ApiSchemas>().AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo { Title = "AI Manager", Version = "v1", Description = About };
            return Task.CompletedTask;
        }));
        services.AddSingleton<EventFeed>();
        services.AddRazorComponents();
        return services.AddScoped<HomeReader>().AddScoped<PageContent>();
    }

    /// <summary>Puts the steps and the routes in place.</summary>
    public static void UseApi(this WebApplication app)
    {
        app.UseSecurityHeaders();
        app.UseProblems();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseFormTokens();
        app.MapSignIn();
        app.MapHealth();
        app.MapPages();
        app.MapCompany();
        app.MapWorkflows();
        app.MapApprovals();
        app.MapEscalations();
        app.MapTasks();
        app.MapTools();
        app.MapAuthority();
        app.MapJournal();
        app.MapKeys();
        app.MapOpenApi().RequireAuthorization(Permission.Read);
    }
}
