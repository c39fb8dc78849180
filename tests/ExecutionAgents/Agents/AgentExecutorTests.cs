namespace AiManager.ExecutionAgents.Tests;

public sealed class AgentExecutorTests
{
    private readonly Gates _gates = new();

    [Fact]
    public async Task A_question_goes_to_the_tasks_model_with_the_tools_that_task_and_agent_share()
    {
        Assert.Empty(await StepAsync(new TurnMove.AskModel(default)));
        var asked = Assert.Single(_gates.Asked);
        Assert.Equal(("act", "purchaser", "fast"), (asked.Step, asked.Role, asked.Model));
        Assert.Equal(["erp.order"], asked.Tools.Select(t => t.Name));
    }

    [Theory]
    [InlineData(ModelOutcome.NoScript, "no words", "no words")]
    [InlineData(ModelOutcome.Unavailable, null, "The model did not answer.")]
    [InlineData(ModelOutcome.Declined, null, "The model declined to answer.")]
    [InlineData(ModelOutcome.Refused, "Budget per-goal is used up.", "Budget per-goal is used up.")]
    public async Task Without_a_reply_the_task_is_blocked_and_can_go_on_later(ModelOutcome outcome, string? error, string reason)
    {
        _gates.Reply = (outcome, error);
        Assert.Equal([new TaskBlocked(AgentStates.OrderId, reason, Final: false)], (await StepAsync(new TurnMove.AskModel(default))).AsEnumerable());
    }

    [Fact]
    public async Task A_no_that_nobody_wrote_down_blocks_nothing_for_the_question_was_not_out()
    {
        _gates.Reply = (ModelOutcome.Refused, "The workflow has moved on.");
        _gates.IsOvertaken = true;
        Assert.Empty(await StepAsync(new TurnMove.AskModel(default)));
    }

    [Fact]
    public async Task A_call_goes_to_the_gate_as_the_agents_with_no_more_than_it_may()
    {
        var call = AgentStates.Call(1, "erp.cancel");
        Assert.Empty(await StepAsync(new TurnMove.CallTool(call)));
        var made = Assert.Single(_gates.Called);
        Assert.Equal((call.Call, (TaskId?)AgentStates.OrderId, Actor.Agent("purchaser"), "erp.cancel"), (made.Call, made.Task, made.Caller, made.Tool));
        Assert.Equal(["erp.order"], made.Grant!.Tools.AsEnumerable());
    }

    [Fact]
    public async Task What_is_decided_becomes_its_event()
    {
        var deliverable = JsonText.Parse("""{"orderId":7}""");
        Assert.Equal([new DeliverableSubmitted(AgentStates.OrderId, deliverable)], (await StepAsync(new TurnMove.SubmitDeliverable(deliverable))).AsEnumerable());
        Assert.Equal([new TaskBlocked(AgentStates.OrderId, "No.", Final: true)], (await StepAsync(new TurnMove.Stop("No.", Final: true))).AsEnumerable());
        Assert.Equal(["Bad."], Assert.IsType<ReplyCorrected>(Assert.Single(await StepAsync(new TurnMove.Correct(default, ["Bad."])))).Errors.AsEnumerable());
    }

    [Fact]
    public async Task An_agent_that_is_gone_blocks_its_task()
    {
        _gates.IsGone = true;
        var blocked = Assert.IsType<TaskBlocked>(Assert.Single(await StepAsync(new TurnMove.AskModel(default))));
        Assert.Equal("There is no agent 'purchaser' any more.", blocked.Reason);
        Assert.Empty(_gates.Asked);
    }

    [Fact]
    public async Task People_are_left_to_work()
    {
        var people = new PersonExecutor();
        Assert.True(people.Serves(new Executor(Actor.Person("petra"))) && !people.Serves(new Executor(Actor.Agent("purchaser"))));
        Assert.False(Executor().Serves(new Executor(Actor.Person("petra"))));
        Assert.Empty(await people.StepAsync(AgentStates.OrderId, new TurnMove.AskModel(default), _gates, default));
    }

    private AgentExecutor Executor() => new(_gates, _gates, _gates);

    private Task<ImmutableArray<WorkflowEvent>> StepAsync(TurnMove move) => Executor().StepAsync(AgentStates.OrderId, move, _gates, CancellationToken.None);

    /// <summary>Everything around an executor, writing down what it is asked for.</summary>
    private sealed class Gates : IDirectory, IModelGate, IToolGate, IWorkflowLog
    {
        public List<ModelQuestion> Asked { get; } = [];

        public List<ToolCall> Called { get; } = [];

        public (ModelOutcome Outcome, string? Error) Reply { get; set; } = (ModelOutcome.Replied, null);

        public bool IsGone { get; set; }

        public bool IsOvertaken { get; set; }

        public WorkflowState State { get; private set; } = AgentStates.Running();

        public ImmutableArray<Person> People => [];

        public ImmutableArray<AgentProfile> Agents => IsGone ? [] : [AgentStates.Purchaser];

        public Task<ModelReplied> AskAsync(ModelQuestion question, IWorkflowLog log, CancellationToken cancellationToken)
        {
            Asked.Add(question);
            var replied = new ModelReplied(question.Ask, question.Task, Reply.Outcome, null, [], null, null, Reply.Error, []);
            WorkflowEvent[] said = IsOvertaken ? [] : [new ModelAsked(question.Ask, question.Task, question.Step, question.Role, question.Model, "digest", 100, question.MaxTokens, []), replied];
            State = said.Aggregate(State, (state, fact) => WorkflowFold.Apply(state, new Recorded(0, state.Seq + 1, state.UpdatedAt, Actor.Agent("purchaser"), fact)));
            return Task.FromResult(replied);
        }

        public bool MayTell(string model, ImmutableArray<string> labels) => throw new NotSupportedException();

        public Task<CallResult> CallAsync(ToolCall call, IWorkflowLog log, CancellationToken cancellationToken)
        {
            Called.Add(call);
            return Task.FromResult<CallResult>(new CallResult.Suspended());
        }

        public ImmutableArray<ToolDescription> Describe(IEnumerable<string> names) => [.. names.Select(n => new ToolDescription(n, n, JsonText.EmptyObject))];

        public (bool Holds, string Seen) Holds(string condition, JsonText args, JsonText result) => throw new NotSupportedException();

        public Task<CallResult> ResolveUnknownAsync(EscalationId escalation, IWorkflowLog log, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<LogResult> AppendAsync(ImmutableArray<WorkflowEvent> events, ImmutableArray<Guard> guards, Actor actor, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> DeferAsync(ImmutableArray<WorkflowEvent> events, Actor actor, CancellationToken cancellationToken) => throw new NotSupportedException();

        public string Node => throw new NotSupportedException();

        public Task HoldAsync(DateTimeOffset until, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
