using System.Collections.Immutable;

namespace AiManager.Tools.Tests;

/// <summary>What a workflow has seen, out of its journal: whose words prove a value, what a call gave, and what a call wrote before it.</summary>
public sealed class SeenCacheTests
{
    private const string Tools = """
        sources:
          - name: erp
            kind: sql
            connection: "Data Source=${world}"
            tools:
              - { name: prices, effect: observe, sql: "select 1", returns: { rows.*.supplier: { integrity: vetted, kind: supplier, labels: [prices] }, rows.*.sku: vetted, rows.*.note: third-party } }
              - { name: order, effect: spend, parameters: { supplier: string }, sql: "select 1", authorityArguments: { supplier: { kind: supplier } } }
        """;

    private const string Authority = """
        version: 1
        lists: { partners: [globex, 4711], empty: x, gaps: [null] }
        """;

    private static readonly WorkflowId Id = PrefixedId.New<WorkflowId>(Policies.Noon, new Random(1));
    private static readonly CallId First = Call(1);
    private static readonly CallId Second = Call(2);
    private static readonly CallId Third = Call(3);

    public static TheoryData<string, string, string> Words => new()
    {
        { "goal", "oranges", "user from the goal" },
        { "goal of a monitor", "oranges", "operator from the goal" },
        { "goal for another goal", "oranges", "unknown, seen only in the goal" },
        { "goal", "inky", "user from the goal's inputs note" },
        { "goal of a monitor", "inky", "unknown, seen only in the goal's inputs note" },
        { "goal for another goal", "inky", "unknown, seen only in the goal's inputs note" },
        { "contract", "outcomes", "user from the goal's contract" },
        { "contract", "limitation", "user from the goal's contract" },
        { "goal", "globex", "operator from lists.partners" },
        { "goal", "4711", "operator from lists.partners" },
        { "goal", "playful", "operator from playbooks/order.md" },
        { "goal", "agently", "operator from agents/buyer.md" },
        { "goal", "nothingness", "composed after reading operator data" },
        { "message", "hurry", "user from a message" },
        { "message", "twice", "user from a message" },
        { "answer", "granted", "operator from an answer" },
        { "question", "granted", "composed after reading user data" },
        { "delivered by a person", "handmade", "internal, seen only in the deliverable of 'Order' note" },
        { "delivered by an agent", "handmade", "composed after reading user data" },
        { "a person at work", "handmade", "composed after reading user data" },
        { "edited", "changed", "user from what petra wrote" },
        { "edited", "original", "composed after reading user data" },
        { "responded", "because", "user from an answer" },
        { "responded", "result9", "user from an answer id" },
        { "responded without a result", "because", "user from an answer" },
        { "refused", "because", "composed after reading user data" },
    };

    [Theory]
    [MemberData(nameof(Words))]
    public async Task Whose_words_a_value_is_from_says_how_far_it_is_believed(string told, string value, string words)
    {
        var label = await new Seen(told.StartsWith("goal", StringComparison.Ordinal) ? Rules() : FlowPolicy.None).LookAsync(Told(told), value);

        Assert.Equal($"x = {value} ({words})", label.Words);
    }

    [Fact]
    public async Task Only_what_is_new_is_added_and_nothing_of_it_is_left_out()
    {
        var seen = new Seen(FlowPolicy.None);
        var state = WorkflowFold.Start(Id);
        Assert.Equal(LabelOrigin.Composed, (await seen.LookAsync(state, "hurry")).Origin);
        state = state with { Submitted = Goal };
        Assert.Equal(LabelOrigin.Proven, (await seen.LookAsync(state, "oranges")).Origin);
        state = state with { Messages = [Message("first")] };
        Assert.Equal(LabelOrigin.Proven, (await seen.LookAsync(state, "first")).Origin);
        state = state with { Messages = [Message("first"), Message("hurry")] };
        Assert.Equal("user from a message", Origin(await seen.LookAsync(state, "hurry")));
    }

    [Fact]
    public async Task One_workflow_proves_nothing_in_another()
    {
        var seen = new Seen(FlowPolicy.None);
        await seen.LookAsync(WorkflowFold.Start(Id) with { Submitted = Goal }, "oranges");
        var other = WorkflowFold.Start(PrefixedId.New<WorkflowId>(Policies.Noon, new Random(2)));

        Assert.Equal(LabelOrigin.Composed, (await seen.LookAsync(other, "oranges")).Origin);
        Assert.Equal(LabelOrigin.Proven, (await seen.LookAsync(WorkflowFold.Start(Id), "oranges")).Origin);
    }

