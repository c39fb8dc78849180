using Microsoft.AspNetCore.Http.HttpResults;

namespace AiManager.Host;

/// <summary><c>/api/company</c>: who works here, and which model thinks.</summary>
internal static class CompanyEndpoints
{
    /// <summary>Maps it.</summary>
    public static void MapCompany(this IEndpointRouteBuilder app) =>
        app.MapGroup("/api/company").WithTags("Company").RequireAuthorization(Permission.Read)
            .MapGet("/", Ok<CompanyResource> (LoadedCompany company) => TypedResults.Ok(company.ToResource())).WithName("GetCompany").WithSummary("The company, its people, and the model in use");
}
