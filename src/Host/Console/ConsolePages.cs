using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AiManager.Host;

/// <summary>The console: pages for people. Each works without the script; the form tokens are checked in front, by <see cref="CompanySignIn"/>.</summary>
internal static class ConsolePages
{
    /// <summary>Adds what its pages are made by.</summary>
    public static IServiceCollection AddConsole(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddSingleton<Pulse>().AddSingleton<LivePages>().AddSingleton<PermissionTable>().AddSingleton<DraftDesk>().AddSingleton<VerifyDesk>().AddSingleton<TrackRecords>();
        return services.AddScoped<PageContent>().AddScoped<PageWriter>().AddScoped<ApprovalCards>().AddScoped<InboxReader>().AddScoped<HomeReader>().AddScoped<EscalationAnswers>().AddScoped<AuditReader>().AddScoped<MailLinks>();
    }

    /// <summary>Maps them all.</summary>
    public static void MapConsole(this IEndpointRouteBuilder app)
    {
        app.MapConsoleAssets();
        app.MapHomePages();
        app.MapInboxPages();
        app.MapWorkflowPages();
        app.MapMonitorPages();
        app.MapAuthorityPages();
        app.MapDraftPages();
        app.MapChangePages();
        app.MapKnowledgePages();
        app.MapAuditPages();
        app.MapCompanyPages();
        app.MapJobPages();
        app.MapInsightPages();
        app.MapOutgoingPages();
        app.MapKeyPages();
        app.MapMailPages();
    }

    /// <summary>What whoever is not signed in sees, and nothing else.</summary>
    public static IResult SignedOut(HttpContext context, int status, string? notice)
    {
        var content = context.RequestServices.GetRequiredService<PageContent>();
        var tokens = context.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(context);
        (content.FormField, content.FormToken, content.Notice) = (tokens.FormFieldName, tokens.RequestToken ?? string.Empty, notice);
        if (context.RequestServices.GetRequiredService<LoadedCompany>().Settings.Oidc is { } oidc)
        {
            // Whoever asked for a page comes back to it.
            var here = context.Request.Path.StartsWithSegments("/sign-in") || !HttpMethods.IsGet(context.Request.Method) ? "/" : $"{context.Request.Path}{context.Request.QueryString}";
            content.Provider = (oidc.Name, $"{OidcPages.Begins}?back={Uri.EscapeDataString(here)}");
        }

        return new RazorComponentResult<SignIn> { StatusCode = status };
    }
}
