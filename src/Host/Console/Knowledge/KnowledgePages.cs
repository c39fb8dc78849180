using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>What stands on the page about knowledge.</summary>
/// <param name="Rows">Every article, by path.</param>
/// <param name="Question">What was looked for; null for nothing.</param>
/// <param name="Found">What answers it, for whoever asks; best first.</param>
internal sealed record KnowledgePage(ImmutableArray<KnowledgeRow> Rows, string? Question, ImmutableArray<FoundPassage> Found);

/// <summary>An article.</summary>
/// <param name="Source">As its file says.</param>
/// <param name="State"><c>holds</c>, <c>expired</c>, <c>not yet</c> or <c>unapproved</c>.</param>
/// <param name="IsForMe">Whether whoever looks may read it.</param>
internal sealed record KnowledgeRow(KnowledgeSource Source, string State, bool IsForMe);

/// <summary>One article, and where in it somebody came to look.</summary>
/// <param name="Row">The article.</param>
/// <param name="Text">Its file.</param>
/// <param name="From">Where the passage begins.</param>
/// <param name="To">Behind its last character; as <paramref name="From"/> for no passage.</param>
internal sealed record ArticlePage(KnowledgeRow Row, string Text, int From, int To);

/// <summary><c>/knowledge</c>: what the company has written down and approved, and what of it agents and people find.</summary>
internal static class KnowledgePages
{
    private const int MostPassages = 10;
    private const int LongestQuestion = 500;

    /// <summary>Maps it.</summary>
    public static void MapKnowledgePages(this IEndpointRouteBuilder app)
    {
        var reading = app.MapGroup("/knowledge").ExcludeFromDescription().RequireAuthorization(Permission.Read);
        reading.MapGet("/", Show);
        reading.MapGet("/{id}", Read);
    }

    private static async Task<IResult> Show(HttpContext context, PageWriter writer, LoadedCompany company, TimeProvider time, string? q = null)
    {
        var question = RequestText.Words("q", q)?.Trim() is { Length: > 0 } words ? words[..Math.Min(words.Length, LongestQuestion)] : null;
        var (person, today) = (Caller.Of(context.User).Person, Today(company, time));
        return await writer.ShowAsync<Knowledge>(context, new KnowledgePage(
            [.. company.Knowledge.Sources.Select(s => Row(s, company, person, today))],
            question,
            question is null ? [] : company.Knowledge.Search(new KnowledgeQuestion(question, Actor.Person(person), today, MostPassages))));
    }

    private static async Task<IResult> Read(string id, HttpContext context, PageWriter writer, LoadedCompany company, TimeProvider time, string? from = null, string? to = null)
    {
        if (company.Knowledge.Sources.FirstOrDefault(s => s.Id == id) is not { } source)
        {
            return new PageFault(StatusCodes.Status404NotFound, "There is no such article.");
        }

        var row = Row(source, company, Caller.Of(context.User).Person, Today(company, time));
        if (!row.IsForMe)
        {
            return new PageFault(StatusCodes.Status403Forbidden, $"It is meant for {string.Join(", ", source.Audience)}.");
        }

        var text = company.Bundle.Texts[source.Path];
        var begin = RequestText.Whole("from", from, 0, text.Length) ?? 0;
        return await writer.ShowAsync<Article>(context, new ArticlePage(row, text, begin, Math.Max(begin, RequestText.Whole("to", to, 0, text.Length) ?? begin)));
    }

    private static DateOnly Today(LoadedCompany company, TimeProvider time) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), company.Settings.TimeZone).DateTime);

    /// <summary>What nobody has approved is shown as such, and to nobody what it says; what is for some is for nobody else, whatever else they may.</summary>
    private static KnowledgeRow Row(KnowledgeSource source, LoadedCompany company, string person, DateOnly today) => new(
        source,
        source.ApprovedBy is null ? "unapproved" : today < source.ValidFrom ? "not yet" : today > source.ValidUntil ? "expired" : "holds",
        source.ApprovedBy is not null
            && (source.Audience.IsEmpty || source.Audience.Contains(person) || ((IDirectory)company.Directory).Person(person)?.Roles.Any(r => source.Audience.Contains(r)) == true));
}
