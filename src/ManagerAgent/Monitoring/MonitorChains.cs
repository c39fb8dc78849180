using System.Collections.Immutable;

namespace AiManager.ManagerAgent;

/// <summary>Which monitors led to a workflow: it names the run that submitted it, that run names the workflow that set it off, and so on.</summary>
internal sealed class MonitorChains(IWorkflowJournal journal)
{
    /// <summary>Steps that are looked back; a chain that is longer is too long anyway.</summary>
    private const int MostSteps = 32;

    /// <summary>The monitors behind a workflow, the nearest first; none for a workflow that a person asked for.</summary>
    public async Task<ImmutableArray<MonitorId>> OfAsync(WorkflowId? cause, CancellationToken cancellationToken)
    {
        var chain = ImmutableArray.CreateBuilder<MonitorId>();
        for (var step = 0; cause is { } workflow && step < MostSteps; step++)
        {
            if (await FirstAsync(workflow.ToString(), 0, cancellationToken) is not { } stored || EventCodec.Decode(stored).Event is not GoalSubmitted submitted)
            {
                break;
            }

            cause = submitted.Parent;
            if (stored.Cause.Split('/') is [var monitor, var seq] && PrefixedId.TryRead<MonitorId>(monitor, out var id) && int.TryParse(seq, out var number))
            {
                chain.Add(id);
                cause = await FirstAsync(monitor, number - 1, cancellationToken) is { } fired && EventCodec.Decode(fired).Event is MonitorFired run ? run.Cause : null;
            }
        }

        return chain.ToImmutable();
    }

    private async Task<StoredEvent?> FirstAsync(string stream, int afterSeq, CancellationToken cancellationToken) =>
        await journal.ReadAsync(stream, afterSeq, 1, cancellationToken) is [var first, ..] ? first : null;
}
