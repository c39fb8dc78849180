using System.Collections.Frozen;
using FsCheck;
using FsCheck.Fluent;

namespace AiManager.Domain.Tests;

public sealed class HistoryConditionTests
{
    private static readonly WhenExpression Order = Field("args.order");
    private static readonly WhenExpression Total = Field("facts.total");

    [Fact]
    public void What_happened_before_is_found_by_the_same_order()
    {
        var condition = Once(Receipts(same: true));
        var state = Made(("receive", "erp.receive", """{"order":7}""", 0));
        Assert.IsType<WhenOutcome.True>(Judge(condition, state, """{"order":7}"""));
        Assert.IsType<WhenOutcome.False>(Judge(condition, state, """{"order":8}"""));
        Assert.IsType<WhenOutcome.False>(Judge(condition, Made(), """{"order":7}"""));
    }

    [Fact]
    public void None_is_the_opposite_of_some()
    {
        var state = Made(("receive", "erp.receive", """{"order":7}""", 0));
        Assert.IsType<WhenOutcome.False>(Judge(new HistoryCondition.None(Receipts(same: true)), state, """{"order":7}"""));
        Assert.IsType<WhenOutcome.True>(Judge(new HistoryCondition.None(Receipts(same: true)), state, """{"order":8}"""));
    }

    [Theory]
    [InlineData("""{"number":7}""", """{"order":7}""")]
    [InlineData("""{"order":7}""", """{"number":7}""")]
    public void A_field_that_is_missing_on_either_side_leaves_it_open(string theirs, string mine)
    {
        var state = Made(("receive", "erp.receive", theirs, 0));
        Assert.IsType<WhenOutcome.Error>(Judge(Once(Receipts(same: true)), state, mine));
        Assert.IsType<WhenOutcome.Error>(Judge(new HistoryCondition.None(Receipts(same: true)), state, mine));
    }

    [Fact]
    public void What_failed_or_was_refused_never_happened_and_of_the_rest_it_is_known_whether_it_did()
    {
        var state = Story(
            ("refused", "erp.receive", """{"order":1}""", Effect.Deny, null),
            ("failed", "erp.receive", """{"order":2}""", Effect.Allow, CallOutcome.Failed),
            ("unknown", "erp.receive", """{"order":3}""", Effect.Allow, CallOutcome.Unknown),
            ("underWay", "erp.receive", """{"order":4}""", Effect.Allow, null));
        var found = CallHistory.Of(state, null).CallsOf("erp.receive");
        Assert.Equal([(Given.Call("unknown"), false), (Given.Call("underWay"), false)], found.Select(f => (f.Call, f.IsCertain)));
    }

    [Fact]
    public void What_nobody_knows_neither_permits_nor_is_forgotten()
    {
        var state = Story(("unknown", "erp.receive", """{"order":7}""", Effect.Allow, CallOutcome.Unknown));
        Assert.IsType<WhenOutcome.Error>(Judge(Once(Receipts(same: true)), state, """{"order":7}"""));
        Assert.IsType<WhenOutcome.Error>(Judge(new HistoryCondition.None(Receipts(same: true)), state, """{"order":7}"""));
        Assert.IsType<WhenOutcome.False>(Judge(Once(Receipts(same: true)), state, """{"order":8}"""));
    }

    [Fact]
    public void A_call_is_not_its_own_past()
    {
        var state = Made(("receive", "erp.receive", """{"order":7}""", 0));
        Assert.Empty(CallHistory.Of(state, Given.Call("receive")).CallsOf("erp.receive"));
    }

    [Fact]
    public void A_window_ends_with_its_last_moment_and_a_clock_that_went_back_makes_nothing_old()
    {
        var recent = Receipts(same: false) with { Within = TimeSpan.FromMinutes(15) };
        var state = Made(("receive", "erp.receive", """{"order":7}""", 0));
        Assert.IsType<WhenOutcome.True>(Judge(Once(recent), state, "{}", Given.Noon.AddMinutes(15)));
        Assert.IsType<WhenOutcome.False>(Judge(Once(recent), state, "{}", Given.Noon.AddMinutes(15).AddTicks(1)));
        Assert.IsType<WhenOutcome.True>(Judge(Once(recent), state, "{}", Given.Noon.AddMinutes(-5)));
    }

