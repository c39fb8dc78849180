using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Contracts;

/// <summary>Two workflows that are about to change one record, on every store: who sees whom, who may begin, and that nothing is held on to for ever.</summary>
public abstract class RecordsContract : StoreContract
{
    private const string Record = "order:PO-4464";

    [Fact]
    public async Task Who_is_asked_about_a_record_is_seen_by_others_and_no_more_when_it_is_over()
    {
        var (first, second) = (await BeginAsync(), await BeginAsync());
        await first.TellAsync([Decided(first, Effect.Ask), Requested(first)]);
        Assert.Equal([new RecordHolder(first.Id, HasBegun: false)], (await HoldersAsync(second)).AsEnumerable());
        Assert.Empty(await HoldersAsync(first));
        Assert.Empty(await ReadModels.RecordHoldersAsync("order:PO-4465", second.Id, CancellationToken.None));

        await first.TellAsync([new GoalCancelled(new PrivateText("olga", "Enough."))]);
        Assert.Empty(await HoldersAsync(second));
        Assert.True((await Store.Audit.VerifyAsync(null, CancellationToken.None)).IsSound);
    }

    [Fact]
    public async Task Whoever_looked_before_the_other_began_cannot_begin_any_more_until_that_one_is_over()
    {
        var (first, second) = (await BeginAsync(), await BeginAsync());
        var looked = new Guard.Headroom(Ledger(), null);
        await first.TellAsync([Decided(first, Effect.Allow), Started(first), Settled(first)]);
        Assert.Equal([new RecordHolder(first.Id, HasBegun: true)], (await HoldersAsync(second)).AsEnumerable());
        Assert.Equal(looked, Assert.IsType<AppendResult.Refused>(await StartAsync(second, looked)).Guard);

        await first.TellAsync([new GoalFailed(GoalFailure.GivenUp, "Nobody sells bolts.")]);
        Assert.IsType<AppendResult.Appended>(await StartAsync(second, looked));
        Assert.True((await Store.Audit.VerifyAsync(null, CancellationToken.None)).IsSound);
    }

    [Fact]
    public async Task Rows_of_records_wake_nobody_and_are_no_due_time()
    {
        var first = await BeginAsync();
        await first.TellAsync([Decided(first, Effect.Allow), Started(first), Settled(first)]);
        while (await ClaimAsync() is { } claim)
        {
            await Journal.ReleaseAsync(claim, first.State.Seq, CancellationToken.None);
        }

        Time.Advance(TimeSpan.FromDays(4_000));
        Assert.Null(await ClaimAsync());
        Assert.Null((await ReadModels.FiguresAsync(CancellationToken.None)).NextDue);
    }

    [Fact]
    public async Task Of_many_that_begin_at_once_one_does()
    {
        var all = new List<ToldWorkflow>();
        for (var i = 0; i < 8; i++)
        {
            all.Add(await BeginAsync());
        }

        var looked = new Guard.Headroom(Ledger(), null);
        var results = await Task.WhenAll(all.Select(w => Task.Run(() => StartAsync(w, looked))));
        Assert.Single(results.OfType<AppendResult.Appended>());
        Assert.Equal(7, results.OfType<AppendResult.Refused>().Count());
    }

    private async Task<ToldWorkflow> BeginAsync()
    {
        var told = new ToldWorkflow(Store, New<WorkflowId>(), Time);
        var work = new WorkTask(
            Id<TaskId>(told, "task"), "change", "Change it", "Change it.", [], "buying", new DeliverableContract(JsonText.EmptyObject, null, null), new Grant(["erp.change"]), null, null, JsonText.Null, null, Risk.Low);
        await told.TellAsync(
            [
                new GoalSubmitted(new PrivateText("olga", "Change PO-4464."), "olga", null, null, JsonText.EmptyObject, null, null, null, "bundle", null, 0),
                new ContractAgreed(new Contract("It is changed.", [], [], null, null), null, null, "manager"),
                new PlanAdopted(new Plan(1, [work])),
                new TaskAssigned(work.Id, new Executor(Actor.Agent("buyer")), "default", null, ""),
                new CallProposed(Call(told), work.Id, "buyer", "erp.change", JsonText.EmptyObject, []),
            ],
            5);
        return told;
    }

    private Task<ImmutableArray<RecordHolder>> HoldersAsync(ToldWorkflow asks) => ReadModels.RecordHoldersAsync(Record, asks.Id, CancellationToken.None);

    private Task<AppendResult> StartAsync(ToldWorkflow told, Guard guard)
    {
        ImmutableArray<WorkflowEvent> events = [Decided(told, Effect.Allow), Started(told)];
        ImmutableArray<Recorded> recorded = [.. events.Select((e, i) => new Recorded(0, told.State.Seq + i + 1, Time.Now, Actor.System, e))];
        var after = recorded.Aggregate(told.State, WorkflowFold.Apply);
        return AppendAsync(
            told.Stream, told.State.Seq, null, [guard], WorkflowView.Changes(told.State, recorded, after), [.. events.Select(e => EventCodec.Encode(e, Time.Now, Actor.System, ""))]);
    }

    private static TId Id<TId>(ToldWorkflow told, string name)
        where TId : struct, IPrefixedId<TId> => PrefixedId.Derive<TId>(told.Id.Value, name);

    private static CallId Call(ToldWorkflow told) => Id<CallId>(told, "call");

    private static CallDecided Decided(ToldWorkflow told, Effect effect) => new(Call(told), effect, ["rule"], JsonText.EmptyObject, "", "policy", "v1", []) { Records = [Record] };

    private static Reservation Ledger() => new(RecordHolds.Ledger, Record, RecordHolds.Window, new Amounts(ToolCalls: 1), new Amounts(ToolCalls: 1));

    private static CallStarted Started(ToldWorkflow told) => new(Call(told), "key", true, [Ledger()], null);

    private static CallSettled Settled(ToldWorkflow told) => new(Call(told), CallOutcome.Succeeded, JsonText.EmptyObject, null, null, [Ledger()]);

    private ApprovalRequested Requested(ToldWorkflow told) => new(
        Id<ApprovalId>(told, "approval"), Call(told), Id<TaskId>(told, "task"), "buyer", "erp.change", JsonText.EmptyObject, JsonText.EmptyObject, "digest", ["rule"], [], "", [new Seat("lead", 1)], ["olga"], Time.Now.AddDays(2));
}
