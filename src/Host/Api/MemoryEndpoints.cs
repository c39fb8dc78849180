using System.Collections.Immutable;
using AiManager.ManagerAgent;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AiManager.Host;

/// <summary><c>/api/memory</c>: what is remembered of workflows, and what has to do with one.</summary>
internal static class MemoryEndpoints
{
    /// <summary>A header of answers that tell what is remembered: set while there is more in the journal than has been read, or while vectors are being read into the process.</summary>
    public const string Behind = "Memory-Behind";

    private const int Default = 10;
    private const int Most = 100;

    /// <summary>Maps them.</summary>
    public static void MapMemory(this IEndpointRouteBuilder app)
    {
        var memory = app.MapGroup("/api/memory").WithTags("Memory").RequireAuthorization(Permission.Read);
        memory.MapGet("/", Search).WithName("SearchMemory").WithSummary("What is remembered about q, best first; kind: workflow, task or decision");
        memory.MapGet("/stats", Stats).WithName("MemoryStats").WithSummary("How much is remembered, and how far the journal has been read");
        app.MapGroup("/api/workflows").WithTags("Memory").RequireAuthorization(Permission.Read)
            .MapGet("/{id}/related", Related).WithName("RelatedWork").WithSummary("Open and finished workflows about the same things; of those that are open and the same, each may be joined");
    }

    private static async Task<Results<Ok<ImmutableArray<MemoryResource>>, ProblemHttpResult>> Search(
        MemoryDesk desk, HttpResponse response, CancellationToken cancellationToken, string? q = null, string? kind = null, string? limit = null)
    {
        var (words, only, most) = (RequestText.Words("q", q), RequestText.Word("kind", kind, MemoryKindNames.All), RequestText.Whole("limit", limit, 1, Most) ?? Default);
        if (MemoryDesk.WhyNot(words) is { } why)
        {
            return Problems.Invalid($"'q' is no question. {why}");
        }

        var question = new MemoryQuestion(words!, most) { Kinds = only is null ? [] : [MemoryKindNames.Read(only)!.Value] };
        var found = await FreshAsync(desk, response, () => desk.Memories.SearchAsync(question, cancellationToken), cancellationToken);
        return TypedResults.Ok<ImmutableArray<MemoryResource>>([.. found.Select(MemoryResource.Of)]);
    }

    private static async Task<Ok<MemoryStatsResource>> Stats(MemoryDesk desk, CancellationToken cancellationToken)
    {
        var stats = await desk.Memories.StatsAsync(cancellationToken);
        return TypedResults.Ok(new MemoryStatsResource(stats.Entries, stats.Space, stats.Outside, stats.Position, stats.Without, stats.Place, stats.Behind, stats.WordsAlone));
    }

    private static async Task<Results<Ok<ImmutableArray<RelatedResource>>, ProblemHttpResult>> Related(
        string id, WorkflowDesk workflows, MemoryDesk desk, HttpResponse response, CancellationToken cancellationToken)
    {
        var workflow = RequestText.Id<WorkflowId>(id);
        if (await workflows.FindAsync(workflow, cancellationToken) is not { State: { Submitted: { } submitted } state })
        {
            return Problems.NotFound("There is no such workflow.");
        }

        var related = await FreshAsync(desk, response, () => desk.RememberedAsync(submitted.Goal.Words, workflow, Memorable.LabelsOf(state), cancellationToken), cancellationToken);
        return TypedResults.Ok(RelatedResource.Of(related));
    }

    /// <summary>Reads what is new and asks; where either takes longer than a moment, the answer says that it is made of what has been read so far.</summary>
    private static async Task<T> FreshAsync<T>(MemoryDesk desk, HttpResponse response, Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        var isFresh = await desk.FreshenAsync(cancellationToken);
        var answer = await ask();
        if (!isFresh || desk.Memories.IsFilling)
        {
            response.Headers[Behind] = "true";
        }

        return answer;
    }
}

/// <summary>Something remembered, as it is shown outside.</summary>
/// <param name="Id">The id of what it tells of.</param>
/// <param name="Kind"><c>workflow</c>, <c>task</c> or <c>decision</c>.</param>
/// <param name="Workflow">In which workflow.</param>
/// <param name="Title">One line.</param>
/// <param name="Text">What is remembered.</param>
/// <param name="Labels">What is confidential about it.</param>
/// <param name="IsOpen">True while it is not over.</param>
/// <param name="At">When.</param>
internal sealed record MemoryResource(string Id, string Kind, WorkflowId Workflow, string Title, string Text, ImmutableArray<string> Labels, bool IsOpen, DateTimeOffset At)
{
    /// <summary>As it was found.</summary>
    public static MemoryResource Of(FoundMemory found) => new(
        found.Entry.Id, MemoryKindNames.Write(found.Entry.Kind), found.Entry.Workflow, found.Entry.Title, found.Entry.Text, found.Entry.Labels, found.Entry.IsOpen, found.Entry.At);
}

/// <summary>What is remembered, in numbers.</summary>
/// <param name="Entries">By kind.</param>
/// <param name="Space">The space of vectors in use.</param>
/// <param name="Outside">Entries that are found by their words alone, until they are embedded anew.</param>
/// <param name="Position">How far the journal has been read.</param>
/// <param name="Without">Entries that are to have no vector, because of labels or because the model refuses them.</param>
/// <param name="Place">Where vectors are searched.</param>
/// <param name="Behind">Changes that have not been brought there yet.</param>
/// <param name="WordsAlone">Why entries are found by their words alone at the moment; null when they are not.</param>
internal sealed record MemoryStatsResource(
    ImmutableSortedDictionary<string, long> Entries, string Space, long Outside, long Position, long Without, string Place, long Behind, string? WordsAlone);

/// <summary>A workflow that has to do with another.</summary>
/// <param name="Workflow">Which.</param>
/// <param name="Goal">Its goal.</param>
/// <param name="Relation"><c>join</c>: the same and open; <c>same</c>: the same and over; <c>like</c>: something like it.</param>
/// <param name="Shared">What both name.</param>
/// <param name="Told">What is remembered of it.</param>
internal sealed record RelatedResource(WorkflowId Workflow, string Goal, string Relation, ImmutableArray<string> Shared, string Told)
{
    /// <summary>As it was found.</summary>
    public static RelatedResource Of(RelatedWorkflow related) => new(
        related.Workflow, related.Goal, related.Relation, related.Shared, related.Told);

    /// <summary>As they were found.</summary>
    public static ImmutableArray<RelatedResource> Of(ImmutableArray<RelatedWorkflow> related) => [.. related.Select(Of)];
}
