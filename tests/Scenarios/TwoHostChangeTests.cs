using System.Net;
using System.Net.Http.Json;
using AiManager.Contracts;

namespace AiManager.Scenarios.Tests;

/// <summary>What lets more through, on one PostgreSQL store with two hosts.</summary>
[NeedsPostgres]
public sealed class TwoHostChangeTests
{
    private const string Control = "changeControl: { role: cfo }\n";
    private const string Narrow = "roles: [procurement-lead], skills: { sourcing: 0.9";

    [Fact]
    public async Task What_is_proposed_at_one_host_is_confirmed_at_the_other_by_somebody_else_and_both_run_it()
    {
        await using var run = await SharedRun.OpenAsync();
        await File.AppendAllTextAsync(Path.Combine(run.Company, "company.yaml"), Control);
        await using var first = await ((IStoreRun)run).ServeAsync(null);
        await using var second = await run.ServeAsync();
        using var petra = first.As(await run.KeyAsync("petra"));
        using var helena = second.As(await run.KeyAsync("helena"));
        var before = (await SharedRun.UntilAsync(petra, "/api/nodes", n => n.GetArrayLength() == 2)).EnumerateArray().Select(n => n.GetProperty("bundle").GetString()).Distinct().Single();

        var wider = run.OtherFolder("people.yaml", text => text.Replace(Narrow, Narrow.Replace("[procurement-lead]", "[procurement-lead, cfo]", StringComparison.Ordinal), StringComparison.Ordinal));
        var proposed = await run.VerbOnAsync(["activate", "--as", "jana", "--reason", "Helena is away in May."], wider);
        Assert.True(proposed.ExitCode == 3, proposed.ToString());

        var change = Assert.Single((await SharedRun.UntilAsync(petra, "/api/changes?status=pending", c => c.GetArrayLength() == 1)).EnumerateArray());
        Assert.Equal(("jana", "local-terminal", before), (change.GetProperty("by").GetString(), change.GetProperty("via").GetString(), change.GetProperty("comparedWith").GetString()));
        Assert.Contains("Petra Novak holds cfo", Assert.Single(change.GetProperty("widenings").EnumerateArray()).GetProperty("message").GetString(), StringComparison.Ordinal);
        var place = new Uri($"/api/changes/{change.GetProperty("id").GetString()}", UriKind.Relative);

        // She would hold the role by it, and does not hold it yet.
        Assert.Equal(HttpStatusCode.Forbidden, (await petra.PostAsJsonAsync(place, new { decision = "confirm" })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await helena.PostAsJsonAsync(place, new { decision = "confirm" })).StatusCode);
        var configuration = change.GetProperty("configuration").GetString();
        Assert.NotEqual(before, configuration);
        await SharedRun.UntilAsync(petra, "/api/nodes", n => n.GetArrayLength() == 2 && n.EnumerateArray().All(e => e.GetProperty("bundle").GetString() == configuration));
        Assert.Equal(HttpStatusCode.Conflict, (await petra.PostAsJsonAsync(place, new { decision = "reject" })).StatusCode);
    }
}
