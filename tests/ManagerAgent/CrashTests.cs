namespace AiManager.ManagerAgent.Tests;

/// <summary>A process may die at any append, and somebody may act before any: every place is tried, none is chosen.</summary>
public sealed class CrashTests
{
    private static readonly TimeSpan LeaseOver = TimeSpan.FromMinutes(1);

    public static TheoryData<bool, int> Ways => new() { { false, 1 }, { true, 1 }, { false, 4 }, { true, 4 } };

    [Theory, MemberData(nameof(Ways))]
    public async Task Killed_at_any_append_a_goal_comes_to_the_same_end_and_no_order_is_lost_or_doubled(bool landsFirst, int parallel)
    {
        for (var dieAt = 1; ; dieAt++)
        {
            var house = new House { MaxParallelSteps = parallel };
            var (killed, state) = await DieAndResumeAsync(house, first => (first.Journal.DieAt, first.Journal.LandsFirst) = (dieAt, landsFirst));

            Assert.Equal(WorkflowStatus.Completed, state.Status);
            Assert.Equal(["s1", "s2", "s3"], house.Orders.Order());
            Assert.All(house.Tools.Effects.Values, times => Assert.Equal(1, times));
            if (!killed)
            {
                Assert.True(dieAt > 10, "The goal was over before anything could be killed.");
                return;
            }
        }
    }

    [Fact]
    public async Task Killed_at_any_append_while_approvals_are_given_a_goal_comes_to_the_same_end()
    {
        for (var dieAt = 1; ; dieAt++)
        {
            var house = new House();
            house.ChangeTool("orders.create", t => t with
            {
                Decide = args => args.GetProperty("supplier").GetString() == "s2" ? Effect.Ask : Effect.Allow,
                Preview = args => new EffectPreview("orders.find", args),
            });
            var (killed, state) = await DieAndResumeAsync(house, first => first.Journal.DieAt = dieAt);

            Assert.Equal(WorkflowStatus.Completed, state.Status);
            Assert.Equal(["s1", "s2", "s3"], house.Orders.Order());
            Assert.All(state.Approvals.Values, a => Assert.Equal(CallStatus.Succeeded, state.Calls[a.PreviewCall!.Value].Status));
            if (!killed)
            {
                return;
            }
        }
    }

    [Theory]
    [InlineData(CrashPoint.AfterClaim)]
    [InlineData(CrashPoint.AfterPlanAdopted)]
    [InlineData(CrashPoint.AfterDeliverableSubmitted)]
    [InlineData(CrashPoint.AfterDeliverableReviewed)]
    [InlineData(CrashPoint.BeforeGoalCompleted)]
    [InlineData(CrashPoint.BeforeRelease)]
    public async Task Killed_at_a_named_point_a_goal_comes_to_the_same_end(CrashPoint point)
    {
        var house = new House();

        var (killed, state) = await DieAndResumeAsync(house, first => first.Journal.DieAtPoint = point);

        Assert.True(killed);
        Assert.Equal(WorkflowStatus.Completed, state.Status);
        Assert.Equal(["s1", "s2", "s3"], house.Orders.Order());
    }

    [Fact]
    public async Task A_message_before_any_append_loses_nothing_and_is_heard()
    {
        await AtEachAppendAsync(
            (outside, workflow) => outside.Desk.MessageAsync(workflow, "Hurry.", "petra", default),
            (house, state) =>
            {
                Assert.Equal(WorkflowStatus.Completed, state.Status);
                Assert.Equal(["s1", "s2", "s3"], house.Orders.Order());
                Assert.Single(state.Messages);
                Assert.False(state.HasUnheard);
            });
    }

    [Fact]
    public async Task Cancelled_before_any_append_nothing_new_starts()
    {
        await AtEachAppendAsync(
            (outside, workflow) => outside.Desk.CancelAsync(workflow, "No longer needed.", "petra", default),
            (house, state) =>
            {
                Assert.Equal(WorkflowStatus.Cancelled, state.Status);
                Assert.All(state.Tasks, t => Assert.True(t.IsFinal));
                Assert.Equal(state.Calls.Values.Count(c => c is { Status: CallStatus.Succeeded, Started.IsRepeatable: false }), house.Orders.Count);
            });
    }

