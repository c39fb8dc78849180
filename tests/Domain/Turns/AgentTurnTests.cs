using System.Globalization;

namespace AiManager.Domain.Tests;

public sealed class AgentTurnTests
{
    private readonly Story _story = Story.Planned(Given.WorkTask("a"));

    private TaskState Task => _story.State.Task(Given.Task("a"))!;

    [Fact]
    public void It_begins_with_a_question()
    {
        _story.Then(Given.Assigned("a"));
        Assert.Equal([new TurnMove.AskModel(AgentTurn.NextAsk(Task))], Moves());
    }

    [Fact]
    public void A_question_without_an_answer_is_asked_again_under_its_id()
    {
        _story.Then(Given.Assigned("a"));
        var ask = AgentTurn.NextAsk(Task);
        _story.Then(Given.Asked(ask, "a"));
        Assert.Equal([new TurnMove.AskModel(ask)], Moves());
    }

    [Fact]
    public void Every_question_has_an_id_of_its_own_over_all_assignments()
    {
        _story.Then(Given.Assigned("a"));
        var ids = new List<AskId>();
        for (var assignment = 0; assignment < 3; assignment++)
        {
            for (var i = 0; i < 3; i++)
            {
                ids.Add(Ask("no object"));
            }

            _story.Then(new TaskBlocked(Given.Task("a"), "no", false), new TaskReassigned(Given.Task("a"), new Executor(Actor.Agent("other")), "default", null, "next"));
        }

        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Fact]
    public void All_calls_of_a_reply_go_to_the_gate_side_by_side()
    {
        var calls = Assigned(Given.Wants("erp.read"), Given.Wants("erp.order"));
        Assert.Equal(calls.Select(c => (TurnMove)new TurnMove.CallTool(c)), Moves());
        _story.Then(Propose(calls[0]));
        Assert.Equal(2, Moves().Length);
    }

    [Fact]
    public void One_call_that_waits_holds_up_the_turn_but_not_the_others()
    {
        var calls = Assigned(Given.Wants("erp.order"), Given.Wants("erp.read"));
        Wait(calls[0]);
        Assert.Equal(WorkTaskStatus.Running, Task.Status);
        Assert.Equal([new TurnMove.CallTool(calls[1])], Moves());
        Succeed(calls[1]);
        Assert.Equal(WorkTaskStatus.WaitingApproval, Task.Status);
        Assert.Empty(Moves());
    }

    [Fact]
    public void An_approved_call_is_taken_up_again()
    {
        var call = Assigned(Given.Wants())[0];
        Wait(call);
        Assert.Equal(WorkTaskStatus.WaitingApproval, Task.Status);
        Approve(call);
        Assert.Equal(WorkTaskStatus.Running, Task.Status);
        Assert.Equal([new TurnMove.CallTool(call)], Moves());
    }

    [Fact]
    public void A_call_that_was_started_is_taken_up_again_after_a_crash()
    {
        var call = Assigned(Given.Wants())[0];
        _story.Then(Propose(call), Given.Decided(call.Call, Effect.Allow), Given.Started(call.Call));
        Assert.Equal([new TurnMove.CallTool(call)], Moves());
    }

    [Fact]
    public void A_settled_or_refused_call_is_told_to_the_model()
    {
        var calls = Assigned(Given.Wants("erp.read"), Given.Wants("erp.order"));
        Succeed(calls[0]);
        _story.Then(Propose(calls[1]), Given.Decided(calls[1].Call, Effect.Deny));
        Assert.Equal([new TurnMove.AskModel(AgentTurn.NextAsk(Task))], Moves());
    }

    [Fact]
    public void An_unknown_call_goes_back_to_the_gate_until_somebody_has_been_asked_about_it()
    {
        var call = Assigned(Given.Wants())[0];
        _story.Then(Propose(call), Given.Decided(call.Call, Effect.Allow), Given.Started(call.Call), Given.Settled(call.Call, CallOutcome.Unknown));
        Assert.Equal([new TurnMove.CallTool(call)], Moves());
        _story.Then(Given.Escalated("e", EscalationKind.UnknownCall, "a", call.Call, "happened", "again", "giveUp"));
        Assert.Empty(Moves());
        Assert.True(_story.State.WaitsForPeople);
    }