    [Fact]
    public async Task The_few_that_were_last_asked_about_are_kept_and_the_others_are_read_anew()
    {
        var blobs = new CountingBlobs();
        var seen = new Seen(FlowPolicy.None, blobs);
        var states = Enumerable.Range(0, 65).Select(i => Called(PrefixedId.New<WorkflowId>(Policies.Noon, new Random(100 + i)), Settled(First, "erp.prices", 1, 2, Prices("acme"), blob: "sha256-x"))).ToList();
        await seen.LookAsync(states[0], "acme");
        await seen.LookAsync(states[0], "acme");
        Assert.Equal(1, blobs.Reads);

        foreach (var state in states)
        {
            await seen.LookAsync(state, "acme");
        }

        Assert.Equal(65, blobs.Reads);
        await seen.LookAsync(states[64], "acme");
        Assert.Equal(65, blobs.Reads);
        Assert.Equal(LabelOrigin.Proven, (await seen.LookAsync(states[0], "acme")).Origin);
        Assert.Equal(66, blobs.Reads);
    }

    [Theory]
    [InlineData("read", "acme", "vetted, prices from erp.prices rows.0.supplier")]
    [InlineData("unknown outcome", "acme", "composed after reading user data")]
    [InlineData("under way", "acme", "composed after reading user data")]
    [InlineData("kept from the task", "acme", "composed after reading user data")]
    [InlineData("failed", "acme", "unknown, seen only in erp.prices rows.0.supplier")]
    [InlineData("page", "paged", "unknown, prices, seen only in results.page rows.0.supplier")]
    [InlineData("page of nothing", "paged", "unknown, seen only in results.page rows.0.supplier")]
    [InlineData("written and read back", "evil", "internal, prices, seen only in erp.prices rows.0.supplier")]
    [InlineData("written for years and read back", "evil", "internal, prices, seen only in erp.prices rows.0.supplier, erp.order supplier")]
    [InlineData("read while it is written", "evil", "internal, prices, seen only in erp.prices rows.0.supplier")]
    [InlineData("read before it is written", "evil", "vetted, prices from erp.prices rows.0.supplier")]
    [InlineData("proposed and read", "evil", "vetted, prices from erp.prices rows.0.supplier")]
    [InlineData("looked for and read", "evil", "vetted, prices from erp.prices rows.0.supplier")]
    [InlineData("written by a tool that is gone and read back", "evil", "internal, prices, seen only in erp.prices rows.0.supplier")]
    [InlineData("believed when it was written", "evil", "vetted, prices from erp.prices rows.0.supplier")]
    [InlineData("written as another kind and read back", "bolt9", "internal, prices, seen only in erp.prices rows.0.sku, erp.prices rows.0.supplier")]
    public async Task What_a_call_gave_is_what_its_contract_says_unless_the_workflow_wrote_it_before(string told, string value, string words) =>
        Assert.Equal(words, Origin(await new Seen(FlowPolicy.None).LookAsync(Calls(told), value, AsSupplier)));

    [Fact]
    public async Task What_became_known_of_a_call_counts_once_it_is_known()
    {
        var seen = new Seen(FlowPolicy.None);
        var unknown = Settled(First, "erp.prices", 1, 2, Prices("acme"), CallOutcome.Unknown);
        Assert.Equal(LabelOrigin.Composed, (await seen.LookAsync(Called(Id, unknown), "acme", AsSupplier)).Origin);

        Assert.Equal(LabelOrigin.Proven, (await seen.LookAsync(Called(Id, Settled(First, "erp.prices", 1, 3, Prices("acme"))), "acme", AsSupplier)).Origin);
    }

    [Fact]
    public async Task A_write_is_what_it_was_when_it_began_however_often_it_is_looked_at()
    {
        var seen = new Seen(FlowPolicy.None);
        var write = Settled(First, "erp.order", 1, 0, """{"supplier":"evil"}""");
        var mail = Settled(Second, "erp.prices", 2, 3, """{"rows":[{"note":"from outside"}]}""");
        await seen.LookAsync(Called(Id, write), "evil", AsSupplier);
        await seen.LookAsync(Called(Id, write, mail), "evil", AsSupplier);

        Assert.Equal(LabelOrigin.Proven, (await seen.LookAsync(Called(Id, write, mail, Settled(Third, "erp.prices", 4, 5, Prices("evil"))), "evil", AsSupplier)).Origin);
    }

    private static readonly AuthorityArguments AsSupplier = Catalog().Find("erp.order")!.Authority;

    private static GoalSubmitted Goal => new(new PrivateText("jana", "Buy oranges."), "jana", null, null, JsonText.Parse("""{"note":"inky"}"""), null, null, null, "hash", null, 0);

