using System.Collections.Immutable;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>
/// Says what a drafted <c>authority.yaml</c> would be and do. Nothing of it comes into force, is kept or is called. It is arithmetic over all calls, and whoever may read may ask: one draft of a
/// person at a time (<see cref="RequestLimits.Drafts"/>), and half of the machine for all of them. Thread-safe.
/// </summary>
internal sealed class DraftDesk(IWorkflowJournal journal, IReadModels lists, IBlobs blobs, CompanyAtWork atWork, PermissionTable table, TimeProvider time) : IDisposable
{
    /// <summary>The file that is drafted.</summary>
    public const string File = "authority.yaml";

    /// <summary>Characters that it may have.</summary>
    public const int LongestText = 200_000;

    private const int MostWorkflows = 200;
    private const int MostEvents = 20_000;
    private const int PageSize = 500;

    /// <summary>What a replay reads of the company's stream; the rest is not even decoded.</summary>
    private static readonly HashSet<string> OfCompany = new(StringComparer.Ordinal) { nameof(SourceListed), nameof(ToolClassified) };

    private readonly SemaphoreSlim _turns = new(Math.Max(2, Environment.ProcessorCount / 2));

    /// <summary>Compares a text with the policy in force.</summary>
    public async Task<DraftFindings> LookAsync(LoadedCompany company, string text, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken);
        try
        {
            return Bind(company, text) switch
            {
                (null, var faults) => DraftFindings.Unusable(faults),
                var (draft, _) => await LookAsync(company, draft, cancellationToken),
            };
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();

    private static (LoadedCompany? Draft, ImmutableArray<string> Faults) Bind(LoadedCompany company, string text)
    {
        if (text.Length > LongestText)
        {
            return (null, [$"It has more than {LongestText} characters; look at it with 'authority diff' in a terminal."]);
        }

        if (!Readable.Is(text))
        {
            return (null, ["It " + Readable.Fault]);
        }

        try
        {
            return (company.Other(CompanyFolder.Of(company.Bundle.Texts.SetItem(File, text))), []);
        }
        catch (ConfigException refused)
        {
            return (null, [.. refused.Faults.Select(f => f.ToString())]);
        }
    }

    private async Task<DraftFindings> LookAsync(LoadedCompany company, LoadedCompany draft, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (permissions, known) = table.Of(company);
        var analyst = PolicyAnalyst.Of(draft.Tools, draft.Directory, now);
        var diff = PolicyAnalyst.Of(company.Tools, company.Directory, now).DiffTo(analyst);
        cancellationToken.ThrowIfCancellationRequested();
        var desk = draft.Tools.Rehearsal(time);
        var (replay, workflows, isWhole) = await ReplayAsync(draft.Tools, cancellationToken);
        var seen = known.Select(f => (f.Id, f.Kind, f.Message)).ToHashSet();
        return new DraftFindings(
            [],
            desk.RunTests(),
            [.. desk.Coverage().Missing.Select(m => $"{m.Place}: {m.Message}")],
            [.. analyst.Lint().Where(f => !seen.Contains((f.Id, f.Kind, f.Message)))],
            [
                .. permissions.Values.Select(p => (Was: p, Now: analyst.PermissionOf(p.Agent, p.Tool))).Where(c => !c.Was.Verdicts.SequenceEqual(c.Now.Verdicts))
                    .Select(c => new CellChange(c.Was.Agent, c.Was.Tool, c.Was.Verdicts, c.Now.Verdicts)),
            ],
            diff.Changes,
            diff.IsWider,
            replay,
            workflows,
            isWhole);
    }

    /// <summary>The newest workflows: a page must answer, however long the journal is.</summary>
    private async Task<(ReplayReport Report, int Workflows, bool IsWhole)> ReplayAsync(CompanyTools tools, CancellationToken cancellationToken)
    {
        var replay = PolicyReplay.Under(tools, atWork.Get<EarlierTools>(), blobs);
        await FeedAsync(replay, CompanyState.Stream, OfCompany.Contains, cancellationToken);
        var newest = await lists.WorkflowsAsync(new WorkflowQuery(Limit: MostWorkflows), cancellationToken);
        var (events, workflows) = (0, 0);
        foreach (var row in newest.Items)
        {
            if (events >= MostEvents)
            {
                return (replay.Report(), workflows, false);
            }

            events += await FeedAsync(replay, row.Workflow.ToString(), _ => true, cancellationToken);
            workflows++;
        }

        return (replay.Report(), workflows, newest.Next is null);
    }

    /// <summary>Gives a replay what it reads of a stream; how many events that stream has.</summary>
    private async Task<int> FeedAsync(PolicyReplay replay, string stream, Func<string, bool> isRead, CancellationToken cancellationToken)
    {
        var events = 0;
        for (var (after, isLast) = (0, false); !isLast;)
        {
            var page = await journal.ReadAsync(stream, after, PageSize, cancellationToken);
            foreach (var stored in page)
            {
                after = stored.Seq;
                if (isRead(stored.Type))
                {
                    await replay.AddAsync(stream, EventCodec.Decode(stored), cancellationToken);
                }
            }

            events += page.Length;
            isLast = page.Length < PageSize;
        }

        return events;
    }
}
