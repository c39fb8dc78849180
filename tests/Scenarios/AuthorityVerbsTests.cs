namespace AiManager.Scenarios.Tests;

/// <summary>The verbs of a compliance officer, on the sample as it is and as it might be.</summary>
public sealed class AuthorityVerbsTests
{
    private static readonly string Sample = Path.Combine(RepositoryFiles.Root, "samples", "procurement", "authority.yaml");

    [Theory]
    [InlineData(0, "samples/procurement")]
    [InlineData(0, "samples/support-desk")]
    [InlineData(0, "tests/Fixtures/companies/counting")]
    public async Task The_companies_that_come_with_it_show_every_rule_and_have_no_faults(int code, string company)
    {
        var environment = new Dictionary<string, string> { ["COUNTING_LEDGER"] = "x", ["COUNTING_LETTERS"] = "x" };
        var lint = await HostProcess.RunAsync(["authority", "lint", "--company", company], environment);
        Assert.True(lint.ExitCode == code, lint.ToString());
        Assert.Contains("0 errors", lint.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "HOLDS", "no purchase above 5000 without approval")]
    [InlineData(1, "DOES NOT HOLD: allow by order-within-limit", "no purchase above 4999 without approval")]
    [InlineData(2, "Nothing here is called 'unicorns'", "no unicorns without approval")]
    public async Task A_statement_holds_or_does_not_or_means_nothing(int code, string says, string statement)
    {
        var proof = await HostProcess.RunAsync(["authority", "prove", statement]);

        Assert.True(proof.ExitCode == code, proof.ToString());
        Assert.Contains(says, proof.Output + proof.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_raised_limit_is_wider_and_would_have_let_the_asked_orders_through()
    {
        var folder = Directory.CreateTempSubdirectory("aimanager-").FullName;
        try
        {
            var data = Path.Combine(folder, "data");
            var raised = Path.Combine(folder, "authority.yaml");
            await File.WriteAllTextAsync(raised, (await File.ReadAllTextAsync(Sample)).Replace("facts.total <= 5000", "facts.total <= 20000", StringComparison.Ordinal).Replace("facts.total > 5000\n", "facts.total > 20000\n", StringComparison.Ordinal));

            var diff = await HostProcess.RunAsync(["authority", "diff", Sample, raised]);
            Assert.True(diff.ExitCode == 1, diff.ToString());
            Assert.Contains("WIDER     erp.create_purchase_order: ask → allow by order-within-limit for purchaser, purchaser-backup", diff.Output, StringComparison.Ordinal);
            Assert.Equal(0, (await HostProcess.RunAsync(["authority", "diff", raised, Sample])).ExitCode);
            Assert.Contains("They say the same of every call.", (await HostProcess.RunAsync(["authority", "diff", Sample, Sample])).Output, StringComparison.Ordinal);

            await HostProcess.RunAsync(["submit", "Restock everything below its reorder point.", "--data", data]);
            var replay = await HostProcess.RunAsync(["authority", "replay", "--policy", raised, "--data", data]);
            Assert.True(replay.ExitCode == 0, replay.ToString());
            Assert.Contains("ask → allow by order-within-limit", replay.Output, StringComparison.Ordinal);
            var same = await HostProcess.RunAsync(["authority", "replay", "--json", "--data", data]);
            Assert.Contains("\"flips\":[]", same.Output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
