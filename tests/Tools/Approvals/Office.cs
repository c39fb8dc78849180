using System.Collections.Immutable;
using AiManager.Contracts;

namespace AiManager.Tools.Tests;

/// <summary>People, one workflow with one call that is asked, and the desk where they decide about it.</summary>
internal sealed class Office : IReadModels, IWorkflowOutside, IDirectory
{
    private static readonly CallId Call = PrefixedId.Derive<CallId>(Guid.Parse("0193a4c0-0000-7000-8000-000000000000"), "call");

    public Office(params Seat[] seats)
        : this([], seats)
    {
    }

    public Office(ImmutableArray<SeatOrder> order, params Seat[] seats)
        : this(order, ApprovalLimits.None, [], seats)
    {
    }

    public Office(ImmutableArray<SeatOrder> order, ApprovalLimits limits, ImmutableArray<string> onShift, params Seat[] seats)
    {
        Limits = limits;
        Desk = new ApprovalDesk(this, this, this, new Catalog([Tool], []), new CrashDouble(), Time, limits);
        Id = PrefixedId.Derive<ApprovalId>(Call.Value, "1");
        State = WorkflowFold.Start(PrefixedId.Derive<WorkflowId>(Call.Value, "workflow"));
        var (expires, ladder) = new AskLadder(TimeSpan.FromHours(1), TimeSpan.FromHours(4), TimeSpan.FromHours(48), [new SeatEscalation("lead", "cfo")]) { Order = order, OnShift = onShift }.Begin(Time.Now);
        Tell(
            new GoalSubmitted(new PrivateText("jana", "Order."), "jana", null, null, JsonText.EmptyObject, null, null, null, "", null, 0),
            new CallProposed(Call, null, "purchaser", "erp.order", Args, []),
            new CallDecided(Call, Effect.Ask, ["large"], JsonText.EmptyObject, "It is much.", "", "", []),
            new ApprovalRequested(
                Id, Call, null, "purchaser", "erp.order", Args, JsonText.EmptyObject, "digest", ["large"], [], "It is much.", [.. seats], ["jana"], expires, ladder));
    }

    /// <summary>What is asked.</summary>
    public static JsonText Args { get; } = JsonText.Parse("""{"quantity":100,"supplier":"acme"}""");

    private static Tool Tool
    {
        get
        {
            var parameters = JsonText.Parse("""{"type":"object","properties":{"quantity":{"type":"integer"},"supplier":{"type":"string"}},"required":["quantity","supplier"],"additionalProperties":false}""");
            Assert.True(JsonSchema.TryLoad(parameters, out var schema, out _));
            var info = new ToolInfo("erp.order", "Orders.", EffectClass.Spend, parameters, "1", TimeSpan.FromSeconds(30));
            return new Tool(info, schema!, null!) { ArgsType = new WhenType.Dynamic() };
        }
    }

    public ManualTime Time { get; } = new();

    public ApprovalDesk Desk { get; }

    public ApprovalLimits Limits { get; }

    /// <summary>When decisions were counted, by person.</summary>
    public List<(string Person, DateTimeOffset At)> Counted { get; } = [];

    public ApprovalId Id { get; }

    public WorkflowState State { get; private set; }

    /// <summary>Approvals of as many other workflows, for the cfo alone, that have waited longer.</summary>
    public int Before { get; init; }

    /// <summary>How many workflows were read.</summary>
    public int Read { get; private set; }

    public ApprovalState Approval => State.Approvals[Id];

    public List<Person> Staff { get; } =
    [
        Of("jana", null, "operator", "lead"), Of("petra", "omar", "lead"), Of("pavel", "jana", "lead"), Of("omar", null, "warehouse"), Of("carla", null, "cfo"), Of("carl", null, "cfo"), Of("walt", null),
    ];

    public ImmutableArray<Person> People => [.. Staff];

    public ImmutableArray<AgentProfile> Agents => [];

    public static Person Of(string id, string? standIn, params string[] roles) => new(id, id, null, [.. roles], ImmutableDictionary<string, decimal>.Empty, standIn);

    public void Tell(params WorkflowEvent[] facts)
    {
        foreach (var fact in facts)
        {
            State = WorkflowFold.TryApply(State, Next(fact)) ?? throw new InvalidOperationException($"{fact} may not happen now.");
        }
    }

    /// <summary>Takes every rung that is due by now, as the driver does.</summary>
    public void Pass(double hours)
    {
        Time.Advance(TimeSpan.FromHours(hours));
        foreach (var command in Decider.Decide(State, Time.Now))
        {
            switch (command)
            {
                case WorkflowCommand.Remind:
                    Tell(new ApprovalReminded(Id));
                    break;
                case WorkflowCommand.AdmitStandIns:
                    Tell(new StandInsAdmitted(Id, Chair.StandIns(Approval, this)));
                    break;
                case WorkflowCommand.Escalate:
                    Tell(new ApprovalEscalated(Id, "cfo"));
                    break;
                case WorkflowCommand.Expire:
                    Tell(new ApprovalDecided(Id, "system", "clock", ApprovalVerdict.Expired, null));
                    break;
            }
        }
    }

    public Task<DecideResult> DecideAsync(string person, bool agrees = true) => SayAsync(person, agrees ? new ApprovalAnswer.Approve() : new ApprovalAnswer.Reject());

    public async Task<DecideResult> SayAsync(string person, ApprovalAnswer answer) => await Desk.DecideAsync(Id, person, answer, "api", CancellationToken.None);

