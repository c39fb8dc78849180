using System.IO.Compression;
using System.Text;

namespace AiManager.Scenarios.Tests;

/// <summary>Finished workflows out of the store into files, and back.</summary>
public sealed class ArchiveTests
{
    [Fact]
    public async Task A_finished_workflow_goes_into_a_file_and_comes_back_byte_for_byte_and_the_journal_is_sound_throughout()
    {
        using var run = new ProcurementRun();
        var (id, before) = await FinishedAsync(run);

        var archived = await run.VerbAsync(["archive", "--older-than", "0d", "--to", ArchiveOf(run)]);
        Assert.True(archived.ExitCode == 0, archived.ToString());
        Assert.StartsWith("1 workflow with", archived.Output, StringComparison.Ordinal);
        Assert.Equal("", await ExportAsync(run, id));
        var verified = await run.VerbAsync(["journal", "verify"]);
        Assert.True(verified.ExitCode == 0, verified.ToString());
        Assert.Contains($"{before.TrimEnd().Split('\n').Length} of the events are archived", verified.Output, StringComparison.Ordinal);

        // The store goes on behind it: another run, its budgets, and another proof.
        var next = await run.SubmitApprovedAsync(ProcurementRun.Goal);
        Assert.True(next.ExitCode == 0, next.ToString());
        Assert.Equal(0, (await run.VerbAsync(["journal", "verify"])).ExitCode);

        var back = await run.VerbAsync(["archive", "import", FileOf(run)]);
        Assert.True(back.ExitCode == 0, back.ToString());
        Assert.Equal(before, await ExportAsync(run, id));
        verified = await run.VerbAsync(["journal", "verify"]);
        Assert.True(verified.ExitCode == 0, verified.ToString());
        Assert.DoesNotContain("archived", verified.Output, StringComparison.Ordinal);
        Assert.StartsWith("0 workflows", (await run.VerbAsync(["archive", "import", FileOf(run)])).Output, StringComparison.Ordinal); // it is here already
    }

    [Fact]
    public async Task An_archived_event_that_was_edited_is_named_and_nothing_is_taken_in()
    {
        using var run = new ProcurementRun();
        await FinishedAsync(run);
        Assert.Equal(0, (await run.VerbAsync(["archive", "--older-than", "0d", "--to", ArchiveOf(run)])).ExitCode);
        Rewrite(FileOf(run), text => text.Replace("\"seq\":7,\"type\":\"", "\"seq\":7,\"type\":\"X", StringComparison.Ordinal));
        var refused = await run.VerbAsync(["archive", "import", FileOf(run)]);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("/7 at position", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("is not what was hashed", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("are archived", (await run.VerbAsync(["journal", "verify"])).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_place_of_an_archived_event_that_was_edited_or_taken_away_is_found_by_verify()
    {
        using var run = new ProcurementRun();
        await FinishedAsync(run);
        Assert.Equal(0, (await run.VerbAsync(["archive", "--older-than", "0d", "--to", ArchiveOf(run)])).ExitCode);
        using (var journal = WorldDatabase.OpenToChange(run.Journal))
        {
            journal.Write("update archived_events set hash = zeroblob(32) where seq = 7");
        }

        var broken = await run.VerbAsync(["journal", "verify"]);
        Assert.Equal(1, broken.ExitCode);
        Assert.Contains("/8", broken.Errors, StringComparison.Ordinal); // the next one names another hash
    }

    [Fact]
    public async Task Where_no_file_can_be_written_nothing_is_taken_out()
    {
        using var run = new ProcurementRun();
        var (id, before) = await FinishedAsync(run);
        await File.WriteAllTextAsync(ArchiveOf(run), "in the way");
        var failed = await run.VerbAsync(["archive", "--older-than", "0d", "--to", ArchiveOf(run)]);
        Assert.Equal(1, failed.ExitCode);
        Assert.Equal(before, await ExportAsync(run, id));
    }

    [Fact]
    public async Task What_waits_is_not_archived_and_neither_is_what_is_too_young()
    {
        using var run = new ProcurementRun();
        Assert.Equal(3, (await run.SubmitAsync(ProcurementRun.Goal)).ExitCode);
        await run.VerbAsync(["keys", "create", "--person", "jana"]);
        Assert.StartsWith("0 workflows", (await run.VerbAsync(["archive", "--older-than", "0d", "--to", ArchiveOf(run)])).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await run.ResumeApprovedAsync()).ExitCode);
        Assert.StartsWith("0 workflows", (await run.VerbAsync(["archive", "--to", ArchiveOf(run)])).Output, StringComparison.Ordinal);
    }

    /// <summary>A completed run, with something newer behind it: the newest event of a store never goes.</summary>
    private static async Task<(string Id, string Events)> FinishedAsync(ProcurementRun run)
    {
        var done = await run.SubmitApprovedAsync(ProcurementRun.Goal);
        Assert.True(done.ExitCode == 0, done.ToString());
        Assert.Equal(0, (await run.VerbAsync(["keys", "create", "--person", "jana"])).ExitCode);
        var id = done.Workflow.GetProperty("id").GetString()!;
        return (id, await ExportAsync(run, id));
    }

    private static async Task<string> ExportAsync(ProcurementRun run, string id) => (await run.VerbAsync(["journal", "export", "--workflow", id])).Output;

    private static string ArchiveOf(ProcurementRun run) => Path.Combine(Path.GetDirectoryName(run.Data)!, "archive");

    private static string FileOf(ProcurementRun run) => Assert.Single(Directory.GetFiles(ArchiveOf(run), "*.gz"));

    private static void Rewrite(string file, Func<string, string> edit)
    {
        string text;
        using (var lines = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress)))
        {
            text = lines.ReadToEnd();
        }

        Assert.NotEqual(text, edit(text));
        using var zip = new GZipStream(File.Create(file), CompressionLevel.Fastest);
        zip.Write(Encoding.UTF8.GetBytes(edit(text)));
    }
}
