using AiManager.Contracts;

namespace AiManager.Scenarios.Tests;

/// <summary>Finished workflows out of a shared store into files and back, while a host works on it.</summary>
[NeedsPostgres]
public sealed class SharedArchiveTests
{
    [Fact]
    public async Task A_finished_workflow_goes_into_a_file_and_comes_back_byte_for_byte_and_the_store_goes_on()
    {
        await using var run = await SharedRun.OpenAsync();
        var done = await run.SubmitApprovedAsync(ProcurementRun.Goal); // from here on a host runs beside
        Assert.True(done.ExitCode == 0, done.ToString());
        var id = done.Workflow.GetProperty("id").GetString()!;
        var next = await run.SubmitAsync(ProcurementRun.Goal);
        Assert.True(next.ExitCode == 0, next.ToString());
        var before = (await run.VerbAsync("journal", "export", "--workflow", id)).Output;
        var folder = Path.Combine(run.Data, "archive");

        var archived = await run.VerbAsync("archive", "--older-than", "0d", "--to", folder);
        Assert.True(archived.ExitCode == 0, archived.ToString());
        Assert.StartsWith("1 workflow with", archived.Output, StringComparison.Ordinal);
        Assert.Equal("", (await run.VerbAsync("journal", "export", "--workflow", id)).Output);
        var verified = await run.VerbAsync("journal", "verify");
        Assert.True(verified.ExitCode == 0, verified.ToString());
        Assert.Contains($"{before.TrimEnd().Split('\n').Length} of the events are archived", verified.Output, StringComparison.Ordinal);

        var back = await run.VerbAsync("archive", "import", Assert.Single(Directory.GetFiles(folder, "*.gz")));
        Assert.True(back.ExitCode == 0, back.ToString());
        Assert.Equal(before, (await run.VerbAsync("journal", "export", "--workflow", id)).Output);
        await run.AssertDoneAsync();
    }
}
