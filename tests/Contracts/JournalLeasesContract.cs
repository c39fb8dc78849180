using AiManager.Domain;

namespace AiManager.Contracts;

/// <summary>Who may drive a workflow: claims, fences, and time that comes due.</summary>
public abstract class JournalLeasesContract : StoreContract
{
    [Fact]
    public async Task There_is_nothing_to_claim_where_nothing_happened() => Assert.Null(await ClaimAsync());

    [Fact]
    public async Task Two_claimers_never_get_the_same()
    {
        for (var i = 0; i < 50; i++)
        {
            await AppendedAsync(New<WorkflowId>().ToString(), 0);
        }

        var claims = await Task.WhenAll(Enumerable.Range(0, 80).Select(i => Task.Run(() => ClaimAsync($"n{i % 3}"))));
        Assert.Equal(50, claims.OfType<Claim>().Select(c => c.Stream).Distinct().Count());
        Assert.Equal(50, claims.OfType<Claim>().Count());
        Assert.Null(await ClaimAsync());
    }

    [Fact]
    public async Task Higher_priority_goes_first_then_who_waited_longest()
    {
        var ids = new List<WorkflowId>();
        foreach (var priority in new[] { 0, 5, 0, 5 })
        {
            var id = New<WorkflowId>();
            ids.Add(id);
            await AppendedAsync(id.ToString(), 0, changes: [new ReadModelChange.PutWorkflow(Row(id, priority: priority))]);
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        var order = new List<string>();
        while (await ClaimAsync() is { } claim)
        {
            order.Add(claim.Stream);
        }

        Assert.Equal(new[] { ids[1], ids[3], ids[0], ids[2] }.Select(i => i.ToString()), order);
    }

    [Fact]
    public async Task Only_the_wanted_workflow_is_claimed()
    {
        var (a, b) = (New<WorkflowId>().ToString(), New<WorkflowId>().ToString());
        await AppendedAsync(a, 0);
        await AppendedAsync(b, 0);

        Assert.Equal(b, (await ClaimAsync(only: b))!.Stream);
        Assert.Null(await ClaimAsync(only: b));
        Assert.Null(await ClaimAsync(only: New<WorkflowId>().ToString()));
        Assert.Equal(a, (await ClaimAsync())!.Stream);
    }

    [Fact]
    public async Task The_companys_own_stream_is_not_driven()
    {
        await AppendedAsync(CompanyState.Stream, 0);
        Assert.Null(await ClaimAsync());
    }

    [Fact]
    public async Task A_lease_that_ran_out_is_taken_with_a_higher_epoch_and_the_old_driver_is_fenced()
    {
        var stream = New<WorkflowId>().ToString();
        await AppendedAsync(stream, 0);
        var old = await ClaimAsync("n1");
        Assert.Null(await ClaimAsync("n2"));

        Time.Advance(TimeSpan.FromMinutes(1) + TimeSpan.FromMicroseconds(1));
        var young = await ClaimAsync("n2");
        Assert.True(young!.Epoch > old!.Epoch);

        Assert.Equal(new AppendResult.Fenced(young.Epoch), await AppendAsync(stream, 1, old.Epoch));
        Assert.False(await Journal.RenewAsync(old, Time.Now.AddMinutes(5), CancellationToken.None));
        await Journal.ReleaseAsync(old, 1, CancellationToken.None);
        Assert.Null(await ClaimAsync("n3"));
        await AppendedAsync(stream, 1, young.Epoch);
        Assert.Equal(2, (await ReadAsync(stream)).Length);
    }

    [Fact]
    public async Task A_fence_is_said_before_a_conflict()
    {
        var stream = New<WorkflowId>().ToString();
        await AppendedAsync(stream, 0);
        var old = await ClaimAsync("n1");
        Time.Advance(TimeSpan.FromHours(1));
        await ClaimAsync("n2");
        Assert.IsType<AppendResult.Fenced>(await AppendAsync(stream, 0, old!.Epoch));
    }

    [Fact]
    public async Task A_renewed_lease_holds_and_is_never_cut_short()
    {
        await AppendedAsync(New<WorkflowId>().ToString(), 0);
        var claim = await ClaimAsync();
        Assert.True(await Journal.RenewAsync(claim!, Time.Now.AddMinutes(10), CancellationToken.None));
        Assert.True(await Journal.RenewAsync(claim!, Time.Now.AddMinutes(2), CancellationToken.None));

        Time.Advance(TimeSpan.FromMinutes(9));
        Assert.Null(await ClaimAsync("n2"));
        Time.Advance(TimeSpan.FromMinutes(2));
        Assert.NotNull(await ClaimAsync("n2"));
    }

    [Fact]
    public async Task Letting_go_of_a_workflow_that_is_folded_to_its_end_leaves_nothing_to_claim()
    {
        var stream = New<WorkflowId>().ToString();
        await AppendedAsync(stream, 0);
        var claim = await ClaimAsync();
        await AppendedAsync(stream, 1, claim!.Epoch);
        await Journal.ReleaseAsync(claim, 2, CancellationToken.None);
        Assert.Null(await ClaimAsync());
        Assert.False(await Journal.RenewAsync(claim, Time.Now.AddHours(1), CancellationToken.None));
    }

    [Fact]
    public async Task What_was_appended_while_letting_go_is_not_slept_over()
    {
        var stream = New<WorkflowId>().ToString();
        await AppendedAsync(stream, 0);
        var claim = await ClaimAsync();
        await AppendedAsync(stream, 1);
        await Journal.ReleaseAsync(claim!, 1, CancellationToken.None);

        Assert.Equal(stream, (await ClaimAsync("n2"))!.Stream);
    }

    [Fact]
    public async Task Letting_go_with_work_left_behind_sends_it_to_the_end_of_the_line_and_wakes_drivers()
    {
        var (a, b) = (New<WorkflowId>().ToString(), New<WorkflowId>().ToString());
        await AppendedAsync(a, 0);
        Time.Advance(TimeSpan.FromSeconds(1));
        await AppendedAsync(b, 0);
        Time.Advance(TimeSpan.FromSeconds(1));
        var claim = await ClaimAsync();
        Assert.Equal(a, claim!.Stream);
        await Journal.WaitForWorkAsync(TimeSpan.FromHours(1), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));

        await Journal.ReleaseAsync(claim, 0, CancellationToken.None);
        await Journal.WaitForWorkAsync(TimeSpan.FromHours(1), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(b, (await ClaimAsync())!.Stream);
        Assert.Equal(a, (await ClaimAsync())!.Stream);
    }

    [Fact]
    public async Task An_append_from_outside_makes_a_sleeping_workflow_claimable()
    {
        var stream = New<WorkflowId>().ToString();
        await AppendedAsync(stream, 0);
        await Journal.ReleaseAsync((await ClaimAsync())!, 1, CancellationToken.None);
        Assert.Null(await ClaimAsync());

        await AppendedAsync(stream, 1);
        Assert.NotNull(await ClaimAsync());
    }

    [Fact]
    public async Task A_due_row_whose_time_has_come_makes_its_workflow_claimable_once()
    {
        var stream = await AsleepAsync(due: TimeSpan.FromHours(4));
        Assert.Equal(Time.Now.AddHours(4), await Journal.NextDueAsync(CancellationToken.None));
        Assert.Null(await ClaimAsync());

        Time.Advance(TimeSpan.FromHours(4));
        var claim = await ClaimAsync();
        Assert.Equal(stream, claim!.Stream);
        Assert.Null(await Journal.NextDueAsync(CancellationToken.None));

        await Journal.ReleaseAsync(claim, 1, CancellationToken.None);
        Assert.Null(await ClaimAsync());
    }

    [Fact]
    public async Task A_due_row_that_was_cleared_wakes_nobody_and_one_that_was_moved_wakes_later()
    {
        var cleared = await AsleepAsync(due: TimeSpan.FromHours(1));
        var moved = await AsleepAsync(due: TimeSpan.FromHours(1));
        await AppendedAsync(cleared, 1, epoch: 1, changes: [new ReadModelChange.ClearDue(cleared, "expires", "1")]);
        await AppendedAsync(moved, 1, epoch: 1, changes: [new ReadModelChange.PutDue(moved, "expires", "1", Time.Now.AddHours(3))]);

        Time.Advance(TimeSpan.FromHours(2));
        Assert.Null(await ClaimAsync());
        Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(moved, (await ClaimAsync())!.Stream);
        Assert.Null(await ClaimAsync());
    }

    [Fact]
    public async Task A_due_row_that_was_set_anew_wakes_again()
    {
        var stream = await AsleepAsync(due: TimeSpan.FromHours(1));
        Time.Advance(TimeSpan.FromHours(1));
        var claim = await ClaimAsync();
        await AppendedAsync(stream, 1, claim!.Epoch, changes: [new ReadModelChange.PutDue(stream, "expires", "1", Time.Now.AddHours(1))]);
        await Journal.ReleaseAsync(claim, 2, CancellationToken.None);
        Assert.Null(await ClaimAsync());

        Time.Advance(TimeSpan.FromHours(1));
        Assert.NotNull(await ClaimAsync());
    }

    [Fact]
    public async Task A_time_that_comes_while_somebody_drives_is_left_for_the_next_claim()
    {
        var stream = New<WorkflowId>().ToString();
        await AppendedAsync(stream, 0, changes: [new ReadModelChange.PutDue(stream, "expires", "1", Time.Now.AddSeconds(30))]);
        var claim = await ClaimAsync();
        Time.Advance(TimeSpan.FromSeconds(40));
        Assert.Null(await ClaimAsync("n2"));
        Assert.True(await Journal.NextDueAsync(CancellationToken.None) > Time.Now, "a waiting driver must not spin on a row that it cannot claim yet");

        await Journal.ReleaseAsync(claim!, 1, CancellationToken.None);
        Assert.True(await Journal.NextDueAsync(CancellationToken.None) <= Time.Now);
        Assert.Equal(stream, (await ClaimAsync("n2"))!.Stream);
    }

    [Fact]
    public async Task A_time_that_came_is_seen_behind_any_number_that_came_earlier_for_workflows_under_a_lease()
    {
        const int Driven = 600;
        var free = await AsleepAsync(due: TimeSpan.FromSeconds(40));
        await Task.WhenAll(Enumerable.Range(0, Driven).Select(_ => New<WorkflowId>().ToString()).ToList()
            .Select(stream => AppendedAsync(stream, 0, changes: [new ReadModelChange.PutDue(stream, "expires", "1", Time.Now.AddSeconds(30))])));
        var held = await Task.WhenAll(Enumerable.Range(0, Driven).Select(_ => Journal.ClaimAsync("n1", Time.Now, TimeSpan.FromHours(1), null, CancellationToken.None)));
        Assert.DoesNotContain(held, claim => claim is null || claim.Stream == free);

        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(free, (await ClaimAsync("n2"))?.Stream);
        Assert.Null(await ClaimAsync("n2"));
    }

    [Fact]
    public async Task A_host_that_dies_after_a_due_claim_loses_nothing()
    {
        var stream = await AsleepAsync(due: TimeSpan.FromHours(1));
        Time.Advance(TimeSpan.FromHours(1));
        Assert.NotNull(await ClaimAsync("n1"));

        Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(stream, (await ClaimAsync("n2"))!.Stream);
    }

    [Fact]
    public async Task A_time_that_came_early_for_a_host_whose_clock_is_ahead_comes_again_for_another_that_took_it()
    {
        // Ahead by two minutes, it wakes both and takes one.
        var (taken, left) = (await AsleepAsync(due: TimeSpan.FromMinutes(1)), await AsleepAsync(due: TimeSpan.FromMinutes(1)));
        var ahead = await Journal.ClaimAsync("ahead", Time.Now.AddMinutes(2), TimeSpan.FromMinutes(1), taken, CancellationToken.None);
        Assert.Equal(taken, ahead!.Stream);

        // By the clock of the other it is too early, also for the next to come.
        var early = await ClaimAsync("n1", only: left);
        await Journal.ReleaseAsync(early!, 1, CancellationToken.None);
        Assert.Null(await ClaimAsync("n1", only: left));
        Assert.Equal(Time.Now.AddMinutes(1), await Journal.NextDueAsync(CancellationToken.None));

        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(left, (await ClaimAsync("n1", only: left))!.Stream);
    }

    [Fact]
    public async Task A_time_that_comes_while_a_host_drives_what_was_woken_early_is_left_for_the_next_claim()
    {
        var (taken, left) = (await AsleepAsync(due: TimeSpan.FromHours(9)), await AsleepAsync(due: TimeSpan.FromSeconds(30)));
        Assert.Null(await Journal.ClaimAsync("ahead", Time.Now.AddMinutes(2), TimeSpan.FromMinutes(1), taken, CancellationToken.None));

        // It looked, saw nothing due, and lets go only after the time came.
        var looked = await ClaimAsync("n1", only: left);
        Time.Advance(TimeSpan.FromSeconds(40));
        await Journal.ReleaseAsync(looked!, 1, CancellationToken.None);
        Assert.Equal(left, (await ClaimAsync("n2", only: left))!.Stream);
    }

    [Fact]
    public async Task A_host_whose_clock_is_put_back_while_it_drives_leaves_a_time_that_comes_again()
    {
        var stream = await AsleepAsync(due: TimeSpan.FromMinutes(1));
        var claim = await Journal.ClaimAsync("ahead", Time.Now.AddMinutes(2), TimeSpan.FromMinutes(1), null, CancellationToken.None);
        await Journal.ReleaseAsync(claim!, 1, CancellationToken.None);
        Assert.Null(await ClaimAsync("ahead"));

        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(stream, (await ClaimAsync("ahead"))!.Stream);
    }

    [Fact]
    public async Task The_earliest_due_row_is_the_next()
    {
        await AsleepAsync(due: TimeSpan.FromHours(5));
        await AsleepAsync(due: TimeSpan.FromHours(2));
        await AsleepAsync(due: TimeSpan.FromHours(3));
        Assert.Equal(Time.Now.AddHours(2), await Journal.NextDueAsync(CancellationToken.None));
    }

    [Fact]
    public async Task An_event_newer_than_this_program_knows_is_left_to_a_newer_one()
    {
        await AppendedAsync(New<WorkflowId>().ToString(), 0, facts: [Fact() with { SchemaVersion = 99 }]);
        Assert.Null(await ClaimAsync());
    }

    /// <summary>A workflow with one event that was driven, folded and let go, and has one due row.</summary>
    private async Task<string> AsleepAsync(TimeSpan due)
    {
        var stream = New<WorkflowId>().ToString();
        await AppendedAsync(stream, 0, changes: [new ReadModelChange.PutDue(stream, "expires", "1", Time.Now + due)]);
        await Journal.ReleaseAsync((await ClaimAsync(only: stream))!, 1, CancellationToken.None);
        return stream;
    }
}
