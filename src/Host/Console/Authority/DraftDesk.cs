using System.Collections.Immutable;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>
/// Says what a drafted <c>authority.yaml</c> would be and do, and proposes it where somebody wants that. By looking nothing of it comes into force, is kept or is called. It is arithmetic
/// over all calls, and whoever may read may ask: one draft of a person at a time (<see cref="RequestLimits.Drafts"/>), and half of the machine for all of them. Thread-safe.
/// </summary>
internal sealed class DraftDesk(IWorkflowJournal journal, IReadModels lists, IBlobs blobs, CompanyAtWork atWork, CompanyStream stream, PermissionTable table, TimeProvider time) : IDisposable
{
    /// <summary>The file that is drafted.</summary>
    public const string File = "authority.yaml";

    /// <summary>Characters that it may have.</summary>
    public const int LongestText = 200_000;

    private const int MostWorkflows = 200;
    private const int MostEvents = 20_000;
    private const int MostOfMonitors = 5_000;
    private const int MostPages = 10;

    /// <summary>How long one look may take: how far all calls of many rules reach is found out by trying, and whoever may read may ask.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>What a replay reads of the company's stream; the rest is not even decoded.</summary>
    private static readonly HashSet<string> OfCompany = new(StringComparer.Ordinal) { nameof(SourceListed), nameof(ToolClassified) };

    private readonly SemaphoreSlim _turns = new(Math.Max(2, Environment.ProcessorCount / 2));

    /// <summary>Compares a text with the policy in force.</summary>
    /// <param name="company">What is in force.</param>
    /// <param name="text">The draft.</param>
    /// <param name="span">Which decisions are made again.</param>
    /// <param name="cancellationToken">Stops.</param>
    public Task<DraftFindings> LookAsync(LoadedCompany company, string text, TimeWindow span, CancellationToken cancellationToken) => InTurnAsync(
        async () => Bind(company, text) switch
        {
            (null, var faults) => DraftFindings.Unusable(faults),
            var (draft, _) => await LookAsync(company, draft, span, cancellationToken),
        },
        cancellationToken);

    /// <summary>Compares files that were proposed with those in force, over the newest of all history.</summary>
    /// <param name="company">What is in force.</param>
    /// <param name="files">What is proposed.</param>
    /// <param name="cancellationToken">Stops.</param>
    public Task<DraftFindings> LookAsync(LoadedCompany company, CompanyBundle files, CancellationToken cancellationToken) => InTurnAsync(
        async () =>
        {
            try
            {
                return await LookAsync(company, company.Other(files), default, cancellationToken);
            }
            catch (ConfigException refused)
            {
                return DraftFindings.Unusable(refused.Faults.Select(f => f.ToString()));
            }
        },
        cancellationToken);

