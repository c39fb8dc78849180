using System.Collections.Concurrent;
using System.Collections.Immutable;
using AiManager.ManagerAgent;

namespace AiManager.Host;

/// <summary>
/// Gathers how work goes. However much there is, one look reads so many rows of the list of workflows, which its index gives, and so many journals, the newest; of each
/// the figures are kept with its last event that is in them, so that the next look reads only what has moved. Thread-safe.
/// </summary>
internal sealed class InsightReader(IReadModels lists, IWorkflowJournal journal, CompanyAtWork atWork, TimeProvider time)
{
    private const int MostRows = 2_000;
    private const int MostRead = 200;
    private const int MostKept = 5_000;
    private const int PageSize = 200;
    private const int EventsAtOnce = 1_000;
    private const int WorkflowsAtOnce = 20;
    private static readonly TimeSpan Usual = TimeSpan.FromDays(30);

    private readonly ConcurrentDictionary<WorkflowId, (int Seq, WorkflowDigest Digest)> _kept = new();

    /// <summary>As it is now.</summary>
    /// <param name="from">Submitted at or after; null for the 30 days before <paramref name="to"/>.</param>
    /// <param name="to">Submitted before; null for now.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<InsightReport> ReadAsync(DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellationToken)
    {
        // What is submitted at this very moment is in.
        var until = to ?? time.GetUtcNow().AddSeconds(1);
        var since = from ?? (until - DateTimeOffset.MinValue > Usual ? until - Usual : DateTimeOffset.MinValue);
        if (since >= until)
        {
            throw new BadHttpRequestException("'from' must lie before 'to'.");
        }

        var (rows, isAll) = await RowsAsync(since, until, cancellationToken);
        return InsightReport.Of(since, until, rows, isAll, await DigestsAsync([.. rows.Take(MostRead).Select(r => r.Workflow)], cancellationToken), atWork.Company.Settings.Currency);
    }

    private async Task<(ImmutableArray<WorkflowRow> Rows, bool IsAll)> RowsAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var rows = ImmutableArray.CreateBuilder<WorkflowRow>();
        string? cursor = null;
        do
        {
            var page = await lists.WorkflowsAsync(new WorkflowQuery(From: from, To: to, Cursor: cursor, Limit: PageSize), cancellationToken);
            rows.AddRange(page.Items);
            cursor = page.Next;
        }
        while (cursor is not null && rows.Count < MostRows);
        return (rows.ToImmutable(), cursor is null);
    }

    private async Task<ImmutableArray<WorkflowDigest>> DigestsAsync(ImmutableArray<WorkflowId> workflows, CancellationToken cancellationToken)
    {
        var digests = new Dictionary<WorkflowId, WorkflowDigest>();
        var known = workflows.Select(w => (Workflow: w, IsKept: _kept.TryGetValue(w, out var kept), Kept: kept)).Where(w => w.IsKept).ToImmutableArray();
        var news = await journal.ReadEachAsync([.. known.Select(k => new StreamPlace(k.Workflow.ToString(), k.Kept.Seq))], null, 1, cancellationToken);
        foreach (var (one, _) in known.Zip(news).Where(k => k.Second.IsEmpty))
        {
            digests[one.Workflow] = one.Kept.Digest;
        }

        foreach (var some in workflows.Where(w => !digests.ContainsKey(w)).Chunk(WorkflowsAtOnce))
        {
            var read = await journal.ReadEachAsync([.. some.Select(w => new StreamPlace(w.ToString(), 0))], null, EventsAtOnce, cancellationToken);
            foreach (var (workflow, events) in some.Zip(read))
            {
                digests[workflow] = await DigestAsync(workflow, events, cancellationToken);
            }
        }

        return [.. workflows.Select(w => digests[w])];
    }

    /// <param name="workflow">Whose.</param>
    /// <param name="page">Its first events.</param>
    /// <param name="cancellationToken">Stops reading the rest.</param>
    private async Task<WorkflowDigest> DigestAsync(WorkflowId workflow, ImmutableArray<StoredEvent> page, CancellationToken cancellationToken)
    {
        var counted = new List<Recorded>();
        for (var after = 0; ; page = await journal.ReadAsync(workflow.ToString(), after, EventsAtOnce, cancellationToken))
        {
            counted.AddRange(page.Where(e => WorkflowDigest.Counts(e.Type)).Select(EventCodec.Decode));
            after = page.IsEmpty ? after : page[^1].Seq;
            if (page.Length < EventsAtOnce)
            {
                var digest = WorkflowDigest.Of(workflow, counted);
                if (_kept.Count >= MostKept)
                {
                    _kept.Clear();
                }

                _kept[workflow] = (after, digest);
                return digest;
            }
        }
    }
}
