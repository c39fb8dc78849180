using System.IO.Compression;
using System.Text;
using AiManager.Contracts;
using AiManager.Domain;

namespace AiManager.Memory.Tests;

/// <summary>Finished workflows out of a store into files, and back, whatever the store.</summary>
public abstract class ArchiveContract : StoreContract, IDisposable
{
    private static readonly Reservation Spent = new("per-day", "company|acme", "2026-11-21", new Amounts(Money: 1), new Amounts(Money: 100_000));

    private readonly string _folder = Directory.CreateTempSubdirectory("aimanager-archive-").FullName;

    /// <summary>What moves them.</summary>
    private protected abstract JournalArchive Archive { get; }

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_goes_into_a_file_comes_back_byte_for_byte_and_the_journal_is_sound_throughout()
    {
        var ended = await EndedAsync();
        var open = await ToldAsync();
        var before = await ReadAsync(ended.Stream);
        var row = await RowAsync(ended.Id);
        var spent = await SpentAsync();

        var moved = await ArchiveAsync();
        Assert.Equal((1, before.Length), (moved.Workflows, moved.Events));
        Assert.Empty(await ReadAsync(ended.Stream));
        Assert.NotNull(row);
        Assert.Null(await RowAsync(ended.Id));
        Assert.Equal(Tale.Length, (await ReadAsync(open.Stream)).Length);
        Assert.Equal(before.Length, (await SoundAsync()).Archived);
        Assert.Equal(before.Length, await Store.Audit.ArchivedAsync(null, null, CancellationToken.None));
        Assert.Equal(before.Length, await Store.Audit.ArchivedAsync(before[0].At, before[^1].At.AddTicks(10), CancellationToken.None));
        Assert.Equal(0, await Store.Audit.ArchivedAsync(before[^1].At.AddTicks(10), null, CancellationToken.None));
        Assert.Equal(0, await Store.Audit.ArchivedAsync(null, before[0].At, CancellationToken.None));
        Assert.Equal(spent, await SpentAsync());

        var back = await Archive.ImportAsync(Assert.Single(moved.Files), CancellationToken.None);
        Assert.Equal((1, before.Length), (back.Workflows, back.Events));
        Assert.Equal(before.Select(Whole), (await ReadAsync(ended.Stream)).Select(Whole));
        Assert.Equal(row, await RowAsync(ended.Id));
        Assert.Equal(0, (await SoundAsync()).Archived);
        Assert.Equal(0, await Store.Audit.ArchivedAsync(null, null, CancellationToken.None));
        Assert.Equal(spent, await SpentAsync());
        Assert.Equal(0, (await Archive.ImportAsync(moved.Files[0], CancellationToken.None)).Workflows); // it is here already
    }

    [Fact]
    public async Task Making_the_lists_again_keeps_what_archived_workflows_spent()
    {
        await EndedAsync();
        await ToldAsync();
        var spent = await SpentAsync();
        Assert.Equal(1, (await ArchiveAsync()).Workflows);
        await Store.Audit.RebuildAsync(CancellationToken.None);
        Assert.Equal(spent, await SpentAsync());
        await SoundAsync();
    }

    [Fact]
    public async Task Two_that_archive_at_once_take_each_workflow_once()
    {
        var ended = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            ended.Add((await EndedAsync()).Stream);
        }

