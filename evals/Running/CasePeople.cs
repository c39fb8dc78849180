using AiManager.ExecutionAgents;
using AiManager.Host;
using AiManager.ManagerAgent;
using AiManager.Tools;

namespace AiManager.Evals;

/// <summary>What people do between the runs of a case: through the same desks as a page or a program, in this process, while no run is under way.</summary>
/// <param name="host">Where they work.</param>
/// <param name="workflow">The last run's.</param>
internal sealed class CasePeople(InProcessHost host, WorkflowId workflow)
{
    private readonly CompanyResource _company = host.Company.ToResource();
    private readonly WorkflowDesk _workflows = host.Get<WorkflowDesk>();
    private readonly AnswerDesk _answers = host.Get<AnswerDesk>();
    private readonly ApprovalDesk _approvals = host.Get<ApprovalDesk>();

    private string Requester => _company.PersonOrOperator(null).Id;

    /// <summary>Does it. Null when it was done, else why not: a person's act that does nothing would leave its case without its trouble.</summary>
    public static async Task<string?> ActAsync(CaseFolder folder, JsonText? last, RunStep.Person act, CancellationToken cancellationToken)
    {
        if (last is not { } json || !json.ToElement().TryGetProperty("id", out var id) || !PrefixedId.TryRead<WorkflowId>(id.GetString() ?? string.Empty, out var workflow))
        {
            return "there is no workflow to do it to";
        }

        await using var host = await InProcessHost.OpenAsync(folder, company => new ScriptedModelClient(company.Scripts), TimeProvider.System, isSerial: false, cancellationToken);
        return await new CasePeople(host, workflow).ActAsync(act, cancellationToken);
    }

    private async Task<string?> ActAsync(RunStep.Person act, CancellationToken cancellationToken)
    {
        if (await _workflows.FindAsync(workflow, cancellationToken) is not { State: var state })
        {
            return $"there is no workflow {workflow}";
        }

        return act switch
        {
            RunStep.Decide decide => await DecideAsync(
                state, decide.Role, decide.Reason is { } reason ? new ApprovalAnswer.Reject(reason) : new ApprovalAnswer.Approve(), _ => true, cancellationToken),
            RunStep.Edit edit => state.Tasks.FirstOrDefault(t => t.Task.Key == edit.Task) is { } task
                ? await DecideAsync(state, edit.Role, new ApprovalAnswer.Edit(edit.Args), a => a.Requested.Task == task.Task.Id, cancellationToken)
                : $"there is no task '{edit.Task}'",
            RunStep.Answer answer => await AnswerAsync(state, answer, cancellationToken),
            RunStep.HandIn handIn => state.Tasks.FirstOrDefault(t => t.Task.Key == handIn.Task) is { Executor.Actor.PersonId: { } person } task
                ? Fault(await _answers.DeliverAsync(workflow, task.Task.Id, handIn.Deliverable, person, cancellationToken))
                : $"no person has the task '{handIn.Task}'",
            RunStep.Revoke revoke => state.Tasks.FirstOrDefault(t => t.Task.Key == revoke.Task) is { } task
                ? Fault(await _workflows.RevokeAsync(workflow, task.Task.Id, "Not this one.", Requester, Caller.LocalTerminal, cancellationToken))
                : $"there is no task '{revoke.Task}'",
            RunStep.Say say => Fault(await _workflows.MessageAsync(workflow, say.Text, Requester, cancellationToken)),
            RunStep.Pause pause => Fault(await _workflows.PauseAsync(workflow, pause.Reason, Requester, cancellationToken)),
            RunStep.Cancel cancel => Fault(await _workflows.CancelAsync(workflow, cancel.Reason, Requester, cancellationToken)),
            _ => $"nobody knows how to do {act}",
        };
    }

    private async Task<string?> DecideAsync(WorkflowState state, string role, ApprovalAnswer answer, Func<ApprovalState, bool> isMeant, CancellationToken cancellationToken)
    {
        var done = 0;
        foreach (var approval in state.Approvals.Values.Where(a => a.Verdict is null && isMeant(a)).Select(a => a.Requested.Approval))
        {
            if (await _approvals.FindAsync(approval, cancellationToken) is { Status: ApprovalView.Pending } view
                && StandIns.Next(ApprovalResource.Of(view), _company.People, [role], Requester) is { } next
                && await _approvals.DecideAsync(approval, next.Person.Id, answer, Caller.LocalTerminal, cancellationToken) is DecideResult.Recorded)
            {
                done++;
            }
        }

        return done == 0 ? $"nothing waits for a {role}" : null;
    }

    private async Task<string?> AnswerAsync(WorkflowState state, RunStep.Answer answer, CancellationToken cancellationToken)
    {
        var done = 0;
        foreach (var raised in state.Escalations.Values.Where(e => state.IsOpen(e) && e.Raised.Choices.Contains(answer.Choice)).Select(e => e.Raised))
        {
            var person = StandIns.ForQuestion(raised.Role, _company, Requester) ?? _company.People[0];
            done += await _answers.AnswerAsync(workflow, raised.Escalation, answer.Choice, answer.Words, person.Id, Caller.LocalTerminal, cancellationToken) is AnswerResult.Given ? 1 : 0;
        }

        return done == 0 ? $"no question offers '{answer.Choice}'" : null;
    }

    private static string? Fault(OutsideResult result) => result switch
    {
        OutsideResult.Appended => null,
        OutsideResult.Refused refused => refused.Reason,
        _ => result.ToString(),
    };
}
