using System.Collections.Immutable;

namespace AiManager.ManagerAgent;

/// <summary>What led to a workflow: it names the run that submitted it, that run names the workflow that set it off, and so on.</summary>
internal sealed class MonitorChains(IWorkflowJournal journal, IWorkflowOutside workflows)
{
    /// <summary>Steps that are looked back; a chain that is longer is too long anyway.</summary>
    private const int MostSteps = 32;

    /// <summary>The monitors behind a workflow, the nearest first, and all that it comes from; none, and null, where no workflow sets anything off.</summary>
    public async Task<(ImmutableArray<MonitorId> Chain, Ancestry? Ancestry)> OfAsync(WorkflowId? cause, CancellationToken cancellationToken)
    {
        var chain = ImmutableArray.CreateBuilder<MonitorId>();
        var behind = new List<WorkflowId>();
        var agents = new SortedSet<string>(StringComparer.Ordinal);
        for (var step = 0; cause is { } workflow && step < MostSteps; step++)
        {
            Add(behind, workflow);
            if (await FirstAsync(workflow.ToString(), 0, cancellationToken) is not { } stored || EventCodec.Decode(stored).Event is not GoalSubmitted submitted)
            {
                break;
            }

            // Those from before this was told are looked up step by step; and of one that is archived on the way the later ones know.
            submitted.Ancestry?.Workflows.ToList().ForEach(w => Add(behind, w));
            agents.UnionWith(submitted.Ancestry?.Agents ?? []);
            agents.UnionWith(await ActedAsync(workflow, cancellationToken));
            cause = submitted.Parent;
            if (stored.Cause.Split('/') is [var monitor, var seq] && PrefixedId.TryRead<MonitorId>(monitor, out var id) && int.TryParse(seq, out var number))
            {
                chain.Add(id);
                cause = await FirstAsync(monitor, number - 1, cancellationToken) is { } fired && EventCodec.Decode(fired).Event is MonitorFired run ? run.Cause : null;
            }
        }

        return (chain.ToImmutable(), behind.Count == 0 ? null : new Ancestry([.. behind], [.. agents]));
    }

    private static void Add(List<WorkflowId> all, WorkflowId one)
    {
        if (!all.Contains(one))
        {
            all.Add(one);
        }
    }

    /// <summary>Agents that have begun something in a workflow; none of one that is not there.</summary>
    private async Task<IEnumerable<string>> ActedAsync(WorkflowId workflow, CancellationToken cancellationToken) =>
        await workflows.ReadAsync(workflow, cancellationToken) is { } state
            ? state.Calls.Values.Where(c => c.Started is not null && c.Proposed.Agent != Actor.System.Value).Select(c => c.Proposed.Agent)
            : [];

    private async Task<StoredEvent?> FirstAsync(string stream, int afterSeq, CancellationToken cancellationToken) =>
        await journal.ReadAsync(stream, afterSeq, 1, cancellationToken) is [var first, ..] ? first : null;
}
