using System.IO.Compression;

namespace AiManager.Scenarios.Tests;

/// <summary>A data folder in a file, and back.</summary>
public sealed class BackupTests
{
    private const string Word = "quixotry";

    [Fact]
    public async Task A_backup_made_while_a_server_runs_is_put_back_sound_with_peoples_words_and_goes_on()
    {
        using var run = new ProcurementRun();
        var waiting = await run.SubmitAsync(ProcurementRun.Goal);
        Assert.True(waiting.ExitCode == 3, waiting.ToString());
        var file = Path.Combine(Path.GetDirectoryName(run.Data)!, "backup.zip");
        await using (var host = await ServedHost.StartAsync(["serve", "--company", run.Company, "--data", run.Data], "/health/ready"))
        {
            var made = await run.VerbAsync(["backup", file]);
            Assert.True(made.ExitCode == 0, made.ToString());
            Assert.Equal(2, (await run.VerbAsync(["backup", file])).ExitCode); // replaces nothing
        }

        using (var zip = ZipFile.OpenRead(file))
        {
            Assert.Equal(["manifest.json", "aimanager.db", "jobs.db", "worlds/procurement.db"], zip.Entries.Select(e => e.FullName));
        }

        Directory.Delete(run.Data, recursive: true);
        var back = await run.VerbAsync(["restore", file]);
        Assert.True(back.ExitCode == 0, back.ToString());
        Assert.Contains("The journal is sound", back.Output, StringComparison.Ordinal);
        var done = await run.ResumeApprovedAsync();
        Assert.True(done.ExitCode == 0, done.ToString());
        Assert.Equal(ProcurementRun.Goal, done.Workflow.GetProperty("goal").GetString());
        using var world = run.World();
        Assert.Equal(14, ProcurementOracle.PlacedLines(world).Count);
    }

    [Fact]
    public async Task Without_its_keys_a_backup_is_sound_and_says_nobodys_words()
    {
        using var run = new ProcurementRun();
        Assert.Equal(4, (await run.SubmitAsync($"Write a poem about {Word}.")).ExitCode); // not a playbook's words, which lie there as a file of the company
        var file = Path.Combine(Path.GetDirectoryName(run.Data)!, "backup.zip");
        Assert.Equal(0, (await run.VerbAsync(["backup", file])).ExitCode);
        File.Delete(file + ".keys");
        Directory.Delete(run.Data, recursive: true);
        var back = await run.VerbAsync(["restore", file]);
        Assert.True(back.ExitCode == 0, back.ToString());
        Assert.DoesNotContain(Word, System.Text.Encoding.UTF8.GetString(await File.ReadAllBytesAsync(run.Journal)), StringComparison.Ordinal);
        Assert.Equal(0, (await run.VerbAsync(["journal", "verify"])).ExitCode);
    }

    [Fact]
    public async Task A_backup_that_was_changed_is_named_and_not_put_back()
    {
        using var run = new ProcurementRun();
        await run.SubmitAsync(ProcurementRun.Goal);
        var file = Path.Combine(Path.GetDirectoryName(run.Data)!, "backup.zip");
        Assert.Equal(0, (await run.VerbAsync(["backup", file])).ExitCode);
        using (var zip = ZipFile.Open(file, ZipArchiveMode.Update))
        {
            zip.GetEntry("worlds/procurement.db")!.Delete();
            await using var changed = zip.CreateEntry("worlds/procurement.db").Open();
            changed.Write("something else"u8);
        }

        Directory.Delete(run.Data, recursive: true);
        var refused = await run.VerbAsync(["restore", file]);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("worlds/procurement.db", refused.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(run.Journal));
    }
}
