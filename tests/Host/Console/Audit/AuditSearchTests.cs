using System.Net;
using AiManager.Memory;

namespace AiManager.Host.Tests;

/// <summary>What an auditor finds beside the plain case: what is rare, what is no decision, what is archived, and of whom nobody is left.</summary>
public sealed class AuditSearchTests : AuditedCompany
{
    private static readonly DateTimeOffset LongAgo = new(2020, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Policy_stops_keys_and_sign_ins_are_found_without_knowing_the_person_and_each_can_be_opened()
    {
        using var terminal = await Api.AsAsync("jana");
        Assert.Equal(HttpStatusCode.NoContent, (await terminal.PostTextAsync("/api/suspensions", """{"kind":"all","reason":"Drill"}""")).StatusCode);
        await Api.AskedAsync(await Api.SubmittedAsync());

        var stops = await Jana.WordsAsync("/audit?kind=stops");
        Assert.Contains("Suspended", stops, StringComparison.Ordinal);
        Assert.Contains("all *", stops, StringComparison.Ordinal);
        Assert.DoesNotContain("It is large.", stops, StringComparison.Ordinal);
        Assert.DoesNotContain("Key created", stops, StringComparison.Ordinal);
        var keys = await Jana.WordsAsync("/audit?kind=keys");
        Assert.Contains("of jana", keys, StringComparison.Ordinal);
        Assert.Contains("Session begun", await Jana.WordsAsync("/audit?kind=sign-ins&person=jana"), StringComparison.Ordinal);
        Assert.Contains("Nothing of that kind fits.", await Jana.WordsAsync("/audit?kind=sign-ins&person=petra"), StringComparison.Ordinal);
        Assert.Contains("Nothing of that kind fits.", await Jana.WordsAsync("/audit?kind=stops&to=2020-01-01"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await Jana.Client.GetAsync(new Uri("/audit?kind=gossip", UriKind.Relative))).StatusCode);

        var place = System.Text.RegularExpressions.Regex.Match(keys, "href=\"(/audit/events/company/\\d+)\"").Groups[1].Value;
        var shown = await Jana.WordsAsync(place);
        Assert.Contains("Key created", shown, StringComparison.Ordinal);
        Assert.Contains("\"person\": \"jana\"", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("secretHash", shown, StringComparison.Ordinal);
        foreach (var none in new[] { "company/0", "company/99999", "company/x", "other/1", $"{new WorkflowId(Guid.CreateVersion7(LongAgo))}/1" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await Jana.Client.GetAsync(new Uri("/audit/events/" + none, UriKind.Relative))).StatusCode);
        }

        using var petra = await Visitor.OfAsync(Api, "petra");
        Assert.Equal(HttpStatusCode.Forbidden, (await petra.Client.GetAsync(new Uri(place, UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task Who_has_left_stays_to_be_chosen_while_they_are_searched_for()
    {
        Assert.Matches("<option value=\"gone-person\" selected[^>]*>gone-person</option>", await Jana.PageAsync("/audit?person=gone-person"));
        Assert.Matches("<option value=\"gone-agent\" selected[^>]*>gone-agent</option>", await Jana.PageAsync("/audit?agent=gone-agent"));
        await DecidedAsync("rare", "old-agent", "fine", LongAgo);
        Assert.Contains("<option value=\"old-agent\">old-agent</option>", await Jana.PageAsync("/audit"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_rare_is_found_behind_what_is_not_without_reading_each_stream()
    {
        await DecidedAsync("rare", "other", "rare-rule", LongAgo);
        for (var i = 0; i < 70; i++) // more streams than a page reads
        {
            await DecidedAsync("usual", "purchaser", "usual-rule", LongAgo.AddMinutes(i + 1));
        }

        var reader = new AuditReader(Api.Get<IWorkflowJournal>(), Api.Get<IAuditIndex>(), Api.Get<AiManager.Tools.Catalog>(), Api.Get<CompanyStream>(), TimeProvider.System);
        foreach (var query in new[]
        {
            Query(rule: "rare-rule"), Query(agent: "other"), Query(tool: "ORDER", rule: "rare-rule"), Query(agent: "other", rule: "rare-rule", verdict: "allow"),
        })
        {
            var found = await reader.FindAsync(query, null, CancellationToken.None);
            Assert.Equal(["rare"], found.Decisions.Select(d => d.Reason));
            Assert.NotNull(found.Reached);
        }

        Assert.Empty((await reader.FindAsync(Query(rule: "rare-rule", verdict: "deny"), null, CancellationToken.None)).Decisions);

        static AuditQuery Query(string? agent = null, string? tool = null, string? rule = null, string? verdict = null) => new(null, agent, tool, rule, verdict, null, new TimeWindow(LongAgo.AddDays(-1), LongAgo.AddDays(1)));
    }

    [Fact]
    public async Task What_is_archived_is_said_on_the_page_and_with_each_export()
    {
        var ended = await Api.SubmittedAsync();
        await Api.AppendAsync(ended, new GoalCancelled(new PrivateText("jana", "Not needed.")));
        var journal = Api.Get<IWorkflowJournal>();
        var claim = Assert.IsType<Claim>(await journal.ClaimAsync("test", TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(1), ended.ToString(), CancellationToken.None));
        await journal.ReleaseAsync(claim, (await journal.ReadAsync(ended.ToString(), 0, 100, CancellationToken.None))[^1].Seq, CancellationToken.None);
        await Api.SubmittedAsync("Buy more");
        Assert.DoesNotContain("are archived", await Jana.WordsAsync("/audit"), StringComparison.Ordinal);
        using var folder = new TempFolder();
        var moved = await Api.Get<JournalArchive>().ArchiveAsync(folder.Path, DateTimeOffset.MaxValue, LongAgo, CancellationToken.None);
        Assert.Equal(1, moved.Workflows);

        Assert.Contains($"{moved.Events} events of that time are archived", await Jana.WordsAsync("/audit"), StringComparison.Ordinal);
        Assert.DoesNotContain("are archived", await Jana.WordsAsync("/audit?to=2020-01-01"), StringComparison.Ordinal);
        using var client = await Api.AsAsync("jana");
        foreach (var export in new[] { "/api/authority/decisions", "/api/journal/export" })
        {
            using var all = await client.GetAsync(new Uri(export, UriKind.Relative));
            Assert.Equal($"{moved.Events}", Assert.Single(all.Headers.GetValues(ArchivedHeader.Name)));
            using var before = await client.GetAsync(new Uri(export + "?to=2020-01-01T00:00:00Z", UriKind.Relative));
            Assert.False(before.Headers.Contains(ArchivedHeader.Name));
        }

        Assert.Contains($"\"archived\":{moved.Events}", await client.GetStringAsync(new Uri("/api/journal/verify", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_of_a_stretch_reads_what_lies_in_it_and_no_more()
    {
        for (var i = 0; i < 40; i++)
        {
            await DecidedAsync($"decision {i}", "purchaser", "r", LongAgo.AddHours(i), 64);
        }

        var journal = new CountingJournal(Api.Get<IWorkflowJournal>());
        var span = new TimeWindow(LongAgo.AddHours(20), LongAgo.AddHours(22));
        var found = await DecisionLog.ReadAsync(journal, Api.Get<AiManager.Tools.Catalog>(), span, CancellationToken.None).ToListAsync();
        Assert.Equal(["decision 20", "decision 21"], found.Select(d => d.Reason));
        Assert.InRange(journal.Events, 1, 1000); // of 2,560

        using var client = await Api.AsAsync("jana");
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("/api/authority/decisions?from=0001-01-01T00:00:00Z", UriKind.Relative))).StatusCode);
    }

    private async Task DecidedAsync(string reason, string agent, string rule, DateTimeOffset at, int events = 2)
    {
        var workflow = new WorkflowId(Guid.CreateVersion7(at));
        var call = PrefixedId.Derive<CallId>(workflow.Value, "call");
        var proposed = new CallProposed(call, null, agent, "erp.order", JsonText.EmptyObject, []);
        WorkflowEvent[] facts =
        [
            proposed,
            new CallDecided(call, Effect.Allow, [rule], JsonText.EmptyObject, reason, "policy", "v1", []),
            .. Enumerable.Repeat(proposed, events - 2),
        ];
        Assert.IsType<AppendResult.Appended>(await Api.Get<IWorkflowJournal>().AppendAsync(
            new AppendRequest(workflow.ToString(), 0, null, [.. facts.Select(f => EventCodec.Encode(f, at, Actor.System, string.Empty))], [], []), CancellationToken.None));
    }
}