    [Fact]
    public async Task Paused_before_any_append_it_rests_and_goes_on_as_if_nothing_had_been()
    {
        await AtEachAppendAsync(
            (outside, workflow) => outside.Desk.PauseAsync(workflow, "Wait.", "petra", default),
            (_, state) => Assert.Equal(WorkflowStatus.Paused, state.Status),
            async (house, workflow) =>
            {
                var driving = house.Start("node-2");
                Assert.IsType<OutsideResult.Appended>(await driving.Desk.ResumeAsync(workflow, "petra", default));
                var state = await driving.RunAsync(workflow);
                Assert.Equal(WorkflowStatus.Completed, state.Status);
                Assert.Equal(1, state.PlanVersion);
                Assert.All(state.Tasks, t => Assert.Equal(0, t.Retries));
                Assert.Equal(["s1", "s2", "s3"], house.Orders.Order());
            });
    }

    [Theory]
    [InlineData("understand")]
    [InlineData("outline")]
    [InlineData("detail")]
    [InlineData("act")]
    [InlineData("review")]
    public async Task Paused_before_a_question_is_out_and_resumed_before_that_is_looked_at_nobody_is_asked_and_nothing_tried_again(string step)
    {
        var house = new House();
        var driving = house.Start();
        var workflow = await driving.SubmitAsync("Please see that nothing runs out.");
        PauseBefore(house, driving, workflow, question => question.Step == step);
        var state = await driving.RunAsync(workflow);
        Assert.Single(await driving.EventsAsync<WorkflowPaused>(workflow));
        Assert.Equal((WorkflowStatus.Completed, 1), (state.Status, state.PlanVersion));
        Assert.Empty(state.Escalations);
        Assert.All(state.Tasks, t => Assert.Equal(0, t.Retries));
        Assert.Equal(["s1", "s2", "s3"], house.Orders.Order());
    }

    [Fact]
    public async Task Paused_before_the_question_for_another_plan_is_out_and_resumed_before_that_is_looked_at_that_plan_is_made()
    {
        var house = new House();
        house.Model.InTurn(
            "outline",
            ModelDouble.Text(House.Outline(("find", "analysis", [], null))),
            ModelDouble.Text(House.Outline(("find", "analysis", [], null), ("order", "purchasing", ["find"], "$results.find.rows"))));
        var driving = house.Start();
        var workflow = await driving.SubmitAsync();
        PauseBefore(house, driving, workflow, question => question.Step == "outline" && house.Model.SentFor("outline").Any());
        var state = await driving.RunAsync(workflow);
        Assert.Single(await driving.EventsAsync<WorkflowPaused>(workflow));
        Assert.Equal((WorkflowStatus.Completed, 2), (state.Status, state.PlanVersion));
        Assert.Empty(state.Escalations);
        Assert.Equal(["s1", "s2", "s3"], house.Orders.Order());
    }

    /// <summary>Pauses the workflow just before a question would go on record, and lets it go on before whoever asked hears that it did not.</summary>
    private static void PauseBefore(House house, Driving driving, WorkflowId workflow, Func<ModelQuestion, bool> which)
    {
        var isPaused = 0;
        house.Model.BeforeAsk = async question =>
        {
            if (which(question) && Interlocked.Exchange(ref isPaused, 1) == 0)
            {
                Assert.IsType<OutsideResult.Appended>(await driving.Desk.PauseAsync(workflow, "Wait.", "petra", default));
            }
        };
        house.Model.WhenOvertaken = async log =>
        {
            // Of several that were asked at once each is told.
            await driving.Desk.ResumeAsync(workflow, "petra", default);
            while (log.State.Status == WorkflowStatus.Paused)
            {
                await Task.Yield(); // until the driver has heard of it
            }
        };
    }

