using System.Collections.Immutable;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AiManager.Host;

/// <summary>A page of an inbox. Its body is a bare array; where the list goes on stands in the header that RFC 8288 has for it.</summary>
internal static class InboxPage
{
    private const string Cursor = "cursor";

    /// <summary>What is asked for. Throws <see cref="BadHttpRequestException"/>.</summary>
    public static InboxQuery Asked(string? status, string? workflow, string? cursor, string? limit) => new(
        status,
        string.IsNullOrEmpty(workflow) ? null
            : PrefixedId.TryRead<WorkflowId>(workflow, out var id) ? id
            : throw new BadHttpRequestException($"'{RequestText.Short(workflow)}' is not an id of the form {WorkflowId.Prefix}…."),
        RequestText.Words(Cursor, cursor),
        RequestText.Whole("limit", limit, 1, InboxQuery.MostRows) ?? InboxQuery.MostRows);

    /// <summary>The page, and where the next one is.</summary>
    public static async Task<Ok<ImmutableArray<TItem>>> ReplyAsync<TFound, TItem>(HttpContext http, Task<Page<TFound>> reading, Func<TFound, TItem> map)
    {
        try
        {
            var page = await reading;
            if (page.Next is { } next)
            {
                var query = http.Request.Query.Where(p => p.Key != Cursor).Select(p => KeyValuePair.Create(p.Key, (string?)p.Value.ToString())).Append(KeyValuePair.Create(Cursor, (string?)next));
                http.Response.Headers.Link = $"<{http.Request.Path}{QueryString.Create(query)}>; rel=\"next\"";
            }

            return TypedResults.Ok(page.Items.Select(map).ToImmutableArray());
        }
        catch (FormatException fault)
        {
            throw new BadHttpRequestException($"'{Cursor}' must be the one that the page before names.", fault);
        }
    }
}
