using AiManager.Contracts;

namespace AiManager.Host.Tests;

/// <summary>The upkeep of what is remembered.</summary>
public sealed class RememberWorkTests
{
    [Fact]
    public async Task It_reads_what_is_new_and_forgets_of_each_kind_what_is_older_than_the_company_says()
    {
        await using var api = await ApiUnderTest.StartAsync("memory: { workflow: 4d, task: 2d }\n");
        var workflow = await api.SubmittedAsync("Count the pallets in hall two.");
        var (desk, time) = (api.Get<MemoryDesk>(), new ManualTime(TimeProvider.System.GetUtcNow()));
        await desk.CatchUpAsync(CancellationToken.None);
        var entry = new MemoryEntry("tk_1", MemoryKind.Task, workflow, [], false, "Pallets counted", "40", [], time.GetUtcNow());
        await desk.Memories.PutAsync([entry, entry with { Id = "es_1", Kind = MemoryKind.Decision, Title = "Pallets kept" }], null, CancellationToken.None);
        await api.SubmittedAsync("Where are the pallets of hall three?");
        var work = new RememberWork(api.Get<CompanyAtWork>(), desk, time);

        Assert.Equal("1 workflow was read, 0 entries embedded anew, 0 forgotten.", await work.RunAsync(CancellationToken.None));
        time.Advance(TimeSpan.FromDays(3));
        Assert.Equal("0 workflows were read, 0 entries embedded anew, 1 forgotten.", await work.RunAsync(CancellationToken.None));
        Assert.Equal(["decision", "workflow", "workflow"], await KindsAsync(desk));
        time.Advance(TimeSpan.FromDays(3));
        Assert.Equal("0 workflows were read, 0 entries embedded anew, 2 forgotten.", await work.RunAsync(CancellationToken.None));
        Assert.Equal("0 workflows were read, 0 entries embedded anew, 0 forgotten.", await work.RunAsync(CancellationToken.None));
        Assert.Equal(["decision"], await KindsAsync(desk));
    }

    private static async Task<IEnumerable<string>> KindsAsync(MemoryDesk desk) =>
        (await desk.Memories.SearchAsync(new MemoryQuestion("pallets"), CancellationToken.None)).Select(f => MemoryKindNames.Write(f.Entry.Kind)).Order(StringComparer.Ordinal);
}