    [Fact]
    public void A_reply_without_calls_is_the_deliverable()
    {
        Assigned();
        Ask("""Done. {"answer":"yes"}""");
        Assert.Equal([new TurnMove.SubmitDeliverable(Given.Json("""{"answer":"yes"}"""))], Moves());
    }

    [Fact]
    public void A_reply_that_is_not_in_order_is_sent_back_twice_and_then_no_more()
    {
        Assigned();
        for (var i = 0; i < 2; i++)
        {
            var ask = Ask("what?");
            Assert.Equal(ask, Assert.IsType<TurnMove.Correct>(Assert.Single(Moves())).Ask);
            _story.Then(new ReplyCorrected(Given.Task("a"), ask, ["Mend it."]));
            Assert.Equal([new TurnMove.AskModel(AgentTurn.NextAsk(Task))], Moves());
        }

        Ask("what??");
        var stop = Assert.IsType<TurnMove.Stop>(Assert.Single(Moves()));
        Assert.False(stop.Final);
        Assert.Contains("one JSON object", stop.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reply_with_calls_is_in_order_so_that_corrections_count_anew()
    {
        Assigned();
        for (var i = 0; i < 2; i++)
        {
            _story.Then(new ReplyCorrected(Given.Task("a"), Ask("what?"), ["Mend it."]));
        }

        Ask(null, Given.Wants("erp.read"));
        Assert.Equal(0, Task.Turn.Corrections);
    }

    [Fact]
    public void Giving_up_is_final_only_when_a_person_said_no()
    {
        Assigned();
        Ask("""{"cannot":"No supplier."}""");
        Assert.Equal([new TurnMove.Stop("No supplier.", Final: false)], Moves());
    }

    [Theory]
    [InlineData(ApprovalVerdict.Rejected, true)]
    [InlineData(ApprovalVerdict.Expired, true)]
    [InlineData(ApprovalVerdict.Void, false)]
    public void A_no_of_a_person_or_silence_makes_giving_up_final(ApprovalVerdict verdict, bool isFinal)
    {
        var call = Assigned(Given.Wants())[0];
        Wait(call);
        _story.Then(Given.Verdict(Given.Approval(call.Call.ToString()), verdict));
        Assert.Equal(CallStatus.Refused, _story.State.Calls[call.Call].Status);
        Ask("""{"cannot":"It was not approved."}""");
        Assert.Equal([new TurnMove.Stop("It was not approved.", isFinal)], Moves());
    }

    [Fact]
    public void It_ends_at_the_limit_of_questions()
    {
        _story.Then(Given.Assigned("a", limits: new TurnLimits(Turns: 3)));
        for (var i = 0; i < 3; i++)
        {
            Assert.IsType<TurnMove.AskModel>(Assert.Single(Moves()));
            Read(Ask(null, Given.Wants("erp.read", $$"""{"n":{{i}}}""")));
        }

        Assert.False(Assert.IsType<TurnMove.Stop>(Assert.Single(Moves())).Final);
    }

    [Fact]
    public void A_model_that_never_answers_comes_to_the_limit_too()
    {
        _story.Then(Given.Assigned("a", limits: new TurnLimits(Turns: 3)));
        for (var i = 0; i < 3; i++)
        {
            var ask = Assert.IsType<TurnMove.AskModel>(Assert.Single(Moves())).Ask;
            _story.Then(Given.Asked(ask, "a"), Given.Replied(ask, "a", null) with { Outcome = ModelOutcome.Unavailable, Usage = null });
        }

        Assert.IsType<TurnMove.Stop>(Assert.Single(Moves()));
    }

    [Fact]
    public void It_ends_at_the_limit_of_tokens()
    {
        _story.Then(Given.Assigned("a", limits: new TurnLimits(Tokens: 240)));
        Read(Ask(null, Given.Wants("erp.read", """{"n":1}""")));
        Assert.IsType<TurnMove.AskModel>(Assert.Single(Moves()));
        Read(Ask(null, Given.Wants("erp.read", """{"n":2}""")));
        Assert.Contains("240 tokens", Assert.IsType<TurnMove.Stop>(Assert.Single(Moves())).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_call_with_the_same_result_is_made_three_times_at_most()
    {
        Assigned();
        for (var i = 0; i < 3; i++)
        {
            Assert.IsType<TurnMove.AskModel>(Assert.Single(Moves()));
            Read(Ask(null, Given.Wants("erp.read")));
        }

        Assert.Contains("erp.read", Assert.IsType<TurnMove.Stop>(Assert.Single(Moves())).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_call_with_changing_results_is_no_loop()
    {
        Assigned();
        for (var i = 0; i < 5; i++)
        {
            var ask = Ask(null, Given.Wants("erp.read"));
            Read(ask, i.ToString(CultureInfo.InvariantCulture));
        }

        Assert.IsType<TurnMove.AskModel>(Assert.Single(Moves()));
    }

    [Fact]
    public void Trying_again_begins_the_limits_anew_or_it_would_be_no_try()
    {
        _story.Then(Given.Assigned("a", limits: new TurnLimits(Turns: 3, Tokens: 360)));
        for (var attempt = 0; attempt < 2; attempt++)
        {
            for (var i = 0; i < 3; i++)
            {
                Assert.IsType<TurnMove.AskModel>(Assert.Single(Moves()));
                Read(Ask(null, Given.Wants("erp.read")));
            }

            var stop = Assert.IsType<TurnMove.Stop>(Assert.Single(Moves()));
            _story.Then(new TaskBlocked(Given.Task("a"), stop.Reason, stop.Final), new TaskRetried(Given.Task("a"), "Once more."));
        }
    }

    [Fact]
    public void Calls_that_were_refused_again_and_again_are_a_loop_as_well()
    {
        Assigned();
        for (var i = 0; i < 3; i++)
        {
            var call = CallsOf(Ask(null, Given.Wants()))[0];
            _story.Then(Propose(call), Given.Decided(call.Call, Effect.Deny));
        }

        Assert.IsType<TurnMove.Stop>(Assert.Single(Moves()));
    }

    [Fact]
    public void Feedback_brings_the_next_question()
    {
        Assigned();
        Ask("""{"answer":"yes"}""");
        _story.Then(
            new DeliverableSubmitted(Given.Task("a"), Given.Json("""{"answer":"yes"}""")),
            new DeliverableReviewed(Given.Task("a"), Actor.System, false, ["It is not there."], []),
            new TaskRetried(Given.Task("a"), "It is not there."));
        Assert.Equal("It is not there.", Assert.IsType<TurnItem.Feedback>(Task.Turn.Items[^1]).Text);
        Assert.Equal([new TurnMove.AskModel(AgentTurn.NextAsk(Task))], Moves());
    }

    private TurnMove[] Moves()
    {
        var moves = AgentTurn.Decide(_story.State, Task);
        Assert.Equal(moves.Select(Show), AgentTurn.Decide(_story.State, Task).Select(Show));
        return [.. moves];
    }

    private static string Show(TurnMove move) => move is TurnMove.Correct correct ? $"{correct.Ask}: {string.Join(';', correct.Errors)}" : move.ToString();

    private TurnCall[] Assigned(params ModelToolCall[] calls)
    {
        _story.Then(Given.Assigned("a"));
        return calls.Length == 0 ? [] : CallsOf(Ask(null, calls));
    }

    private AskId Ask(string? reply, params ModelToolCall[] calls)
    {
        var ask = AgentTurn.NextAsk(Task);
        _story.Then(Given.Asked(ask, "a"), Given.Replied(ask, "a", reply, calls));
        return ask;
    }

    private TurnCall[] CallsOf(AskId ask) => [.. Task.Turn.Items.OfType<TurnItem.Reply>().Single(r => r.Ask == ask).Calls];

    private static CallProposed Propose(TurnCall call) => new(call.Call, Given.Task("a"), "purchaser", call.Proposed.Tool, call.Proposed.Args, []);

    private void Wait(TurnCall call) =>
        _story.Then(Propose(call), Given.Decided(call.Call, Effect.Ask), Given.Requested(Given.Approval(call.Call.ToString()), call.Call, Given.Task("a")));

    private void Approve(TurnCall call)
    {
        var approval = Given.Approval(call.Call.ToString());
        _story.Then(Given.Seat(approval), Given.Verdict(approval, ApprovalVerdict.Approved));
    }

    private void Succeed(TurnCall call, string result = "{}") =>
        _story.Then(Propose(call), Given.Decided(call.Call, Effect.Allow), Given.Started(call.Call), Given.Settled(call.Call, result: result));

    private void Read(AskId ask, string result = "{}") => Succeed(CallsOf(ask)[0], result);
}
