using System.Security.Cryptography;
using System.Text;
using AiManager.Contracts;
using AiManager.ManagerAgent;
using AiManager.Memory;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiManager.Host.Tests;

/// <summary>Sealing on a real store, and proving an export by itself.</summary>
public sealed class SealJournalTests
{
    private const string People = "people:\n  - { id: jana, name: Jana, roles: [operator] }\n";

    [Fact]
    public async Task The_upkeep_seals_what_went_on_and_keeps_each_seal_as_a_file_outside()
    {
        using var outside = new TempFolder();
        using var company = SmallCompany.Make(("people.yaml", People), ("company.yaml", SmallCompany.Settings + $"seals: {{ every: 5m, to: \"{outside.Path}\" }}\n"));
        using var data = new TempFolder();
        var time = new ManualTime();
        await using var opened = Open(company, data, time);
        await using var atWork = new CompanyAtWork(opened, NullLoggerFactory.Instance);
        var job = new SealJournal(atWork, opened.Store.Journal, PlaceOf(company, data), time);
        Assert.Equal(new MonitorSchedule.Every(TimeSpan.FromMinutes(5)), job.Schedule);

        await SubmittedAsync(atWork, opened);
        Assert.StartsWith("Seal 1 covers", await job.RunAsync(CancellationToken.None), StringComparison.Ordinal);
        Assert.StartsWith("Nothing was appended", await job.RunAsync(CancellationToken.None), StringComparison.Ordinal);
        await SubmittedAsync(atWork, opened);
        await job.RunAsync(CancellationToken.None);

        var (seals, fault) = SealFolder.Read(outside.Path, null);
        Assert.Null(fault);
        Assert.Equal([1, 2], seals.Select(s => s.Number));
        Assert.True((await opened.Store.Audit.VerifyAsync(seals, null, CancellationToken.None)).IsSound);
    }

    [Fact]
    public async Task Seals_do_not_go_into_the_data_folder()
    {
        using var company = SmallCompany.Make(("people.yaml", People));
        using var data = new TempFolder();
        var time = new ManualTime();
        await using var opened = Open(company, data, time);
        foreach (var folder in new[] { data.Path, Path.Combine(data.Path, "seals"), Path.Combine(data.Path, "..", Path.GetFileName(data.Path), "x") })
        {
            await Assert.ThrowsAsync<UsageException>(() => SealJournal.SealAsync(opened.Store.Journal, folder, PlaceOf(company, data), time.Now, CancellationToken.None));
        }
    }

    [Fact]
    public void A_seal_is_signed_with_the_private_key_and_checked_with_the_public_one()
    {
        using var folder = new TempFolder();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        folder.Write("private.pem", key.ExportECPrivateKeyPem());
        folder.Write("public.pem", key.ExportSubjectPublicKeyInfoPem());
        folder.Write("nothing.pem", "words");
        var hash = SHA256.HashData("seal"u8);

        var signature = SealKey.Signer(_ => folder["private.pem"])!(hash);
        Assert.True(SealKey.Checker(folder["public.pem"])(hash, signature));
        Assert.True(SealKey.Checker(folder["private.pem"])(hash, signature));
        Assert.False(SealKey.Checker(folder["public.pem"])(SHA256.HashData("other"u8), signature));
        Assert.False(SealKey.Checker(folder["public.pem"])(hash, "not base64"));
        Assert.Null(SealKey.Signer(_ => null));
        Assert.Throws<UsageException>(() => SealKey.Signer(_ => folder["public.pem"]));
        Assert.Throws<UsageException>(() => SealKey.Checker(folder["nothing.pem"]));
        Assert.Throws<UsageException>(() => SealKey.Checker(folder["missing.pem"]));
    }

