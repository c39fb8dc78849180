namespace AiManager.Evals.Tests;

/// <summary>A workflow's journal, written by hand: one in which everything is as it must be, to be spoilt in one place.</summary>
internal sealed class ForgedJournal
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    public static readonly CallId Order = Id<CallId>("order");
    public static readonly CallId Proof = Id<CallId>("proof");
    public static readonly CallId Read = Id<CallId>("read");
    public static readonly TaskId Buying = Id<TaskId>("buy");
    public static readonly ApprovalId Approval = Id<ApprovalId>("approval");
    public static readonly EscalationId Unknown = Id<EscalationId>("unknown");
    public static readonly Actor Purchaser = Actor.Agent("purchaser");

    private static readonly JsonText Args = JsonText.Parse("""{"sku":"A-1"}""");
    private static readonly AskId Act = Id<AskId>("act");
    private static readonly AskId Say = Id<AskId>("say");
    private static readonly AskId Judge = Id<AskId>("judge");
    private static readonly WorkflowId Workflow = Id<WorkflowId>("workflow");

    private readonly List<(WorkflowEvent Fact, Actor By)> _events;

    private ForgedJournal(IEnumerable<(WorkflowEvent, Actor)> events) => _events = [.. events];

    /// <summary>One order over the limit, with its approval, its review and the check of the goal.</summary>
    public static ForgedJournal Sound()
    {
        var replied = new ModelReplied(Act, Buying, ModelOutcome.Replied, null, [new ModelToolCall("c", "erp.order", Args)], new ModelUsage(100, 20), null, null, []);
        var call = PrefixedId.Derive<CallId>(Act.Value, "0");
        var schema = JsonText.Parse("""{"type":"object"}""");
        var task = new WorkTask(Buying, "buy", "Buy", "Buy it.", [], "buying", new DeliverableContract(schema, null, "It is bought."), new Grant(["erp.order"]), null, null, JsonText.Null, null, Risk.High);
        var check = new AcceptanceCheck("erp.read", JsonText.EmptyObject, "result.ok", null);
        return new ForgedJournal(
        [
            (new GoalSubmitted(new PrivateText("petra", "Restock"), "petra", null, null, JsonText.EmptyObject, Noon.AddDays(1), new Amounts(Money: 10_000, Tokens: 1_000, Calls: 10), null, "bundle", null, 0), Actor.Person("petra")),
            (new ContractAgreed(new Contract("Stock is full.", [], [check], Noon.AddDays(1), new Amounts(Money: 10_000, Tokens: 1_000, Calls: 10)), null, null, "manager"), Actor.Manager),
            (new PlanAdopted(new Plan(1, [task])), Actor.Manager),
            (new TaskAssigned(Buying, new Executor(Purchaser), "default", new TurnLimits(3, 500), "fits"), Actor.Manager),
            (Asked(Act, "act", "purchaser"), Purchaser),
            (replied, Purchaser),
            (new CallProposed(call, Buying, "purchaser", "erp.order", Args, []), Purchaser),
            (Decided(call, Effect.Ask), Purchaser),
            (new ApprovalRequested(Approval, call, Buying, "purchaser", "erp.order", Args, JsonText.EmptyObject, "digest", ["rule"], [], "It is much.", [new Seat("lead", 1), new Seat("cfo", 1)], ["petra"], Noon.AddDays(2)), Purchaser),
            (new SeatFilled(Approval, "lead", "lena", "api", null), Actor.Person("lena")),
            (new SeatFilled(Approval, "cfo", "carl", "api", null), Actor.Person("carl")),
            (new ApprovalDecided(Approval, "carl", "api", ApprovalVerdict.Approved, null), Actor.Person("carl")),
            (Decided(call, Effect.Ask), Purchaser),
            (new CallStarted(call, "key", IsRepeatable: false, [], Approval), Purchaser),
            (new CallSettled(call, CallOutcome.Succeeded, JsonText.EmptyObject, new Money("6000", "EUR"), null, []), Purchaser),
            (Asked(Say, "act", "purchaser"), Purchaser),
            (Replied(Say, """{"bought":true}"""), Purchaser),
            (new DeliverableSubmitted(Buying, JsonText.Parse("""{"bought":true}""")), Purchaser),
            (Asked(Judge, "review", "manager"), Actor.Manager),
            (Replied(Judge, """{"accepted":true}"""), Actor.Manager),
            (new DeliverableReviewed(Buying, Actor.Manager, true, ["It is."], []), Actor.Manager),
            (new CallProposed(Read, null, "system", "erp.read", JsonText.EmptyObject, []), Actor.System),
            (Decided(Read, Effect.Allow), Actor.System),
            (new CallStarted(Read, "key-2", IsRepeatable: true, [], null), Actor.System),
            (new CallSettled(Read, CallOutcome.Succeeded, JsonText.Parse("""{"ok":true}"""), null, null, []), Actor.System),
            (new AcceptanceChecked(0, 1, Read, true, "erp.read: result.ok."), Actor.System),
            (new GoalCompleted("Done and proved."), Actor.Manager),
        ]);
    }

    /// <summary>The same with a call as the proof, in the place of a reviewer.</summary>
    public static ForgedJournal Checked()
    {
        var journal = Sound();
        journal.Change<PlanAdopted>(p => p with
        {
            Plan = new Plan(1, [p.Plan.Tasks[0] with { Deliverable = p.Plan.Tasks[0].Deliverable with { Check = new EvidenceCheck("erp.proof", JsonText.EmptyObject, "result.ok") } }]),
        });
        journal.Remove<ModelAsked>(a => a.Step == "review");
        journal.Remove<ModelReplied>(r => r.Ask == Judge);
        journal.Change<DeliverableReviewed>(r => r with { Reviewer = Actor.System, Evidence = [Proof] });
        journal.Before<DeliverableReviewed>(
            (new CallProposed(Proof, Buying, "system", "erp.proof", JsonText.EmptyObject, []), Actor.System),
            (Decided(Proof, Effect.Allow), Actor.System),
            (new CallStarted(Proof, "key-3", IsRepeatable: true, [], null), Actor.System),
            (new CallSettled(Proof, CallOutcome.Succeeded, JsonText.Parse("""{"ok":true}"""), null, null, []), Actor.System));
        return journal;
    }

    /// <summary>The id of the order's call.</summary>
    public static CallId Ordered { get; } = PrefixedId.Derive<CallId>(Act.Value, "0");

    public static CallDecided Decided(CallId call, Effect effect) => new(call, effect, ["rule"], JsonText.EmptyObject, "It says so.", "policy", "v1", []);

    /// <summary>A question to an agent about the task.</summary>
    public static ModelAsked Asked(AskId ask, string step, string role, int bytes = 100) => new(ask, Buying, step, role, "default", "digest", bytes, 1000, []);

    public static ModelReplied Replied(AskId ask, string text, long tokens = 120) => new(ask, Buying, ModelOutcome.Replied, text, [], new ModelUsage(tokens - 20, 20), null, null, []);

    public static TId Id<TId>(string name)
        where TId : struct, IPrefixedId<TId> => PrefixedId.Derive<TId>(Guid.Parse("0193a4c0-0000-7000-8000-000000000000"), name);

    public void Change<TEvent>(Func<TEvent, TEvent> change, Func<TEvent, bool>? which = null)
        where TEvent : WorkflowEvent
    {
        var at = IndexOf(which);
        _events[at] = (change((TEvent)_events[at].Fact), _events[at].By);
    }

    public void By<TEvent>(Actor by)
        where TEvent : WorkflowEvent => _events[IndexOf<TEvent>(null)] = (_events[IndexOf<TEvent>(null)].Fact, by);

    public void Remove<TEvent>(Func<TEvent, bool>? which = null)
        where TEvent : WorkflowEvent => _events.RemoveAt(IndexOf(which));

    public void Before<TEvent>(params (WorkflowEvent, Actor)[] more)
        where TEvent : WorkflowEvent => _events.InsertRange(IndexOf<TEvent>(null), more);

    public void After<TEvent>(Func<TEvent, bool> which, params (WorkflowEvent, Actor)[] more)
        where TEvent : WorkflowEvent => _events.InsertRange(IndexOf(which) + 1, more);

    /// <summary>As a reader of the journal finds it.</summary>
    public WorkflowRecord ToRecord()
    {
        var stored = _events.Select((e, i) =>
        {
            var written = EventCodec.Encode(e.Fact, Noon + TimeSpan.FromSeconds(i), e.By, string.Empty);
            return new StoredEvent(i + 1, Workflow.ToString(), i + 1, written.Type, written.SchemaVersion, written.At, written.Actor, written.Cause, written.Body, ReadOnlyMemory<byte>.Empty, ReadOnlyMemory<byte>.Empty);
        }).ToList();
        return WorkflowRecord.Of(Workflow.ToString(), stored);
    }

    /// <summary>The workflow as a case's evidence, with what the program showed of it.</summary>
    public CaseEvidence AsEvidence(string shown = "{}")
    {
        var record = ToRecord();
        var output = shown.Replace("ID", record.Id.ToString(), StringComparison.Ordinal);
        return new CaseEvidence([new ProgramRun(0, output, string.Empty)], [record], null, string.Empty, TimeZoneInfo.Utc, Noon, TimeSpan.FromSeconds(1));
    }

    private int IndexOf<TEvent>(Func<TEvent, bool>? which)
        where TEvent : WorkflowEvent
    {
        var at = _events.FindIndex(e => e.Fact is TEvent fact && which?.Invoke(fact) != false);
        return at >= 0 ? at : throw new InvalidOperationException($"There is no such {typeof(TEvent).Name}.");
    }
}