    private async Task<DraftFindings> InTurnAsync(Func<Task<DraftFindings>> look, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken);
        try
        {
            return await look();
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <summary>Proposes a text, or brings it into force where it lets nothing more through: what <c>activate</c> does with a folder. Only where somebody confirms changes.</summary>
    /// <param name="company">What is in force here.</param>
    /// <param name="text">The draft.</param>
    /// <param name="basis">The configuration that it was compared with, by its digest.</param>
    /// <param name="person">Who proposes it.</param>
    /// <param name="reason">Why; null for no reason.</param>
    /// <param name="cancellationToken">Stops waiting; it may still have been proposed.</param>
    /// <returns>What came of it; null with the reasons where nothing was done.</returns>
    public async Task<(Activation? Done, ImmutableArray<string> Faults)> ProposeAsync(
        LoadedCompany company, string text, string basis, string person, string? reason, CancellationToken cancellationToken)
    {
        if (company.Settings.ChangeControl is null)
        {
            return (null, ["company.yaml names nobody who confirms changes (changeControl): files alone are the configuration."]);
        }

        if (reason?.Length > ChangeDesk.LongestReason)
        {
            return (null, [$"Say why in at most {ChangeDesk.LongestReason} characters."]);
        }

        // The text goes among the files that this host runs: those must be the ones too.
        if (company.Bundle.Hash != basis)
        {
            return (new Activation.Outdated(), []);
        }

        var (draft, faults) = Bind(company, text);
        if (draft is null)
        {
            return (null, faults);
        }

        await stream.RefreshAsync(cancellationToken);
        return (await new BundleActivation(stream, blobs, company.Other).ActivateAsync(draft.Bundle, overrides: true, person, reason, cancellationToken, Caller.Console, basis), []);
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

    private async Task<DraftFindings> LookAsync(LoadedCompany company, LoadedCompany draft, TimeWindow span, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            return await ReasonAsync(company, draft, span, stop.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return DraftFindings.Unsaid($"{Patience.TotalSeconds:0} seconds were not enough. Look at it with 'authority diff' in a terminal.");
        }
    }

    private async Task<DraftFindings> ReasonAsync(LoadedCompany company, LoadedCompany draft, TimeWindow span, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (permissions, known) = table.Of(company);
        var analyst = PolicyAnalyst.Of(draft.Tools, draft.Directory, now, company.Tools.Catalog);
        var diff = PolicyAnalyst.Of(company.Tools, company.Directory, now).DiffTo(analyst, cancellationToken);
        var desk = draft.Tools.Rehearsal(time);
        var (replay, workflows, isWhole) = await ReplayAsync(company, draft.Tools, span, cancellationToken);
        var seen = known.Select(f => (f.Id, f.Kind, f.Message)).ToHashSet();
        return new DraftFindings(
            [],
            desk.RunTests(),
            [.. desk.Coverage().Missing.Select(m => $"{m.Place}: {m.Message}")],
            [.. analyst.Lint(cancellationToken).Where(f => !seen.Contains((f.Id, f.Kind, f.Message)))],
            [
                .. permissions.Values.Select(p => (Was: p, Now: analyst.PermissionOf(p.Agent, p.Tool, cancellationToken))).Where(c => !c.Was.Verdicts.SequenceEqual(c.Now.Verdicts))
                    .Select(c => new CellChange(c.Was.Agent, c.Was.Tool, c.Was.Verdicts, c.Now.Verdicts)),
            ],
            diff.Changes,
            diff.IsWider,
            replay,
            workflows,
            isWhole);
    }

    /// <summary>The newest workflows that anything happened in then, and the monitors of today: a page must answer, however long the journal is.</summary>
    private async Task<(ReplayReport Report, int Workflows, bool IsWhole)> ReplayAsync(LoadedCompany company, CompanyTools tools, TimeWindow span, CancellationToken cancellationToken)
    {
        var replay = PolicyReplay.Under(tools, atWork.Get<EarlierTools>(), blobs, span.From, span.To);
        await FeedAsync(replay, CompanyState.Stream, OfCompany.Contains, int.MaxValue, cancellationToken);
        var isWhole = true;
        foreach (var monitor in company.Monitors)
        {
            isWhole &= await FeedAsync(replay, MonitorId.Named(monitor.Name).ToString(), _ => true, MostOfMonitors, cancellationToken) < MostOfMonitors;
        }

        var (events, workflows, cursor) = (0, 0, (string?)null);
        for (var page = 0; page < MostPages; page++)
        {
            var rows = await lists.WorkflowsAsync(new WorkflowQuery(To: span.To, Cursor: cursor, Limit: MostWorkflows), cancellationToken);
            foreach (var row in rows.Items.Where(r => span.From is not { } from || r.UpdatedAt >= from))
            {
                if (events >= MostEvents || workflows >= MostWorkflows)
                {
                    return (replay.Report(), workflows, false);
                }

                events += await FeedAsync(replay, row.Workflow.ToString(), _ => true, int.MaxValue, cancellationToken);
                workflows++;
            }

            if (rows.Next is not { } next)
            {
                return (replay.Report(), workflows, isWhole);
            }

            cursor = next;
        }

        return (replay.Report(), workflows, false);
    }

    /// <summary>Gives a replay what it reads of a stream, from its beginning; how many events that were.</summary>
    private async Task<int> FeedAsync(PolicyReplay replay, string stream, Func<string, bool> isRead, int most, CancellationToken cancellationToken)
    {
        var events = 0;
        await foreach (var page in JournalPages.OfAsync(journal, stream, cancellationToken))
        {
            foreach (var stored in page.Where(e => isRead(e.Type)))
            {
                await replay.AddAsync(stream, EventCodec.Decode(stored), cancellationToken);
            }

            events += page.Length;
            if (events >= most)
            {
                break;
            }
        }

        return events;
    }
}