    private static WorkflowState Calls(string told)
    {
        var write = Settled(First, "erp.order", 2, 0, """{"supplier":"evil"}""");
        var outside = Settled(Second, "erp.prices", 1, 1, """{"rows":[{"note":"from outside"}]}""");
        CallState Read(int from, int to) => Settled(Third, "erp.prices", from, to, Prices("evil"));
        return told switch
        {
            "read" => Called(Id, Settled(First, "erp.prices", 1, 2, Prices("acme"))),
            "unknown outcome" => Called(Id, Settled(First, "erp.prices", 1, 2, Prices("acme"), CallOutcome.Unknown)),
            "under way" => Called(Id, Settled(First, "erp.prices", 1, 0, Prices("acme"))),
            "kept from the task" => Called(Id, Settled(First, "erp.prices", 1, 2, Prices("acme"), withheld: ["prices"])),
            "failed" => Called(Id, Settled(First, "erp.prices", 1, 2, Prices("acme"), CallOutcome.Failed)),
            "page" => Called(Id, Settled(First, "erp.prices", 1, 2, """{"summary":"long"}""", blob: "sha256-1"), Page("sha256-1")),
            "page of nothing" => Called(Id, Page("sha256-2")),
            "written and read back" => Called(Id, outside, write, Read(3, 4)),
            "written for years and read back" => Called(Id, outside, Settled(First, "erp.order", 2, 9, """{"supplier":"evil"}"""), Read(3, 4)),
            "read while it is written" => Called(Id, outside, write, Read(1, 4)),
            "read before it is written" => Called(Id, outside, write with { StartedSeq = 5 }, Read(3, 4)),
            "proposed and read" => Called(Id, outside, write with { Started = null }, Read(3, 4)),
            "looked for and read" => Called(Id, outside, write with { Proposed = write.Proposed with { Tool = "erp.prices" } }, Read(3, 4)),
            "written by a tool that is gone and read back" => Called(Id, outside, write with { Proposed = write.Proposed with { Tool = "erp.gone" } }, Read(3, 4)),
            "believed when it was written" => Called(Id, Settled(First, "erp.order", 1, 3, """{"supplier":"evil"}"""), outside with { StartedSeq = 2, Seqs = [2] }, Read(4, 5)),
            "written as another kind and read back" => Called(
                Id,
                outside with { Settled = Settled(Second, "erp.prices", 1, 1, """{"rows":[{"sku":"bolt9","note":"from outside"}]}""").Settled },
                Settled(First, "erp.order", 2, 0, """{"supplier":"bolt9"}"""),
                Settled(Third, "erp.prices", 3, 4, Prices("bolt9"))),
            _ => throw new ArgumentException(told),
        };
    }

    private static WorkflowState Told(string told)
    {
        var state = WorkflowFold.Start(Id);
        var escalation = new EscalationState(new Escalated(PrefixedId.Derive<EscalationId>(Guid.Empty, "e"), EscalationKind.Finding, null, null, "May I?", [], "lead", null));
        var call = Settled(First, "erp.order", 0, 0, """{"supplier":"original"}""") with { Started = null };
        var approval = PrefixedId.Derive<ApprovalId>(Guid.Empty, "a");
        var asked = new ApprovalRequested(approval, First, null, "purchaser", "erp.order", call.Proposed.Args, JsonText.EmptyObject, "d", [], [], "Because.", [], [], Policies.Noon);
        return told switch
        {
            "goal" => state with { Submitted = Goal },
            "goal of a monitor" => state with { Submitted = Goal with { Monitor = "stock" } },
            "goal for another goal" => state with { Submitted = Goal with { Parent = Id } },
            "contract" => state with { Submitted = Goal with { Contract = new Contract("All outcomes.", ["One limitation."], [], null, null) } },
            "message" => state with { Messages = [Message("Please hurry."), Message("I say it twice.")] },
            "answer" => Escalated(escalation with { Choice = "noted", Answer = "It is granted." }),
            "question" => Escalated(escalation),
            "delivered by a person" => Delivered(Actor.Person("walt"), """{"note":"handmade"}"""),
            "delivered by an agent" => Delivered(Actor.Agent("buyer"), """{"note":"handmade"}"""),
            "a person at work" => Delivered(Actor.Person("walt"), "null"),
            "edited" => Edited(),
            "responded" => Called(Id, call with { Answer = new CallAnswered(First, approval, JsonText.Parse("""{"id":"result9"}""")), Refusal = "Not now, because." }),
            "responded without a result" => Called(Id, call with { Answer = new CallAnswered(First, approval, null), Refusal = "Not now, because." }),
            "refused" => Called(Id, call with { Refusal = "Not now, because." }),
            _ => throw new ArgumentException(told),
        };

        WorkflowState Edited()
        {
            var changed = new CallChanged(First, JsonText.Parse("""{"note":"changed","supplier":"original"}"""), [], JsonText.EmptyObject, new ArgumentEdit(approval, "petra"));
            var called = Called(Id, call with { Edited = changed });
            return called with { Approvals = called.Approvals.Add(approval, new ApprovalState(asked)) };
        }

        WorkflowState Escalated(EscalationState one) => state with { Escalations = ImmutableDictionary<EscalationId, EscalationState>.Empty.Add(one.Raised.Escalation, one) };

        WorkflowState Delivered(Actor by, string deliverable)
        {
            var task = new WorkTask(
                PrefixedId.Derive<TaskId>(Guid.Empty, "t"), "order", "Order", "Order.", [], "purchasing", new DeliverableContract(JsonText.Parse("""{"type":"object"}"""), null, null), new Grant([]), null, null, JsonText.Null, null, Risk.Low);
            return state with { Tasks = [new TaskState { Task = task, Executor = new Executor(by), Deliverable = JsonText.Parse(deliverable), Submissions = 1 }] };
        }
    }