    /// <summary>Who finds it in their inbox.</summary>
    public async Task<string> InboxesAsync()
    {
        var found = new List<string>();
        foreach (var person in Staff)
        {
            found.AddRange((await Desk.ListAsync(new InboxQuery("pending"), person.Id, CancellationToken.None)).Items.Select(_ => person.Id));
        }

        return string.Join(' ', found);
    }

    public Task<OutsideResult> AppendAsync(WorkflowId workflow, Func<WorkflowState, OutsideDecision> decide, Actor actor, CancellationToken cancellationToken)
    {
        switch (decide(State))
        {
            case OutsideDecision.Append append when append.Guards.OfType<Guard.Headroom>().FirstOrDefault(g => Used(g.Reservation.Key, g.Since) >= g.Reservation.Cap.ToolCalls) is { } full:
                return Task.FromResult<OutsideResult>(new OutsideResult.Refused("full", full));
            case OutsideDecision.Append append when append.Events.Aggregate((WorkflowState?)State, (s, e) => s is null ? null : WorkflowFold.TryApply(s, Next(e, s.Seq))) is { } after:
                State = after;
                Counted.AddRange(append.Events.Select(e => (e as SeatFilled)?.Load ?? (e as ApprovalDecided)?.Load).OfType<Reservation>().Select(l => (l.Key, Time.Now)));
                return Task.FromResult<OutsideResult>(new OutsideResult.Appended(after));
            case OutsideDecision.Refuse refuse:
                return Task.FromResult<OutsideResult>(new OutsideResult.Refused(refuse.Reason));
            default:
                return Task.FromResult<OutsideResult>(new OutsideResult.Refused("The workflow has moved on."));
        }
    }

    public async Task<Dictionary<WorkflowId, WorkflowState>> ReadEachAsync(IEnumerable<WorkflowId> ids, CancellationToken cancellationToken)
    {
        var states = await Task.WhenAll(ids.Distinct().Select(id => ReadAsync(id, cancellationToken)));
        return states.OfType<WorkflowState>().ToDictionary(s => s.Id);
    }

    public Task<WorkflowState?> ReadAsync(WorkflowId workflow, CancellationToken cancellationToken)
    {
        Read++;
        var id = PrefixedId.Derive<ApprovalId>(workflow.Value, "1");
        return Task.FromResult<WorkflowState?>(workflow == State.Id
            ? State
            : State with { Id = workflow, Approvals = State.Approvals.Clear().Add(id, Approval with { Requested = Approval.Requested with { Approval = id, Seats = [new Seat("cfo", 1)] } }) });
    }

    public Task<WorkflowId?> OwnerAsync(string id, CancellationToken cancellationToken) => Task.FromResult<WorkflowId?>(id == Id.ToString() ? State.Id : null);

    public Task<Page<ApprovalRow>> ApprovalsAsync(InboxQuery query, CancellationToken cancellationToken)
    {
        var from = query.Cursor is null ? 0 : int.Parse(query.Cursor);
        var until = Math.Min(from + query.Limit, Before + 1);
        return Task.FromResult(new Page<ApprovalRow>([.. Enumerable.Range(from, until - from).Select(Row)], until <= Before ? $"{until}" : null));
    }

    private ApprovalRow Row(int place)
    {
        var other = PrefixedId.Derive<WorkflowId>(Call.Value, $"{place}");
        var (id, workflow, roles) = place == Before ? (Id, State.Id, "lead") : (PrefixedId.Derive<ApprovalId>(other.Value, "1"), other, "cfo");
        return new ApprovalRow(id, workflow, "pending", roles, Approval.Requested.ExpiresAt, Approval.RequestedAt);
    }

    public Task<Page<WorkflowRow>> WorkflowsAsync(WorkflowQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ImmutableArray<WorkflowRow>> OpenWorkflowsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<WorkflowId?> SingletonAsync(string key, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Page<EscalationRow>> EscalationsAsync(InboxQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ImmutableArray<TaskCount>> CountTasksAsync(string? executor, WorkflowId? except, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Page<WorkflowRow>> ChangedWorkflowsAsync(ChangedQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<long> CountChangedAsync(ChangedQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Page<TaskRow>> TasksAsync(TaskQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<TaskRow?> TaskAsync(TaskId task, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ImmutableArray<WorkflowId>> WithTasksAsync(string status, WorkflowId? after, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<StoreFigures> FiguresAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Amounts> LedgerAsync(string budget, string key, string window, DateTimeOffset? since, CancellationToken cancellationToken) => Task.FromResult(new Amounts(ToolCalls: Used(key, since)));

    public Task<FoundLists> ListAsync(AskedLists asked, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ImmutableArray<Amounts>> LedgersAsync(ImmutableArray<LedgerPlace> places, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ImmutableArray<RecordHolder>> RecordHoldersAsync(string record, WorkflowId except, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<DateTimeOffset?> EntryAtAsync(string budget, string key, string window, DateTimeOffset since, int skip, CancellationToken cancellationToken) =>
        Task.FromResult(Counted.Where(c => c.Person == key && c.At >= since).Select(c => (DateTimeOffset?)c.At).Order().Skip(skip).FirstOrDefault());

    private int Used(string person, DateTimeOffset? since) => Counted.Count(c => c.Person == person && c.At >= since);

    private Recorded Next(WorkflowEvent fact) => Next(fact, State.Seq);

    private Recorded Next(WorkflowEvent fact, int after) => new(after + 1, after + 1, Time.Now, Actor.System, fact);
}
