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
        return services.AddScoped<PageContent>().AddScoped<WorkflowLook>().AddScoped<PageWriter>().AddScoped<ApprovalCards>().AddScoped<InboxReader>().AddScoped<HomeReader>().AddScoped<EscalationAnswers>().AddScoped<AuditReader>().AddScoped<MailLinks>();
    }

    /// <summary>Maps them all.</summary>
    public static void MapConsole(this IEndpointRouteBuilder app)
    {
        var pages = app.MapGroup(string.Empty).AddEndpointFilter(NoTerminalAsync);
        app.MapConsoleAssets();
        pages.MapHomePages();
        pages.MapInboxPages();
        pages.MapWorkflowPages();
        pages.MapMonitorPages();
        pages.MapAuthorityPages();
        pages.MapDraftPages();
        pages.MapChangePages();
        pages.MapKnowledgePages();
        pages.MapAuditPages();
        pages.MapCompanyPages();
        pages.MapJobPages();
        pages.MapInsightPages();
        pages.MapOutgoingPages();
        pages.MapKeyPages();
        pages.MapMailPages();
    }

    /// <summary>Forms are for browsers: what a terminal does for anybody goes over the API, where it is asked whether it may.</summary>
    private static async ValueTask<object?> NoTerminalAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var context = invocation.HttpContext;
        return !HttpMethods.IsGet(context.Request.Method) && context.User.Identity?.IsAuthenticated == true
            && Caller.Of(context.User).IsUnprovenTerminal(context.RequestServices.GetRequiredService<LoadedCompany>().Settings)
            ? new PageFault(StatusCodes.Status403Forbidden, ChangeBody.NoTerminal)
            : await next(invocation);
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