        await ToldAsync();
        var results = await Task.WhenAll(Task.Run(ArchiveAsync), Task.Run(ArchiveAsync));
        Assert.Equal(ended.Count, results.Sum(r => r.Workflows));
        var files = Directory.GetFiles(_folder, "*.gz");
        Assert.Equal(results.SelectMany(r => r.Files).Order(), files.Order());
        Assert.Equal(ended.Order(), files.SelectMany(f => ArchiveFile.Read(f).Events.Select(e => e.Stream).Distinct()).Order());
        Assert.Equal(2 * files.Length, Directory.GetFiles(_folder).Length); // nothing but files and their manifests
        await SoundAsync();
    }

    [Fact]
    public async Task What_is_open_driven_or_too_young_stays()
    {
        await ToldAsync();
        var driven = await ToldAsync(new GoalCancelled(new PrivateText("olga", "Enough.")));
        Assert.NotNull(await Journal.ClaimAsync("n1", Time.Now, TimeSpan.FromMinutes(1), driven.Stream, CancellationToken.None));
        var young = Time.Now;
        await EndedAsync();
        await ToldAsync();
        Assert.Equal(0, (await Archive.ArchiveAsync(_folder, young, Time.Now, CancellationToken.None)).Workflows);
        Assert.Equal(1, (await ArchiveAsync()).Workflows);
    }

    [Fact]
    public async Task A_driver_of_before_is_fenced_when_its_workflow_is_archived()
    {
        var (ended, claim) = await EndedWithClaimAsync();
        await ToldAsync();
        Assert.Equal(1, (await ArchiveAsync()).Workflows);
        Assert.IsType<AppendResult.Fenced>(await AppendAsync(ended.Stream, Tale.Length + 1, claim.Epoch));
        await SoundAsync();
    }

    [Fact]
    public async Task An_archived_event_that_was_edited_is_named_and_nothing_is_taken_in()
    {
        var ended = await EndedAsync();
        await ToldAsync();
        var file = Assert.Single((await ArchiveAsync()).Files);
        Rewrite(file, text => text.Replace("\"seq\":7,\"type\":\"", "\"seq\":7,\"type\":\"X", StringComparison.Ordinal));
        var refused = await Assert.ThrowsAsync<InvalidDataException>(() => Archive.ImportAsync(file, CancellationToken.None));
        Assert.Contains($"{ended.Stream}/7 ", refused.Message, StringComparison.Ordinal);
        Assert.Empty(await ReadAsync(ended.Stream));
    }

    [Fact]
    public async Task A_kept_place_that_was_edited_or_taken_away_is_found()
    {
        var ended = await EndedAsync();
        await ToldAsync();
        await ArchiveAsync();
        await Store.TamperAsync($"update archived_events set at = at + 1 where stream = '{ended.Stream}' and seq = {Tale.Length + 1}");
        Assert.Equal(ended.Stream, (await Store.Audit.VerifyAsync(null, CancellationToken.None)).Stream);
        await Store.TamperAsync($"update archived_events set at = at - 1 where stream = '{ended.Stream}' and seq = {Tale.Length + 1}");
        await SoundAsync();
        await Store.TamperAsync($"delete from archived_events where stream = '{ended.Stream}' and seq = 7");
        var result = await Store.Audit.VerifyAsync(null, CancellationToken.None);
        Assert.Equal((ended.Stream, 8), (result.Stream, result.Seq));
    }

    private Task<ArchiveResult> ArchiveAsync() => Archive.ArchiveAsync(_folder, Time.Now.AddDays(1), Time.Now, CancellationToken.None);

    private async Task<ToldWorkflow> ToldAsync(params WorkflowEvent[] end)
    {
        var told = new ToldWorkflow(Store, New<WorkflowId>(), Time);
        await told.TellAsync([.. Tale.Of(told.Id, Time.Now), .. end], 5);
        return told;
    }

    /// <summary>One that is over, and that nobody drives any more.</summary>
    private async Task<ToldWorkflow> EndedAsync() => (await EndedWithClaimAsync()).Workflow;

    private async Task<(ToldWorkflow Workflow, Claim Claim)> EndedWithClaimAsync()
    {
        var told = await ToldAsync(new GoalCancelled(new PrivateText("olga", "Enough.")));
        var claim = await Journal.ClaimAsync("n1", Time.Now, TimeSpan.FromMinutes(1), told.Stream, CancellationToken.None);
        Assert.NotNull(claim);
        await Journal.ReleaseAsync(claim, told.State.Seq, CancellationToken.None);
        return (told, claim);
    }

    private async Task<WorkflowRow?> RowAsync(WorkflowId id) =>
        (await ReadModels.WorkflowsAsync(new WorkflowQuery(), CancellationToken.None)).Items.SingleOrDefault(w => w.Workflow == id);

    private Task<Amounts> SpentAsync() => ReadModels.LedgerAsync(Spent.Budget, Spent.Key, Spent.Window, null, CancellationToken.None);

    private async Task<AuditResult> SoundAsync()
    {
        var result = await Store.Audit.VerifyAsync(null, CancellationToken.None);
        Assert.True(result.IsSound, result.Fault);
        return result;
    }

    private static string Whole(StoredEvent stored) =>
        $"{stored.Position} {stored.Stream}/{stored.Seq} {stored.Type} {stored.SchemaVersion} {stored.At:O} {stored.Actor.Value} {stored.Cause} {Convert.ToHexString(stored.Payload.Span)} {Convert.ToHexString(stored.PrevHash.Span)} {Convert.ToHexString(stored.Hash.Span)}";

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
