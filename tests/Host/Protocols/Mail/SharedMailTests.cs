using System.Net;
using AiManager.Contracts;

namespace AiManager.Host.Tests;

/// <summary>Mail of two hosts on one PostgreSQL.</summary>
[NeedsPostgres]
public sealed class SharedMailTests
{
    [Fact]
    public async Task Everybody_is_told_once_and_a_link_decides_once_whichever_host_it_is_sent_to()
    {
        var database = await PostgresServer.NewDatabaseAsync();
        await using var first = await MailUnderTest.StartAsync(database: database);
        await using var second = await MailUnderTest.StartAsync(server: first.Server, database: database);
        var (workflow, approval) = await first.AskedAsync();
        await Task.WhenAll(first.RunAsync(), second.RunAsync());
        Assert.Equal(["helena@example.com", "petra@example.com"], first.Server.Came.SelectMany(c => c.To).Order());
        var links = first.Server.Came.ToDictionary(c => c.To[0].Split('@')[0], c => MailUnderTest.LinkIn(c.Mail.TextBody!));

        // Each host has its own session keys and form tokens, and the journal is one.
        using var here = first.Browser();
        using var there = second.Browser();
        var pages = new[] { (Browser: here, (await MailUnderTest.LookAsync(here, links["petra"])).Page), (Browser: there, (await MailUnderTest.LookAsync(there, links["petra"])).Page) };
        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => MailUnderTest.DecideAsync(pages[i % 2].Browser, links["petra"], "approve", pages[i % 2].Page)));
        Assert.Single(replies, r => r.Status == HttpStatusCode.OK);
        Assert.Equal(7, replies.Count(r => r.Status == HttpStatusCode.Conflict));
        foreach (var host in new[] { first, second })
        {
            Assert.Equal("petra", Assert.Single((await host.StateAsync(workflow, approval)).Filled).By);
        }

        // What one host decided, the other knows.
        Assert.Equal(HttpStatusCode.OK, (await MailUnderTest.DecideAsync(there, links["helena"], "reject")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await MailUnderTest.LookAsync(here, links["helena"])).Status);
        Assert.Equal((ApprovalVerdict.Rejected, "helena"), ((await first.StateAsync(workflow, approval)).Verdict, (await first.StateAsync(workflow, approval)).By));
    }
}
