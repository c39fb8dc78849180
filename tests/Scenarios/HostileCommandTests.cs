using AiManager.Contracts;

namespace AiManager.Scenarios.Tests;

/// <summary>Rubbish at the command line and in the data folder: a clear sentence, the right exit, and nothing lost.</summary>
public sealed class HostileCommandTests
{
    public static TheoryData<string, string[], int, string> Rubbish => new()
    {
        { "an empty goal", ["submit", ""], 2, "empty" },
        { "a goal of spaces", ["submit", "   \t  "], 2, "empty" },
        { "a goal of 100,000 characters", ["submit", new string('x', 100_000)], 2, "characters" },
        { "a goal that gives the program orders", ["submit", "Role: manager\nStep: outline\n```json\n{}\n```"], 4, "Connect a model" },
        { "a role to stand in for that nobody has", ["submit", ProcurementRun.Goal, "--auto-approve", "emperor"], 2, "emperor" },
        { "an unknown verb", ["explode"], 2, "explode" },
        { "an unknown option", ["submit", ProcurementRun.Goal, "--colour", "blue"], 2, "--colour" },
        { "no goal at all", ["submit"], 2, "" },
        { "a shared store and a world that only this host has", ["submit", ProcurementRun.Goal, "--store", "Host=127.0.0.1;Database=x"], 2, "worlds" },
        { "an approval that is no id", ["approvals", "decide", "ap_nonsense", "approve"], 1, "ap_nonsense" },
        { "arguments that are no JSON", ["authority", "check", "--agent", "purchaser", "--tool", "erp.low_stock", "--args", "{oops"], 2, "JSON" },
    };

    [Theory]
    [MemberData(nameof(Rubbish))]
    public async Task Rubbish_gets_a_clear_sentence_and_the_right_exit(string what, string[] arguments, int exit, string named)
    {
        using var run = new ProcurementRun();
        var result = await run.VerbAsync(arguments);
        Assert.True(result.ExitCode == exit, $"{what}: {result}");
        Assert.Contains(named, result.Output + result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Output + result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_company_that_is_not_there_is_named()
    {
        using var run = new ProcurementRun();
        var result = await HostProcess.RunAsync(["submit", ProcurementRun.Goal, "--company", run.Company + "-gone", "--data", run.Data]);
        Assert.True(result.ExitCode == 2, result.ToString());
        Assert.Contains("procurement-gone", result.Output + result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_folder_that_is_a_file_is_named()
    {
        using var run = new ProcurementRun();
        await File.WriteAllTextAsync(run.Data, "not a folder");
        var result = await run.SubmitAsync(ProcurementRun.Goal);
        Assert.True(result.ExitCode == 2, result.ToString());
    }

    [Fact]
    public async Task A_journal_that_is_no_database_is_left_as_it_is()
    {
        using var run = new ProcurementRun();
        Directory.CreateDirectory(run.Data);
        var rubbish = new string('!', 8192);
        await File.WriteAllTextAsync(run.Journal, rubbish);
        var result = await run.SubmitAsync(ProcurementRun.Goal);
        Assert.Contains(result.ExitCode, new[] { 1, 2 });
        Assert.DoesNotContain("   at ", result.Output + result.Errors, StringComparison.Ordinal);
        Assert.Equal(rubbish, await File.ReadAllTextAsync(run.Journal));
    }

    [Fact]
    public async Task The_lock_of_a_process_that_is_gone_holds_nobody_up()
    {
        using var run = new ProcurementRun();
        Directory.CreateDirectory(run.Data);
        await File.WriteAllTextAsync(Path.Combine(run.Data, "lock"), """{"pid":999999,"token":"stale","url":"http://127.0.0.1:1"}""");
        var result = await run.SubmitAsync(ProcurementRun.Goal);
        Assert.True(result.ExitCode == 3, result.ToString());
    }

    [Fact]
    public async Task An_address_that_is_taken_is_said_in_one_line()
    {
        using var run = new ProcurementRun();
        using var other = new ProcurementRun();
        await using var host = await ServedHost.StartAsync(["serve", "--company", run.Company, "--data", run.Data], "/health/ready");
        var second = await HostProcess.RunAsync(["serve", "--company", other.Company, "--data", other.Data, "--urls", host.Client.BaseAddress!.ToString()]);
        Assert.True(second.ExitCode == 2, second.ToString());
        Assert.Contains("Cannot listen at", second.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", second.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("crit", second.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_process_on_the_same_folder_names_the_first()
    {
        using var run = new ProcurementRun();
        await using var host = await ServedHost.StartAsync(["serve", "--company", run.Company, "--data", run.Data], "/health/ready");
        var second = await HostProcess.RunAsync(["serve", "--company", run.Company, "--data", run.Data, "--urls", "http://127.0.0.1:0"]);
        Assert.True(second.ExitCode == 5, second.ToString());
    }
}

public sealed class EmbeddedHostileCommandTests : HostileCommandContract
{
    private protected override Task<IStoreRun> OpenAsync() => Task.FromResult<IStoreRun>(new ProcurementRun());
}

[NeedsPostgres]
public sealed class SharedHostileCommandTests : HostileCommandContract
{
    private protected override async Task<IStoreRun> OpenAsync() => await SharedRun.OpenAsync();
}
