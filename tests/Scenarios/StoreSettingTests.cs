namespace AiManager.Scenarios.Tests;

/// <summary>A setting that names no store, or none that answers. What names it is a secret.</summary>
public sealed class StoreSettingTests
{
    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Database=x;Username=u;Password=hunter2", 1, "cannot be reached")]
    [InlineData("Host=127.0.0.1;Pasword=hunter2", 2, "no connection string")]
    [InlineData("postgres://u:hunter2@127.0.0.1/x", 2, "no connection string")]
    [InlineData("Database=x;Password=hunter2", 2, "no connection string")]
    public async Task It_is_said_plainly_and_the_secret_is_not(string store, int code, string said)
    {
        using var run = new ProcurementRun();
        File.AppendAllText(Path.Combine(run.Company, "company.yaml"), $"worlds: {{ procurement: {{ connection: \"Data Source={run.Data}.db\" }} }}\n");
        foreach (var verb in (string[][])[["submit", ProcurementRun.Goal], ["journal", "verify"], ["serve", "--urls", "http://127.0.0.1:0"]])
        {
            var refused = await run.VerbAsync([.. verb, "--store", store]);
            Assert.True(refused.ExitCode == code, refused.ToString());
            Assert.Contains(said, refused.Errors);
            Assert.DoesNotContain("hunter2", refused.ToString());
            Assert.DoesNotContain("127.0.0.1;", refused.ToString());
        }
    }
}