    [Fact]
    public async Task An_export_is_proved_by_itself_and_no_edit_gets_past_it()
    {
        using var company = SmallCompany.Make(("people.yaml", People));
        using var data = new TempFolder();
        var time = new ManualTime();
        await using var opened = Open(company, data, time);
        await using var atWork = new CompanyAtWork(opened, NullLoggerFactory.Instance);
        await SubmittedAsync(atWork, opened);
        var workflow = await SubmittedAsync(atWork, opened);
        await atWork.Get<WorkflowDesk>().MessageAsync(workflow, "Hurry up.", "jana", CancellationToken.None);
        var seal = await new JournalSeals(opened.Store.Journal).SealAsync(time.Now, null, CancellationToken.None);

        var whole = await ExportAsync(opened, null, default);
        var sound = await VerifyAsync(whole, seal!);
        Assert.True(sound.IsSound, sound.Fault);
        Assert.Equal(whole.Length, sound.Events);
        Assert.True((await VerifyAsync(await ExportAsync(opened, workflow, default))).IsSound);
        Assert.Empty(await ExportAsync(opened, null, new TimeWindow(time.Now.AddDays(1), null)));

        var first = await ExportAsync(opened, workflow, default);
        Assert.False((await VerifyAsync([first[1], first[0]])).IsSound, "moved");
        Assert.False((await VerifyAsync([.. whole.Select((l, i) => i == 0 ? l.Replace("\"seq\":1", "\"seq\":2", StringComparison.Ordinal) : l)])).IsSound, "edited");
        Assert.False((await VerifyAsync([.. whole.Select((l, i) => i == 0 ? l.Replace("\"actor\":\"", "\"actor\":\"x", StringComparison.Ordinal) : l)])).IsSound, "another actor");
        Assert.False((await VerifyAsync(["rubbish"])).IsSound);
        Assert.False((await VerifyAsync(whole, seal! with { Heads = [seal.Heads[0] with { Hash = new string('0', 64) }] })).IsSound, "another than sealed");
    }

    [Fact]
    public async Task A_file_that_is_no_export_of_events_is_told_so_and_no_position_is_named()
    {
        using var company = SmallCompany.Make(("people.yaml", People));
        using var data = new TempFolder();
        await using var opened = Open(company, data, new ManualTime());
        await using var atWork = new CompanyAtWork(opened, NullLoggerFactory.Instance);
        await SubmittedAsync(atWork, opened);
        foreach (var file in new[] { """{"decision":1,"position":7}""", "at,agent,tool\n2026-01-31,buyer,erp.order" })
        {
            Assert.Equal(
                "This is no export of the journal's events, as 'journal export' writes them, so there is nothing to verify in it.",
                ExportAudit.Say(await VerifyAsync(file.Split('\n'))));
        }

        var first = (await ExportAsync(opened, null, new TimeWindow(null, null)))[0];
        Assert.Equal("The export is broken: Line 2 is not an event.", ExportAudit.Say(await VerifyAsync([first, "words"])));
        Assert.StartsWith("The export is broken at position ", ExportAudit.Say(await VerifyAsync([first.Replace("\"actor\":\"", "\"actor\":\"x", StringComparison.Ordinal)])), StringComparison.Ordinal);
    }

    private static async Task<string[]> ExportAsync(OpenedCompany opened, WorkflowId? workflow, TimeWindow span)
    {
        using var output = new MemoryStream();
        await JournalExport.WriteAsync(opened.Store.Journal, workflow, span, output, CancellationToken.None);
        return Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static Task<AuditResult> VerifyAsync(string[] lines, params JournalSealed[] seals) =>
        ExportAudit.VerifyAsync(new StringReader(string.Join('\n', lines)), seals, CancellationToken.None);

    private static async Task<WorkflowId> SubmittedAsync(CompanyAtWork atWork, OpenedCompany opened) => Assert.IsType<SubmitResult.Created>(
        await atWork.Get<WorkflowDesk>().SubmitAsync(new SubmitRequest("Write a poem.", "jana", opened.Company.Bundle.Hash), CancellationToken.None)).Workflow;

    private static Place PlaceOf(TempFolder company, TempFolder data) => new(company.Path, data.Path, new StoreSetting.Folder());

    private static OpenedCompany Open(TempFolder company, TempFolder data, ManualTime time)
    {
        var loaded = LoadedCompany.Load(company.Path, data.Path, _ => null);
        var store = SqliteStore.Open(data.Path, new SqliteStoreOptions { Time = time });
        return new OpenedCompany(
            store, new CompanyStream(store.Journal, store.Envelopes, time), loaded, new Standing(loaded.Bundle, null, []), new DriverOptions(), NoCrashPoints.Instance, time);
    }
}