    private static MessagePosted Message(string words) => new(new PrivateText("jana", words));

    private static string Prices(string supplier) => $$"""{"rows":[{"supplier":"{{supplier}}"}]}""";

    private static CallState Page(string blob) => Settled(Second, ResultPages.Name, 3, 4, """{"rows":[{"supplier":"paged"}]}""", args: $$"""{"blob":"{{blob}}"}""");

    /// <summary>A call whose result is also what it is called with, unless that is said apart; under way where it ends at 0.</summary>
    private static CallState Settled(
        CallId call, string tool, int from, int to, string result, CallOutcome outcome = CallOutcome.Succeeded, string? blob = null, ImmutableArray<string>? withheld = null, string? args = null) =>
        new(new CallProposed(call, null, "purchaser", tool, JsonText.Parse(args ?? (tool == "erp.order" ? result : "{}")), []), CallStatus.Succeeded)
        {
            Started = new CallStarted(call, "key", IsRepeatable: false, [], null),
            StartedSeq = from,
            Seqs = [from, to],
            Settled = to == 0 ? null : new CallSettled(call, outcome, JsonText.Parse(result), null, blob, [], withheld),
        };

    private static WorkflowState Called(WorkflowId id, params CallState[] calls) =>
        WorkflowFold.Start(id) with { Calls = calls.ToImmutableDictionary(c => c.Proposed.Call) };

    private static CallId Call(int number) => PrefixedId.Derive<CallId>(Guid.Empty, $"call {number}");

    private static string Origin(ArgumentLabel label) => label.Words[(label.Words.IndexOf('(', StringComparison.Ordinal) + 1)..^1];

    private static Catalog Catalog()
    {
        var reader = new ConfigReader();
        var catalog = new CatalogBinder(new Host.SqliteProvider(), _ => "nowhere.db", TimeProvider.System, TimeZoneInfo.Utc, new CrashDouble(), reader).Bind(Shop.Bundle(Tools, Authority));
        Assert.DoesNotContain(reader.Faults, f => !f.IsWarning);
        return catalog;
    }

    private static FlowPolicy Rules()
    {
        var reader = new ConfigReader();
        var page = new ConfigNode.Map(new ConfigPlace("p", 1, 1), []);
        var bundle = Shop.Bundle(Tools, Authority);
        return FlowPolicy.Bind(
            bundle with { Pages = bundle.Pages.Add("agents/buyer.md", new ConfigPage(page, "Work agently.", 1)).Add("playbooks/order.md", new ConfigPage(page, "Be playful.", 1)).Add("prompts/x.md", new ConfigPage(page, "Some nothingness.", 1)) },
            Catalog(),
            new DirectoryDouble([]),
            reader);
    }

    private sealed class Seen(FlowPolicy policy, IBlobs? blobs = null)
    {
        private readonly SeenCache _cache = new(policy, Catalog(), new Results(blobs ?? new BlobsDouble()));

        public async Task<ArgumentLabel> LookAsync(WorkflowState state, string value, AuthorityArguments? declared = null)
        {
            var args = JsonText.Parse($"{{\"{(declared is null ? "x" : "supplier")}\":\"{value}\"}}").ToElement();
            return Assert.Single(await _cache.LookAsync(state, seen => seen.LabelsOf(args, declared ?? AuthorityArguments.None), CancellationToken.None));
        }
    }

    private sealed class CountingBlobs : IBlobs
    {
        public int Reads { get; private set; }

        public Task<string> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<ReadOnlyMemory<byte>?> GetAsync(string digest, CancellationToken cancellationToken)
        {
            Reads++;
            return Task.FromResult<ReadOnlyMemory<byte>?>(null);
        }
    }
}
