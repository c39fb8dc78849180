using System.Collections.Immutable;

namespace AiManager.Domain.Tests;

public sealed class RecallCallTests
{
    private readonly Story _story = Story.Planned(Given.WorkTask("a") with { Grant = new Grant(["erp.read", Citations.Tool]) }).Then(Given.Assigned("a"));

    private TaskState Task => _story.State.Task(Given.Task("a"))!;

    [Fact]
    public void A_task_that_may_look_things_up_does_so_once_before_its_agent_is_asked()
    {
        var call = Assert.IsType<TurnMove.CallTool>(Assert.Single(Moves())).Call;
        Assert.Equal("""{"query":"Do a\nPlease do a."}""", call.Proposed.Args.Text);
        Settle(call, """{"found":{"policy":[{"rank":1,"source":"knowledge/policy.md","text":"Never split."}]}}""");
        Assert.IsType<TurnMove.AskModel>(Assert.Single(Moves()));
        Assert.Equal(["""{"rank":1,"source":"knowledge/policy.md","text":"Never split."}"""], TaskBrief.Of(_story.State, Task, []).Knowledge.Entries.AsEnumerable());
    }

    [Fact]
    public void What_the_gate_refuses_is_done_without()
    {
        var call = Assert.IsType<TurnMove.CallTool>(Assert.Single(Moves())).Call;
        _story.Then(Proposed(call), Given.Decided(call.Call, Effect.Deny));
        Assert.IsType<TurnMove.AskModel>(Assert.Single(Moves()));
        Assert.Empty(TaskBrief.Of(_story.State, Task, []).Knowledge.Entries);
    }

    [Fact]
    public void A_call_that_a_dead_host_had_started_is_taken_up_under_its_own_id()
    {
        var call = Assert.IsType<TurnMove.CallTool>(Assert.Single(Moves())).Call;
        _story.Then(Proposed(call), Given.Decided(call.Call, Effect.Allow), Given.Started(call.Call));
        Assert.Equal(call.Call, Assert.IsType<TurnMove.CallTool>(Assert.Single(Moves())).Call.Call);
    }

    [Fact]
    public void A_task_that_may_not_look_things_up_asks_at_once() => Assert.Null(RecallCall.Of(new TaskState { Task = Given.WorkTask("b") }));

    [Fact]
    public void An_item_is_part_of_the_question_and_no_part_is_long()
    {
        var task = Given.WorkTask("b") with { Grant = new Grant([Citations.Tool]), Instruction = new string('i', 5_000), Item = Given.Json($"\"{new string('x', 5_000)}\"") };
        var query = RecallCall.Of(new TaskState { Task = task })!.Proposed.Args.ToElement().GetProperty("query").GetString()!;
        Assert.InRange(query.Length, 1_200, 2_000);
        Assert.Contains("xxx", query, StringComparison.Ordinal);
    }

    private ImmutableArray<TurnMove> Moves() => AgentTurn.Decide(_story.State, Task);

    private void Settle(TurnCall call, string result) => _story.Then(Proposed(call), Given.Decided(call.Call, Effect.Allow), Given.Started(call.Call), Given.Settled(call.Call, result: result));

    private static CallProposed Proposed(TurnCall call) => new(call.Call, Given.Task("a"), "purchaser", call.Proposed.Tool, call.Proposed.Args, []);
}
