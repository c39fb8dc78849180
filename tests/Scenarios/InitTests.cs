namespace AiManager.Scenarios.Tests;

/// <summary>A new company works as it is made, offline, and nothing that is there is overwritten.</summary>
public sealed class InitTests
{
    [Fact]
    public async Task A_new_company_pursues_its_goal_and_is_never_overwritten()
    {
        var folder = Directory.CreateTempSubdirectory("aimanager-init-").FullName;
        try
        {
            var company = Path.Combine(folder, "mine");
            var made = await HostProcess.RunAsync(["init", company]);
            Assert.True(made.ExitCode == 0, made.ToString());

            var again = await HostProcess.RunAsync(["init", company]);
            Assert.True(again.ExitCode == 2, again.ToString());
            Assert.Contains("company.yaml", again.Errors, StringComparison.Ordinal);

            var tested = await HostProcess.RunAsync(["authority", "test", "--company", company, "--data", Path.Combine(folder, "data")]);
            Assert.True(tested.ExitCode == 0, tested.ToString());
            var waits = await HostProcess.RunAsync(["submit", "Answer the open requests.", "--company", company, "--data", Path.Combine(folder, "data")]);
            Assert.True(waits.ExitCode == 3, waits.ToString());
            var done = await HostProcess.RunAsync(["resume", "--auto-approve", "team-lead", "--company", company, "--data", Path.Combine(folder, "data")]);
            Assert.True(done.ExitCode == 0, done.ToString());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
