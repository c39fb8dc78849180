using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit.Abstractions;

namespace AiManager.Scenarios.Tests;

/// <summary>An embedded deployment whose disk is full. What its tools work on lies elsewhere.</summary>
public sealed class DiskFullTests(ITestOutputHelper output)
{
    private const int Megabytes = 24, Most = 400;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [SmallDiskFact]
    public async Task A_server_refuses_what_it_cannot_keep_and_goes_on_by_itself_when_there_is_room()
    {
        using var disk = new SmallDisk(Megabytes);
        await using var house = CountingHouse.Embedded(Path.Combine(disk.Folder, "data"));
        var key = await house.KeyAsync();
        await using var hosts = new HostFleet(1, house.Arguments, house.Environment);
        await hosts.StartAllAsync();
        var somebody = new CountingOperator(house, hosts, key);
        var number = 1;
        await somebody.SubmitAsync(number);
        await somebody.EndAsync(Patience);

        disk.Fill(leaving: 256 * 1024);
        JsonElement? refused = null;
        while (refused is null && number < Most)
        {
            refused = await RefusalAsync(hosts, key, somebody, ++number);
        }

        Assert.True(refused is not null, "It went on as if there were room.");
        Assert.Equal("urn:aimanager:problem:store-unavailable", refused.Value.GetProperty("type").GetString());
        await hosts.SaysAsync("disk is full");
        output.WriteLine($"{number - 1} goals were acknowledged, and number {number} was refused");

        // It still reads, and what it reads is whole.
        var verified = await house.VerbAsync("journal", "verify");
        Assert.True(verified.ExitCode == 0, verified.ToString());

        disk.Empty();
        await somebody.SubmitAsync(number); // once more, now that there is room
        await somebody.EndAsync(Patience);
        await somebody.AuditAsync();
    }

    [SmallDiskTheory]
    [InlineData(48)]
    [InlineData(200)]
    [InlineData(600)]
    public async Task A_terminal_ends_with_the_reason_and_resume_goes_on_when_there_is_room(int kilobytes)
    {
        using var disk = new SmallDisk(Megabytes);
        using var run = new ProcurementRun(data: Path.Combine(disk.Folder, "data"));
        await run.EditAsync("company.yaml", null, $"worlds: {{ procurement: {{ connection: \"Data Source={Path.Combine(Path.GetDirectoryName(run.Company)!, "world.db")}\" }} }}\n");
        Assert.Equal(4, (await run.SubmitAsync("Write a poem.")).ExitCode); // what is made once is made

        disk.Fill(leaving: kilobytes * 1024);
        var full = await run.SubmitApprovedAsync(ProcurementRun.Goal);
        Assert.True(full.ExitCode == 1, full.ToString());
        Assert.Contains("disk is full", full.Errors);
        output.WriteLine(full.ToString());

        disk.Empty();
        var verified = await run.VerbAsync(["journal", "verify"]);
        Assert.True(verified.ExitCode == 0, verified.ToString());
        var resumed = await run.ResumeApprovedAsync();
        Assert.True(resumed.ExitCode == 0, resumed.ToString());
        var again = await run.SubmitApprovedAsync(ProcurementRun.Goal);
        Assert.True(again.ExitCode == 0, again.ToString());

        using var pristine = WorldDatabase.Build(await File.ReadAllTextAsync(Path.Combine(run.Company, "world.sql")));
        using var world = WorldDatabase.Open(Path.Combine(Path.GetDirectoryName(run.Company)!, "world.db"));
        Assert.Equal(ProcurementOracle.Expected(pristine), ProcurementOracle.PlacedLines(world));
        verified = await run.VerbAsync(["journal", "verify"]);
        Assert.True(verified.ExitCode == 0, verified.ToString());
    }

    /// <summary>The problem with which a number is refused; null when it is acknowledged.</summary>
    private static async Task<JsonElement?> RefusalAsync(HostFleet hosts, string key, CountingOperator somebody, int number)
    {
        using var answer = await hosts.AskAsync(key, 0, CountingHouse.Submission(number), Patience);
        if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            return await answer.Content.ReadFromJsonAsync<JsonElement>();
        }

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        await somebody.SubmitAsync(number); // the same goal, for its audit
        return null;
    }
}