    [Fact]
    public void Who_prepared_it_is_told_from_somebody_else()
    {
        var state = Made(("receive", "erp.receive", """{"order":7}""", 0));
        Assert.IsType<WhenOutcome.True>(Judge(Once(Receipts(same: false) with { By = PastCaller.Same }), state, "{}", caller: "purchaser"));
        Assert.IsType<WhenOutcome.False>(Judge(Once(Receipts(same: false) with { By = PastCaller.Same }), state, "{}", caller: "payer"));
        Assert.IsType<WhenOutcome.True>(Judge(Once(Receipts(same: false) with { By = PastCaller.Other }), state, "{}", caller: "payer"));
    }

    [Theory]
    [InlineData(40, false)]
    [InlineData(41, true)]
    public void A_sum_counts_this_call_too_and_its_bound_is_still_within(int now, bool isAbove)
    {
        var state = Made(("a", "erp.receive", """{"order":1}""", 50), ("b", "erp.receive", """{"order":2}""", 10));
        var condition = new HistoryCondition.SumAbove(Receipts(same: false), Total, 100);
        var outcome = condition.Judge(CallHistory.Of(state, null), Facts("{}", $$"""{"total":{{now}}}"""), "payer", Given.Noon);
        Assert.Equal(isAbove, outcome is WhenOutcome.True);
        Assert.IsNotType<WhenOutcome.Error>(outcome);
    }

    [Fact]
    public void A_sum_of_what_is_no_number_or_beyond_all_numbers_cannot_be_said()
    {
        var condition = new HistoryCondition.SumAbove(Receipts(same: false), Total, 100);
        var big = CallHistory.Of(Made(("a", "erp.receive", "{}", decimal.MaxValue)), null);
        Assert.IsType<WhenOutcome.Error>(condition.Judge(big, Facts("{}", """{"total":79228162514264337593543950335}"""), "payer", Given.Noon));
        Assert.IsType<WhenOutcome.Error>(condition.Judge(CallHistory.Empty, Facts("{}", """{"total":"much"}"""), "payer", Given.Noon));
        Assert.IsType<WhenOutcome.Error>(condition.Judge(CallHistory.Empty, Facts("{}", "{}"), "payer", Given.Noon));
    }

    [Fact]
    public void A_negative_part_makes_no_room()
    {
        var condition = new HistoryCondition.SumAbove(Receipts(same: false), Total, 100);
        Assert.IsType<WhenOutcome.Error>(condition.Judge(CallHistory.Of(Made(("a", "erp.receive", "{}", -5000)), null), Facts("{}", """{"total":50}"""), "payer", Given.Noon));
    }

    [Fact]
    public void A_call_that_was_judged_on_another_past_does_not_start()
    {
        var state = Made(("a", "erp.receive", "{}", 1));
        var last = CallHistory.LastStart(state);
        var seq = state.Calls.Values.Max(c => c.Seqs.Last());
        state = Fold(state, ref seq, Given.Proposed("b", tool: "erp.order"), Given.Decided(Given.Call("b"), Effect.Allow));
        var beside = Fold(state, ref seq, Given.Proposed("c", tool: "erp.order"), Given.Decided(Given.Call("c"), Effect.Allow), Given.Started(Given.Call("c")));
        var start = new Recorded(99, 99, Given.Noon, Actor.System, Given.Started(Given.Call("b")) with { After = last });
        Assert.NotNull(CallFold.Apply(state, start));
        Assert.Null(CallFold.Apply(beside, start));
    }

