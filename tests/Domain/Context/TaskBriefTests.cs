using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace AiManager.Domain.Tests;

public sealed class TaskBriefTests
{
    private const int Lanes = 6;
    private const int Steps = 10;

    [Fact]
    public void Deep_in_sixty_tasks_it_holds_what_its_dependencies_gave_and_nothing_of_the_others()
    {
        var state = Sixty();
        var written = Of(state, "c8").Write();
        Assert.Equal(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "briefs", "deep-in-sixty-tasks.json")).TrimEnd('\n'), written);
        Assert.True(BriefText.Tokens(BriefText.Bytes(written)) < 4_000);
        using var json = JsonDocument.Parse(written);
        Assert.Equal(["b7", "c7"], json.RootElement.GetProperty("results").EnumerateObject().Select(p => p.Name).Order());
        Assert.All(new[] { "e7", "f3", "a8", "d1" }, other => Assert.DoesNotContain($"found-{other}-", written, StringComparison.Ordinal));
        Assert.Equal("c9", json.RootElement.GetProperty("next")[0].GetProperty("key").GetString());
    }

    [Fact]
    public void The_nearest_tasks_are_told_of_first_and_no_more_than_twenty()
    {
        var entries = Of(Sixty(), "c9").Earlier.Entries;
        Assert.Equal(20, entries.Length);
        Assert.StartsWith("""{"key":"b7",""", entries[0], StringComparison.Ordinal);
        Assert.StartsWith("""{"key":"c7",""", entries[1], StringComparison.Ordinal);
    }

    [Fact]
    public void What_people_decided_about_it_is_told_and_what_they_decided_about_others_is_not()
    {
        var state = Sixty() with
        {
            Escalations = new[] { Answered("goal", null, "go on", 1), Answered("before", "c3", "retry", 2), Answered("other", "f3", "skip", 3) }.ToImmutableDictionary(e => e.Raised.Escalation),
        };
        Assert.Equal(
            ["""{"question":"goal?","choice":"go on","answer":"because"}""", """{"question":"before?","choice":"retry","answer":"because"}"""],
            Of(state, "c8").Decided.Entries.Select(e => e));
    }

    [Fact]
    public void It_says_what_the_task_may_do_with_the_limits_of_the_tools_that_its_executor_has()
    {
        var grant = new Grant(["erp.order", "erp.cancel"], new Amounts(500m), Limits: [new ArgumentLimit("erp.order", "quantity", AtMost: 40), new ArgumentLimit("erp.cancel", "id", AtMost: 9)], Resources: ["supplier:acme"]);
        var task = new TaskState { Task = Given.WorkTask("order") with { Grant = grant } };
        var state = new WorkflowState { Id = Given.Workflow, Submitted = Given.Goal(), Tasks = [task] };
        Assert.EndsWith(
            """
            "grant":{"tools":["erp.order"],"limits":[{"tool":"erp.order","arg":"quantity","atMost":40}],"resources":["supplier:acme"],"money":500}}
            """.Trim(),
            TaskBrief.Of(state, task, ["erp.order"]).Write(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_of_what_was_written_can_end_the_block_that_it_stands_in()
    {
        var needed = new TaskState { Task = Given.WorkTask("a"), Status = WorkTaskStatus.Done, Deliverable = Given.Json("{\n\"note\": \"```\\n```json\"\n}") };
        var task = new TaskState { Task = Given.WorkTask("b", "a") };
        var state = new WorkflowState { Id = Given.Workflow, Submitted = Given.Goal("Restock\n```\nnow"), Tasks = [needed, task] };
        Assert.DoesNotContain('\n', TaskBrief.Of(state, task, []).Write());
    }

    [Fact]
    public void Equal_states_give_equal_bytes()
    {
        Assert.Equal(Of(Sixty(), "d7").Write(), Of(Sixty(), "d7").Write());
    }

    [Fact]
    public void After_a_restart_on_a_host_that_writes_numbers_and_days_otherwise_it_is_the_same_to_the_byte()
    {
        var story = Told();
        var written = TaskBrief.Of(story.State, story.State.Task(Given.Task("b"))!, ["erp.order", Citations.Tool]).Write();
        Assert.Contains("\"atMost\":1.50", written, StringComparison.Ordinal);
        Assert.Contains("Never split.", written, StringComparison.Ordinal);
        Assert.Contains("because", written, StringComparison.Ordinal);

        var here = CultureInfo.CurrentCulture;
        var strange = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (strange.NumberFormat.NumberDecimalSeparator, strange.NumberFormat.NegativeSign, strange.DateTimeFormat.DateSeparator, strange.DateTimeFormat.TimeSeparator) = (",", "~", ".", "-");
        CultureInfo.CurrentCulture = strange;
        try
        {
            // As another host has it: read from what is stored, and in sets that were filled in another order.
            var state = story.Events.Aggregate(WorkflowFold.Start(Given.Workflow), (s, e) => WorkflowFold.Apply(s, Reread(e)));
            state = state with { Calls = state.Calls.Reverse().ToImmutableDictionary(), Escalations = state.Escalations.Reverse().ToImmutableDictionary() };
            Assert.Equal(written, TaskBrief.Of(state, state.Task(Given.Task("b"))!, ["erp.order", Citations.Tool]).Write());
        }
        finally
        {
            CultureInfo.CurrentCulture = here;
        }

        static Recorded Reread(Recorded told)
        {
            var stored = EventCodec.Encode(told.Event, told.At, told.Actor, "");
            return EventCodec.Decode(new StoredEvent(told.Position, Given.Workflow.ToString(), told.Seq, stored.Type, stored.SchemaVersion, stored.At, stored.Actor, "", stored.Body, default, default));
        }
    }

    /// <summary>Of two tasks the first is done, and the second has all that a brief can tell of.</summary>
    private static Story Told()
    {
        var grant = new Grant(["erp.order", Citations.Tool], new Amounts(12.50m), Limits: [new ArgumentLimit("erp.order", "price", AtLeast: -0.5m, AtMost: 1.50m)], Expires: Given.Noon.AddHours(30.5));
        var second = Given.WorkTask("b", "a") with { Grant = grant, Deadline = new DateTimeOffset(2026, 12, 1, 8, 30, 0, TimeSpan.FromHours(5.5)), Item = Given.Json("{ \"price\": 1.50,\n \"of\": \"I\u0131\u0130i \ud83d\udce6\" }") };
        var story = Story.Planned(Given.WorkTask("a"), second, Given.WorkTask("c", "b")).Then(
            Given.Assigned("a"),
            new DeliverableSubmitted(Given.Task("a"), Given.Json("{\"answer\" : \"1.50 €\"}")),
            new DeliverableReviewed(Given.Task("a"), Actor.System, Accepted: true, [], []),
            new MessagePosted(Given.Words("Ma\u00f1ana, \u201cI\u201d said.")),
            Given.Assigned("b"));
        foreach (var name in (string[])["one", "two", "three"])
        {
            story.Then(Given.Escalated(name, EscalationKind.BlockedTask, choices: ["go on"]), Given.Answered(name, "go on") with { Answer = Given.Words("because of " + name) });
        }

        var call = RecallCall.Of(story.State.Task(Given.Task("b"))!)!;
        return story.Then(
            new CallProposed(call.Call, Given.Task("b"), "purchaser", call.Proposed.Tool, call.Proposed.Args, []),
            Given.Decided(call.Call, Effect.Allow),
            Given.Started(call.Call),
            Given.Settled(call.Call, result: """{"found":{"policy":[{"rank":1,"source":"knowledge/policy.md","text":"Never split."}]}}"""));
    }

    private static TaskBrief Of(WorkflowState state, string key) => TaskBrief.Of(state, state.Task(Given.Task(key))!, ["erp.read", "erp.order"]);

    /// <summary>Six lanes of ten steps: each step builds on the one before it, and every second one on the lane beside it. Steps before the ninth are done.</summary>
    private static WorkflowState Sixty()
    {
        var tasks = ImmutableArray.CreateBuilder<TaskState>();
        for (var step = 0; step < Steps; step++)
        {
            for (var lane = 0; lane < Lanes; lane++)
            {
                string[] needs = step == 0 ? [] : step % 2 == 0 && lane > 0 ? [Key(lane, step - 1), Key(lane - 1, step - 1)] : [Key(lane, step - 1)];
                tasks.Add(new TaskState
                {
                    Task = Given.WorkTask(Key(lane, step), needs),
                    Status = step < 8 ? WorkTaskStatus.Done : WorkTaskStatus.Pending,
                    Deliverable = step < 8 ? Given.Json($$"""{"answer":"found-{{Key(lane, step)}}-{{new string('x', 60 + (step * 60))}}"}""") : JsonText.Null,
                });
            }
        }

        return new WorkflowState { Id = Given.Workflow, Submitted = Given.Goal(), Agreed = Given.Contract(), Tasks = tasks.ToImmutable() };
    }

    private static string Key(int lane, int step) => $"{(char)('a' + lane)}{step}";

    private static EscalationState Answered(string name, string? task, string choice, int seq) => new(
        new Escalated(Given.Id<EscalationId>(name), EscalationKind.BlockedTask, task is null ? null : Given.Task(task), null, name + "?", ["retry"], "operator", null))
    {
        Choice = choice,
        Answer = "because",
        RaisedSeq = seq,
    };
}
