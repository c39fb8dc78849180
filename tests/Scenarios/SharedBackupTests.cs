using AiManager.Contracts;

namespace AiManager.Scenarios.Tests;

/// <summary>A shared store out of its server and into another database, by the server's own tools, as docs/operations.md says.</summary>
[NeedsPostgres]
public sealed class SharedBackupTests
{
    [Fact]
    public async Task A_dump_made_while_a_host_runs_is_restored_sound_and_the_goal_goes_on_to_its_end()
    {
        await using var run = await SharedRun.OpenAsync();
        var waiting = await run.SubmitAsync(ProcurementRun.Goal);
        Assert.True(waiting.ExitCode == 3, waiting.ToString());
        await using (var host = await run.ServeAsync())
        {
            await run.RestoreElsewhereAsync();
        }

        var verified = await run.VerbAsync("journal", "verify");
        Assert.True(verified.ExitCode == 0, verified.ToString());
        var done = await run.ResumeApprovedAsync();
        Assert.True(done.ExitCode == 0, done.ToString());
        Assert.Equal(waiting.Workflow.GetProperty("id").GetString(), done.Workflow.GetProperty("id").GetString());
        await run.AssertDoneAsync();
    }

    [Fact]
    public async Task Without_keys_and_lists_it_is_made_whole_from_its_events_and_says_nobodys_words()
    {
        await using var run = await SharedRun.OpenAsync();
        Assert.Equal(4, (await run.SubmitAsync("Write a poem about quixotry.")).ExitCode);
        await run.RestoreElsewhereAsync("envelope_keys", "workflows");

        Assert.Equal(1, (await run.VerbAsync("journal", "verify")).ExitCode);
        var rebuilt = await run.VerbAsync("journal", "rebuild");
        Assert.True(rebuilt.ExitCode == 0, rebuilt.ToString());
        var verified = await run.VerbAsync("journal", "verify");
        Assert.True(verified.ExitCode == 0, verified.ToString());
        await using var host = await run.ServeAsync();
        using var jana = host.As(await run.KeyAsync("jana"));
        var list = await jana.GetStringAsync(new Uri("/api/workflows", UriKind.Relative));
        Assert.Contains("[erased]", list, StringComparison.Ordinal);
        Assert.DoesNotContain("quixotry", list, StringComparison.Ordinal);
    }
}
