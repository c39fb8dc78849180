namespace AiManager.Scenarios.Tests;

/// <summary>Rubbish at the command line that a store has to be asked about.</summary>
public abstract class HostileCommandContract
{
    public static TheoryData<string, string[], int, string> Rubbish => new()
    {
        { "a goal in a language that no script knows", ["submit", "在庫を詩に書いてください。"], 4, "Connect a model" },
        { "a goal that is markup", ["submit", "<script>alert(1)</script>"], 4, "Connect a model" },
        { "a requester who is nobody", ["submit", ProcurementRun.Goal, "--as", "mallory"], 2, "mallory" },
        { "a workflow that is no id", ["resume", "--workflow", "wf_nonsense"], 2, "wf_nonsense" },
        { "a workflow that is not there", ["resume", "--workflow", "wf_00000000000000000000000000"], 2, "There is no workflow" },
        { "a key for nobody", ["keys", "create", "--person", "mallory"], 2, "mallory" },
        { "a journal of a workflow that is no id", ["journal", "export", "--workflow", "' or 1=1"], 2, "' or 1=1" },
    };

    /// <summary>A company on a store of the test's own.</summary>
    private protected abstract Task<IStoreRun> OpenAsync();

    [Theory]
    [MemberData(nameof(Rubbish))]
    public async Task Rubbish_gets_a_clear_sentence_and_the_right_exit(string what, string[] arguments, int exit, string named)
    {
        await using var run = await OpenAsync();
        var result = await run.VerbAsync(arguments);
        Assert.True(result.ExitCode == exit, $"{what}: {result}");
        Assert.Contains(named, result.Output + result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Output + result.Errors, StringComparison.Ordinal);
    }
}