    [Fact]
    public async Task Another_host_takes_over_before_any_append_and_the_first_one_appends_nothing_more()
    {
        for (var at = 1; ; at++)
        {
            // One step at a time: a call that was sent before the host froze may still have its effect later, and then nobody can know.
            var house = new House { MaxParallelSteps = 1 };
            var first = house.Start();
            var workflow = await first.SubmitAsync("Please see that nothing runs out.");
            var happened = false;
            var seqs = 0;
            first.Journal.BeforeAppend = async number =>
            {
                if (number == at && !happened)
                {
                    happened = true;
                    house.Time.Jump(LeaseOver);
                    var second = house.Start("node-2");
                    Assert.Equal(WorkflowStatus.Completed, (await FinishAsync(house, second, workflow)).Status);
                    seqs = (await second.SnapshotAsync(workflow)).Events.Length;
                }
            };

            // The drive alone, without the loop around it: that would claim anew what the other lets go while it waits for people, as no host does that is frozen.
            var claim = await first.Journal.ClaimAsync("node-1", house.Time.GetUtcNow(), new DriverOptions().Lease, workflow.ToString(), default);
            try
            {
                await first.Driver.DriveAsync(claim!, default);
            }
            catch (LeaseLostException)
            {
                Assert.True(happened);
            }

            if (!happened)
            {
                return;
            }

            var state = await first.RunAsync(workflow);
            Assert.Equal(seqs, state.Seq);
            Assert.Equal(["s1", "s2", "s3"], house.Orders.Order());
        }
    }

    /// <summary>Lets the outside act before the first driver's n-th append, for every n.</summary>
    private static async Task AtEachAppendAsync(
        Func<Driving, WorkflowId, Task<OutsideResult>> act, Action<House, WorkflowState> check, Func<House, WorkflowId, Task>? then = null)
    {
        for (var at = 1; ; at++)
        {
            var house = new House();
            var driving = house.Start();
            var outside = house.Start("outside");
            var workflow = await driving.SubmitAsync("Please see that nothing runs out.");
            var happened = false;
            driving.Journal.BeforeAppend = async number =>
            {
                if (number == at)
                {
                    happened = await act(outside, workflow) is OutsideResult.Appended;
                }
            };
            var state = await driving.RunAsync(workflow);
            if (!happened)
            {
                Assert.True(at > 10, "The goal was over before anybody could act.");
                return;
            }

            check(house, state);
            await (then?.Invoke(house, workflow) ?? Task.CompletedTask);
        }
    }

    private static async Task<(bool Killed, WorkflowState State)> DieAndResumeAsync(House house, Action<Driving> arm)
    {
        var first = house.Start();
        var workflow = await first.SubmitAsync("Please see that nothing runs out.");
        arm(first);
        var killed = false;
        try
        {
            await first.Loop.RunUntilIdleAsync(null, default);
        }
        catch (KilledException)
        {
            killed = true;
        }

        house.Time.Advance(LeaseOver);
        return (killed, await FinishAsync(house, house.Start("node-2"), workflow));
    }

    /// <summary>Drives on; petra approves, and olga, who can see the world, says what became of calls that nobody knows about.</summary>
    private static async Task<WorkflowState> FinishAsync(House house, Driving driving, WorkflowId workflow)
    {
        var state = await driving.RunAsync(workflow);
        while (state.ShownStatus == WorkflowStatus.Waiting)
        {
            await driving.DecideAllAsync(workflow, approve: true);
            foreach (var open in state.Escalations.Values.Where(e => e.Choice is null))
            {
                Assert.Equal(EscalationKind.UnknownCall, open.Raised.Kind);
                var happened = house.Tools.Effects.ContainsKey(open.Raised.Call!.Value.ToString());
                await driving.Answers.AnswerAsync(workflow, open.Raised.Escalation, happened ? "happened" : "again", null, "olga", "api", default);
            }

            state = await driving.RunAsync(workflow);
        }

        return state;
    }
}