    [Fact]
    public void More_past_never_makes_a_count_or_a_sum_smaller() => Prop.ForAll(
        Arb.From(Gen.Choose(0, 4).ListOf()), Arb.From(Gen.Choose(1, 4)), (orders, least) =>
        {
            var count = new HistoryCondition.AtLeast(Receipts(same: true), least);
            var sum = new HistoryCondition.SumAbove(Receipts(same: true), Total, 10);
            var isCounted = false;
            var isAbove = false;
            for (var length = 0; length <= orders.Count; length++)
            {
                var state = Made([.. orders.Take(length).Select((o, i) => ($"c{i}", "erp.receive", $$"""{"order":{{o}}}""", 3m))]);
                var history = CallHistory.Of(state, null);
                var nowCounted = count.Judge(history, Facts("""{"order":1}""", """{"total":3}"""), "payer", Given.Noon) is WhenOutcome.True;
                var nowAbove = sum.Judge(history, Facts("""{"order":1}""", """{"total":3}"""), "payer", Given.Noon) is WhenOutcome.True;
                if ((isCounted && !nowCounted) || (isAbove && !nowAbove) || nowCounted != (orders.Take(length).Count(o => o == 1) >= least))
                {
                    return false;
                }

                (isCounted, isAbove) = (nowCounted, nowAbove);
            }

            return true;
        }).Check(Config.QuickThrowOnFailure);

    private static HistoryCondition.AtLeast Once(PastCalls calls) => new(calls, 1);

    private static PastCalls Receipts(bool same) => new(
        new[] { "erp.receive" }.ToFrozenSet(StringComparer.Ordinal), null, same ? [new SameField(Order, Order)] : [], PastCaller.Anybody, null, null);

    private static WhenOutcome Judge(HistoryCondition condition, WorkflowState state, string args, DateTimeOffset? at = null, string caller = "payer") =>
        condition.Judge(CallHistory.Of(state, null), Facts(args, "{}"), caller, at ?? Given.Noon);

    private static WhenFacts Facts(string args, string facts) =>
        new() { Args = WhenValue.FromJson(Given.Json(args).ToElement()), Facts = WhenValue.FromJson(Given.Json(facts).ToElement()) };

    private static WhenExpression Field(string text) => Assert.IsType<WhenParsed.Sound>(When.Parse(text, new WhenPosition(1, 1))).Expression;

    private static WorkflowState Made(params (string Call, string Tool, string Args, decimal Total)[] calls)
    {
        var state = new WorkflowState { Id = Given.Workflow };
        var seq = 0;
        foreach (var (call, tool, args, total) in calls)
        {
            var decided = Given.Decided(Given.Call(call), Effect.Allow) with { Facts = Given.Json(FormattableString.Invariant($$"""{"total":{{total}}}""")) };
            state = Fold(state, ref seq, Given.Proposed(call, tool: tool, args: args), decided, Given.Started(Given.Call(call)), Given.Settled(Given.Call(call)));
        }

        return state;
    }

    private static WorkflowState Story(params (string Call, string Tool, string Args, Effect Effect, CallOutcome? Outcome)[] calls)
    {
        var state = new WorkflowState { Id = Given.Workflow };
        var seq = 0;
        foreach (var (call, tool, args, effect, outcome) in calls)
        {
            state = Fold(state, ref seq, Given.Proposed(call, tool: tool, args: args), Given.Decided(Given.Call(call), effect));
            state = effect == Effect.Allow ? Fold(state, ref seq, Given.Started(Given.Call(call))) : state;
            state = outcome is { } ended ? Fold(state, ref seq, Given.Settled(Given.Call(call), ended)) : state;
        }

        return state;
    }

    private static WorkflowState Fold(WorkflowState state, ref int seq, params WorkflowEvent[] events)
    {
        foreach (var fact in events)
        {
            seq++;
            state = CallFold.Apply(state, new Recorded(seq, seq, Given.Noon, Actor.System, fact)) ?? throw new InvalidOperationException($"{fact} was not taken.");
        }

        return state;
    }
}
