using System.Collections.Immutable;
using AiManager.ManagerAgent;

namespace AiManager.Host;

/// <summary>Makes what is shown outside from a workflow's state: the only place that does.</summary>
/// <param name="currency">The company's.</param>
/// <param name="words">Who is who.</param>
/// <param name="minutesPerTask">For the report's savings; 0 leaves them out.</param>
/// <param name="isScripted">True when the scripted model plays.</param>
internal sealed class WorkflowMapper(string currency, PlainWords words, decimal minutesPerTask, bool isScripted)
{
    /// <summary>The whole workflow.</summary>
    public WorkflowResource Map(WorkflowSnapshot snapshot)
    {
        var state = snapshot.State;
        var submitted = state.Submitted ?? throw new InvalidOperationException("A workflow without its first event cannot be shown.");
        var report = StatusReport.Of(snapshot, currency, words, minutesPerTask);
        return new WorkflowResource(
            state.Id,
            submitted.Goal.Words,
            submitted.Requester,
            state.Agreed is { } agreed ? Map(agreed, state) : null,
            state.Agreed?.Playbook ?? submitted.Playbook,
            StatusNames.Write(state.ShownStatus),
            new PlanResource(state.PlanVersion, [.. state.Tasks.Select(Map)]),
            WaitingFor(state),
            new SpendResource(
                Amount(state.Spend.Spent.Money), Amount(state.Spend.Spent.ModelCost), state.Spend.Spent.Tokens ?? 0, state.Spend.Spent.Calls ?? 0, Amount(state.Spend.ReservedMoney)),
            NowLine.Of(state, words),
            state.Status == WorkflowStatus.Cancelled ? state.Ending : words.ReadAny(state.Ending),
            state.Failure is { } failure ? ClosedWords.Of(failure.Kind) : null,
            state.JoinedTo,
            state.SubmittedAt,
            state.UpdatedAt,
            isScripted,
            report.Lines.IsEmpty ? null : report);
    }

    /// <summary>What came of steering one.</summary>
    public SteeredResource Steered(WorkflowState state) => new(state.Id, StatusNames.Write(state.ShownStatus), NowLine.Of(state, words));

    /// <summary>A workflow in a list.</summary>
    public static WorkflowItem Map(WorkflowRow row) =>
        new(row.Workflow, row.Goal, row.Requester, row.Status, row.Playbook, row.SubmittedAt, row.UpdatedAt, row.TasksDone, row.TasksTotal);

    /// <summary>Who must act, longest waiting first.</summary>
    public ImmutableArray<WaitingResource> WaitingFor(WorkflowState state)
    {
        if (state.IsFinal)
        {
            return [];
        }

        var approvals = state.Approvals.Values.Where(a => a.Verdict is null).Select(a => new WaitingResource(
            "approval",
            a.Requested.Approval.ToString(),
            a.Requested.Task,
            [.. a.Requested.Seats.SelectMany(s => Enumerable.Repeat(s.Role, Math.Max(0, a.Open(s.Role))))],
            null,
            words.Read(a.Requested.Reason),
            a.RequestedAt,
            a.Requested.ExpiresAt,
            [.. a.StandIns.Where(s => a.Open(s.Role) > 0).Select(s => s.Person).Distinct()],
            [.. a.Escalations.Where(e => a.Open(e.Role) > 0).Select(e => e.To).Distinct()]));
        var escalations = state.Escalations.Values.Where(e => state.IsOpen(e) && e.IsAwaited).Select(e => new WaitingResource(
            "escalation", e.Raised.Escalation.ToString(), e.Raised.Task, [e.Raised.Role], null, words.Read(e.Raised.Question), e.RaisedAt, e.Raised.Deadline, [], []));
        var tasks = state.Tasks.Where(t => t.Status == WorkTaskStatus.WaitingPerson).Select(t => new WaitingResource(
            "task", t.Task.Id.ToString(), t.Task.Id, [], t.Executor?.Actor.PersonId, t.Task.Instruction, state.UpdatedAt, t.Task.Deadline, [], []));
        return [.. approvals.Concat(escalations).Concat(tasks).OrderBy(w => w.Since).ThenBy(w => w.Id, StringComparer.Ordinal)];
    }

    private Money Amount(decimal? amount) => MoneyText.ToMoney(amount ?? 0, currency);

    private static ContractResource Map(ContractAgreed agreed, WorkflowState state)
    {
        var contract = agreed.Contract;
        return new ContractResource(contract.Outcome, contract.Constraints, contract.Acceptance, state.Deadline, state.Budget, agreed.Source);
    }

    private TaskResource Map(TaskState task) => new(
        task.Task.Id,
        task.Task.Key,
        task.Task.Title,
        StatusNames.Write(task.Status),
        task.Executor?.Actor.Value,
        task.Task.Needs,
        task.Task.Skill,
        task.Task.Deadline,
        task.Task.Template,
        task.Task.ForEach is not null,
        words.ReadAny(task.Reason),
        task.Deliverable.IsNull ? null : task.Deliverable)
    {
        Grant = task.Task.Grant,
    };
}
