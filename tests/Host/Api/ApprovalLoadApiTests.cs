using System.Net;

namespace AiManager.Host.Tests;

/// <summary>How much one person may decide within an hour, on a real store.</summary>
public sealed class ApprovalLoadApiTests
{
    private const string Authority = "version: 1\nrules: []\napprovals: { perPersonPerHour: 3 }\n";

    [Fact]
    public async Task In_a_batch_equal_calls_count_once_and_others_count_by_themselves()
    {
        await using var api = await ApiUnderTest.StartAsync(string.Empty, ("authority.yaml", Authority));
        using var petra = await api.AsAsync("petra");
        var approvals = new List<ApprovalId>();
        foreach (var supplier in (string[])["acme", "acme", "globex", "initech", "umbrella", "acme"])
        {
            approvals.Add(await api.AskedAsync(await api.SubmittedAsync($"Buy pen {approvals.Count}"), JsonText.Parse($$"""{"supplier":"{{supplier}}"}""")));
        }

        var ids = string.Join(',', approvals.Select(a => $"\"{a}\""));
        var items = (await (await petra.PostTextAsync("/api/approvals/batch", $$"""{"ids":[{{ids}}],"decision":"approve"}""")).JsonAsync()).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(["pending", "pending", "pending", "pending", "refused", "pending"], items.Select(i => i.GetProperty("status").GetString()));
        Assert.Contains("You may go on at", items[4].GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_more_than_the_limit_is_decided_however_many_ask_at_once_and_a_batch_counts_once()
    {
        await using var api = await ApiUnderTest.StartAsync(string.Empty, ("authority.yaml", Authority));
        using var petra = await api.AsAsync("petra");
        using var omar = await api.AsAsync("omar");
        var approvals = new List<ApprovalId>();
        for (var i = 0; i < 10; i++)
        {
            approvals.Add(await api.AskedAsync(await api.SubmittedAsync($"Buy {i} pens")));
        }

        var batch = await petra.PostTextAsync("/api/approvals/batch", $$"""{"ids":["{{approvals[0]}}","{{approvals[1]}}","{{approvals[2]}}"],"decision":"approve"}""");
        Assert.All((await batch.JsonAsync()).GetProperty("items").EnumerateArray(), i => Assert.Equal("pending", i.GetProperty("status").GetString()));

        var replies = await Task.WhenAll(approvals.Skip(3).Select(a => petra.PostTextAsync($"/api/approvals/{a}", """{"decision":"approve"}""")));
        Assert.Equal(2, replies.Count(r => r.StatusCode == HttpStatusCode.OK));
        foreach (var late in replies.Where(r => r.StatusCode != HttpStatusCode.OK))
        {
            Assert.Contains("You may go on at", await late.ProblemAsync(HttpStatusCode.TooManyRequests, "too-many-requests"), StringComparison.Ordinal);
            Assert.InRange(late.Headers.RetryAfter!.Date!.Value - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(50), TimeSpan.FromMinutes(61));
        }

        var free = approvals[3 + Array.FindIndex(replies, r => r.StatusCode != HttpStatusCode.OK)];
        Assert.Equal(HttpStatusCode.OK, (await omar.PostTextAsync($"/api/approvals/{free}", """{"decision":"approve"}""")).StatusCode);
        Assert.Null((await api.Get<IJournalAudit>().VerifyAsync((IProgress<long>?)null, CancellationToken.None)).Fault);
    }
}
