using System.Collections.Immutable;
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
