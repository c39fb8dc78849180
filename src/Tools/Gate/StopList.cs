using System.Text.Json;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>What somebody has stopped: a tool, an agent, a workflow, everything. Read anew each time; the company's stream says so for every host.</summary>
internal sealed class StopList(ICompany company)
{
    /// <summary>
    /// Goes with an append that starts something: whatever was appended to the company's stream since this was taken refuses it. Taken before anything is decided, so
    /// that nothing starts on an older answer than that of the moment in which it is written.
    /// </summary>
    public Guard.CompanyAt Unchanged() => new(company.State.Seq);

    /// <summary>
    /// True when the company's stream has gone on since, and what is stopped has not changed: somebody signed in, or made a key. An append that was refused meanwhile is made
    /// anew, and counts as no race: how often people come and go says nothing about a call.
    /// </summary>
    public bool IsStillSo(Guard.CompanyAt since) => company.State is { Seq: var seq, StopsSeq: var stops } && seq > since.Seq && stops <= since.Seq;

    /// <summary>Why <paramref name="tool"/> must not run for anybody; null when it may.</summary>
    public string? WhyNot(string tool) => Unreadable ?? company.State.StopOfTool(tool)?.Words;

    /// <summary>Why it must not run for <paramref name="agent"/> (or <c>system</c>), wherever it works; null when it may.</summary>
    public string? WhyNot(string tool, string agent) => WhyNot(tool) ?? company.State.StopOf(agent)?.Words;

    /// <summary>The same in a workflow.</summary>
    public string? WhyNot(string tool, string agent, WorkflowState workflow) => WhyNot(tool, agent) ?? company.State.StopOf(workflow)?.Words;

    /// <summary>Why <paramref name="role"/> (an agent, or the manager) must not ask a model in a workflow; null when it may.</summary>
    public string? WhyNotAsk(string role, WorkflowState workflow) => Unreadable ?? company.State.StopOf(role)?.Words ?? company.State.StopOf(workflow)?.Words;

    /// <summary>
    /// Holds what somebody has stopped for a time: the workflow, or the task whose agent it is. Nobody is refused anything over that, and the work goes on where it
    /// stands once the suspension is lifted.
    /// </summary>
    /// <param name="role">Who would act: an agent's name, <c>manager</c>, <c>system</c>.</param>
    /// <param name="task">For which task; null for none.</param>
    /// <param name="log">The workflow.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>True when it is held now. False when nothing holds it, a suspended tool included; when it is over; and where nobody can be waited for.</returns>
    public async Task<bool> HoldAsync(string role, TaskId? task, IWorkflowLog log, CancellationToken cancellationToken)
    {
        if (!log.CanWait || HoldOf(role, task, log.State) is not { } hold)
        {
            return false;
        }

        await log.AppendAsync([hold], [], Actor.System, cancellationToken);
        return log.State.Status == WorkflowStatus.Paused || (hold.Task is { } held && log.State.Task(held) is { IsHeld: true });
    }

    /// <summary>After an append was refused: when that was because the company's stream went on, reads on.</summary>
    public async Task CatchUpAsync(LogResult result, CancellationToken cancellationToken)
    {
        if (result is LogResult.Refused { Guard: Guard.CompanyAt })
        {
            try
            {
                await company.CatchUpAsync(cancellationToken);
            }
            catch (Exception cause) when (cause is UnknownEventException or JsonException)
            {
                // It stands in Unreadable now, and nothing runs.
            }
        }
    }

    private WorkHeld? HoldOf(string role, TaskId? task, WorkflowState workflow) =>
        company.State.StopOf(workflow) is { } all ? all.Hold(null)
        : task is not null && company.State.StopOf(role) is { } one ? one.Hold(task)
        : null;

    private string? Unreadable => company.Unreadable is { } unreadable ? $"Nobody knows what has been stopped: {unreadable}" : null;
}
