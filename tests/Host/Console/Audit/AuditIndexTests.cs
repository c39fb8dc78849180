using System.Net;
using AiManager.Contracts;
using AiManager.Memory;
using AiManager.Tools;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiManager.Host.Tests;

/// <summary>What is found by the audit's index: the same as without it, over the whole journal, and nothing that people typed.</summary>
public sealed class AuditIndexTests : IAsyncLifetime
{
    private static readonly DateTimeOffset LongAgo = new(2020, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private ApiUnderTest _api = null!;

    private IAuditIndex Index => _api.Get<IAuditIndex>();

    private AuditIndexReader Follower => new(_api.Get<IWorkflowJournal>(), Index);

    public async Task InitializeAsync() => _api = await ApiUnderTest.StartAsync(
        string.Empty,
        ("tools.yaml", "sources:\n  - name: erp\n    kind: sql\n    connection: \"Data Source=${world}\"\n    tools:\n      - { name: low, description: Reads., effect: observe, readOnly: true, sql: \"select 1 as n\" }\n"),
        ("world.sql", "create table things(sku text);"));

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task Whatever_is_searched_for_is_found_alike_without_the_index_while_it_is_made_and_when_it_is()
    {
        // People answer when what they are asked about has long been read.
        var live = await AskAsync();
        await Follower.CatchUpAsync(CancellationToken.None);
        var asked = await Index.ThroughAsync(CancellationToken.None);
        await AnswerAsync(live);
        var whileMade = await AnswersAsync();
        Assert.Equal(asked, await Index.ThroughAsync(CancellationToken.None));

        await Follower.CatchUpAsync(CancellationToken.None);
        Assert.InRange(await Index.ThroughAsync(CancellationToken.None), asked + 5, long.MaxValue);
        var made = await AnswersAsync();
        var verified = await _api.Get<IJournalAudit>().VerifyAsync(null, CancellationToken.None);
        Assert.True(verified.IsSound, verified.Fault);

        // Thrown away, it is not there, and can be made again.
        await _api.Get<IJournalAudit>().RebuildAsync(CancellationToken.None);
        Assert.Equal(0, await Index.ThroughAsync(CancellationToken.None));
        var without = await AnswersAsync();
        await Follower.CatchUpAsync(CancellationToken.None);
        Assert.Equal(without, whileMade);
        Assert.Equal(without, made);
        Assert.Equal(without, await AnswersAsync());
        Assert.Contains(without, a => a.Contains("It is large. rejected", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_rare_is_found_in_the_whole_journal_at_once_and_almost_nothing_of_it_is_read()
    {
        await DecidedAsync("rare", "other", "rare-rule", LongAgo);
        for (var i = 0; i < 70; i++)
        {
            await DecidedAsync("usual", "purchaser", "usual-rule", LongAgo.AddMinutes(i + 1), 40);
        }

        await Follower.CatchUpAsync(CancellationToken.None);
        var journal = new CountingJournal(_api.Get<IWorkflowJournal>());
        foreach (var query in new[] { Query() with { Rule = "rare-rule" }, Query() with { Agent = "other" }, Query() with { Tool = "ORDER", Rule = "rare-rule", Verdict = "allow" } })
        {
            var found = await Reader(journal).FindAsync(query, null, CancellationToken.None);
            Assert.Equal(["rare"], found.Decisions.Select(d => d.Reason));
            Assert.Null(found.Before);
        }

        Assert.Empty((await Reader(journal).FindAsync(Query() with { Rule = "usual-rule", Verdict = "deny" }, null, CancellationToken.None)).Decisions);
        Assert.InRange(journal.Events, 1, 300); // of 2,802

        // Page by page, none twice and none left out.
        var seen = new List<long>();
        for (long? before = null; before is not null || seen.Count == 0;)
        {
            var page = await Reader(journal).FindAsync(Query() with { Rule = "usual-rule" }, before, CancellationToken.None);
            Assert.InRange(page.Decisions.Length, 1, 50);
            seen.AddRange(page.Decisions.Select(d => d.Position));
            before = page.Before;
        }

        Assert.Equal(seen.OrderDescending().Distinct(), seen);
        Assert.Equal(70, seen.Count);
    }

    [Fact]
    public async Task Nothing_that_people_typed_stands_in_the_index()
    {
        await AnswerAsync(await AskAsync());
        await Follower.CatchUpAsync(CancellationToken.None);
        await using var connection = new SqliteConnection($"Data Source={_api.DataFile(SqliteStore.FileName)};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "select words from audit_places union all select word from audit_words";
        await using var rows = await command.ExecuteReaderAsync();
        var words = new HashSet<string>(StringComparer.Ordinal);
        while (await rows.ReadAsync())
        {
            words.UnionWith(rows.GetString(0).Split('\n'));
        }

        Assert.Contains("by:petra", words);
        Assert.All(words, word => Assert.Matches("^(decision|(agent|tool|rule|verdict|by|did|type):[A-Za-z0-9._-]+)$", word));
    }

    [Fact]
    public async Task A_decision_that_this_program_cannot_read_and_names_of_any_length_stop_nothing()
    {
        var odd = new string('x', 5_000) + "\0\n";
        await DecidedAsync("odd", odd, odd, LongAgo);
        await DecidedAsync("plain", "purchaser", "usual-rule", LongAgo.AddMinutes(1));
        var unreadable = EventCodec.Encode(new CallDecided(new CallId(Guid.CreateVersion7(LongAgo)), Effect.Allow, [], JsonText.EmptyObject, "No.", "policy", "v1", []), LongAgo, Actor.System, string.Empty);
        Assert.IsType<AppendResult.Appended>(await _api.Get<IWorkflowJournal>().AppendAsync(
            new AppendRequest("mon_x", 0, null, [unreadable with { SchemaVersion = 999 }, unreadable with { Body = "{}"u8.ToArray() }], [], []), CancellationToken.None));
        await Follower.CatchUpAsync(CancellationToken.None);
        Assert.Equal(["plain"], (await Reader().FindAsync(Query() with { Rule = "usual-rule" }, null, CancellationToken.None)).Decisions.Select(d => d.Reason));
        Assert.Equal(["odd"], (await Reader().FindAsync(Query() with { Rule = odd }, null, CancellationToken.None)).Decisions.Select(d => d.Reason));
        Assert.Empty((await Reader().FindAsync(Query() with { Rule = odd + "y" }, null, CancellationToken.None)).Decisions);
    }

    [Fact]
    public async Task The_service_reads_on_by_itself_and_again_when_the_store_is_back()
    {
        await DecidedAsync("first", "purchaser", "usual-rule", LongAgo);
        var (time, journal) = (new ManualTime(), new FaultyJournal(_api.Get<IWorkflowJournal>()) { Fault = new StoreUnavailableException("Away.") });
        using var follower = new AuditFollower(new AuditIndexReader(journal, Index), time, NullLogger<AuditFollower>.Instance);
        await follower.StartAsync(CancellationToken.None);
        await journal.Failed;
        journal.Fault = null;
        while (await Index.ThroughAsync(CancellationToken.None) == 0)
        {
            time.Advance(TimeSpan.FromSeconds(30));
            await Task.Yield();
        }

        await follower.StopAsync(CancellationToken.None);
        Assert.Equal(["first"], (await Reader().FindAsync(Query() with { Agent = "purchaser" }, null, CancellationToken.None)).Decisions.Select(d => d.Reason));
    }

    [Fact]
    public async Task What_somebody_answered_behind_the_index_stands_on_one_page_though_the_index_catches_up_between_two()
    {
        var asked = await AskAsync();
        await Follower.CatchUpAsync(CancellationToken.None);
        await DecidedAsync("usual", "purchaser", "usual-rule", TimeProvider.System.GetUtcNow(), 600); // more than one stretch
        await AnswerAsync(asked);
        var pages = await HastyPagesAsync(Query() with { Person = "helena" }, () => Follower.CatchUpAsync(CancellationToken.None));
        Assert.Empty(pages[0].Decisions);
        Assert.Equal(["rejected", "open"], pages.SelectMany(p => p.Decisions).Select(d => d.Outcome));
    }

    [Fact]
    public async Task Where_much_is_newer_than_the_index_a_page_does_without_it_and_finds_what_people_answered()
    {
        var asked = await AskAsync();
        await Follower.CatchUpAsync(CancellationToken.None);
        await DecidedAsync("usual", "purchaser", "usual-rule", TimeProvider.System.GetUtcNow(), 2_100);
        await AnswerAsync(asked);
        var pages = await HastyPagesAsync(Query() with { Person = "petra" });
        Assert.Equal(["open"], pages.SelectMany(p => p.Decisions).Select(d => d.Outcome));
    }

    [Fact]
    public async Task An_export_of_a_persons_decisions_goes_by_the_index_though_something_is_newer()
    {
        var asked = await AskAsync();
        for (var i = 0; i < 70; i++)
        {
            await DecidedAsync("usual", "purchaser", "usual-rule", TimeProvider.System.GetUtcNow(), 40);
        }

        await Follower.CatchUpAsync(CancellationToken.None);
        await AnswerAsync(asked);
        var journal = new CountingJournal(_api.Get<IWorkflowJournal>());
        var taken = await DecisionLog.FindAsync(journal, Index, _api.Get<Catalog>(), Query() with { Person = "helena" }, CancellationToken.None).ToListAsync();
        Assert.Equal(["open", "rejected"], taken.Select(d => d.Outcome));
        Assert.InRange(journal.Events, 1, 200); // of 2,800
    }

    [Fact]
    public async Task What_is_of_a_kind_is_looked_for_from_the_last_moment_asked_for_and_no_longer_than_a_page_may_take()
    {
        var (now, journal) = (TimeProvider.System.GetUtcNow(), new CountingJournal(_api.Get<IWorkflowJournal>()));
        var last = (await journal.ReadAsync(CompanyState.Stream, 0, 10_000, CancellationToken.None)).Length;
        await AppendedAsync(
            CompanyState.Stream,
            last,
            [
                .. Enumerable.Repeat(EventCodec.Encode(new KeyRevoked("gone"), now, Actor.System, string.Empty), 1_100),
                .. Enumerable.Repeat(EventCodec.Encode(new SessionBegun(SessionBegun.Link), now, Actor.Person("petra"), string.Empty), 1_100),
            ]);
        await Follower.CatchUpAsync(CancellationToken.None);

        var read = journal.Events;
        var none = await Reader(journal).FindAsync(Query() with { Kind = "sign-ins", Span = new TimeWindow(null, LongAgo) }, null, CancellationToken.None);
        Assert.Empty(none.Deeds);
        Assert.Null(none.Before);
        Assert.InRange(journal.Events - read, 0, 100);

        // Each is common, and they never meet.
        var pages = await HastyPagesAsync(Query() with { Kind = "keys", Person = "petra" });
        Assert.All(pages, page => Assert.Empty(page.Deeds));
        Assert.InRange(pages.Count, 1, 2); // the first may see what is newer than the index, and nothing else
    }

    [Fact]
    public async Task Names_of_tools_that_models_invent_are_no_words_of_the_index_and_are_found_nevertheless()
    {
        for (var i = 0; i < 3; i++)
        {
            await DecidedAsync($"invented {i}", "purchaser", "none", LongAgo.AddMinutes(i), tool: $"erp.invented{i}", version: string.Empty);
        }

        await DecidedAsync("real", "purchaser", "usual-rule", LongAgo.AddMinutes(9));
        await Follower.CatchUpAsync(CancellationToken.None);
        Assert.Equal(["tool:erp.order"], (await Index.WordsAsync(AuditWords.ToolBeginning, CancellationToken.None)).AsEnumerable());
        Assert.Equal(["invented 1"], (await Reader().FindAsync(Query() with { Tool = "INVENTED1" }, null, CancellationToken.None)).Decisions.Select(d => d.Reason));
        Assert.Equal(["real"], (await Reader().FindAsync(Query() with { Tool = "order" }, null, CancellationToken.None)).Decisions.Select(d => d.Reason));
    }

    [Fact]
    public async Task A_stream_is_read_once_where_all_of_it_is_archived_and_anew_for_what_was_decided_since()
    {
        var known = new KnownDecisions(_api.Get<IWorkflowJournal>(), _api.Get<Catalog>());
        var gone = new WorkflowId(Guid.CreateVersion7(LongAgo)).ToString();
        for (var position = 1; position < 4; position++)
        {
            Assert.Null(await known.FindAsync(gone, position, CancellationToken.None));
        }

        Assert.Equal(1, known.Read);

        var workflow = await _api.SubmittedAsync();
        await _api.AskedAsync(workflow);
        var asked = (await known.AllAsync(workflow.ToString(), CancellationToken.None)).Single().Position;
        Assert.NotNull(await known.FindAsync(workflow.ToString(), asked, CancellationToken.None));
        Assert.Null(await known.FindAsync(workflow.ToString(), asked - 1, CancellationToken.None));
        Assert.Equal(2, known.Read);
        var call = PrefixedId.Derive<CallId>(workflow.Value, "second");
        await _api.AppendAsync(
            workflow,
            new CallProposed(call, null, "purchaser", "erp.order", JsonText.EmptyObject, []),
            new CallDecided(call, Effect.Deny, [], JsonText.EmptyObject, "No longer.", "policy", "v1", []));
        var again = (await DecisionLog.ReadAsync(_api.Get<IWorkflowJournal>(), _api.Get<Catalog>(), workflow.ToString(), CancellationToken.None))[^1].Position;
        Assert.Equal("No longer.", (await known.FindAsync(workflow.ToString(), again, CancellationToken.None))?.Reason);
        Assert.Equal(3, known.Read);
    }

    private static AuditQuery Query() => new(null, null, null, null, null, null, new TimeWindow(null, null));

    private AuditReader Reader(IWorkflowJournal? journal = null, TimeProvider? time = null) =>
        new(journal ?? _api.Get<IWorkflowJournal>(), Index, _api.Get<Catalog>(), _api.Get<CompanyStream>(), time ?? TimeProvider.System);

    /// <summary>A bit of everything that can be searched for, but for the answers of people.</summary>
    private async Task<Asked> AskAsync()
    {
        using var jana = await _api.AsAsync("jana");
        var asked = new Asked(await _api.SubmittedAsync(), await _api.SubmittedAsync("Buy more"));
        foreach (var workflow in new[] { asked.Agreed, asked.Refused })
        {
            await _api.AskedAsync(workflow);
        }

        var third = await _api.SubmittedAsync("Buy less");
        foreach (var (name, effect, tool) in new[] { ("read", Effect.Allow, "erp.low"), ("refused", Effect.Deny, "erp.low"), ("other", Effect.Allow, "mail.send") })
        {
            var call = PrefixedId.Derive<CallId>(third.Value, name);
            await _api.AppendAsync(
                third,
                new CallProposed(call, null, name == "other" ? "courier" : "purchaser", tool, JsonText.EmptyObject, []),
                new CallDecided(call, effect, [name == "refused" ? "never" : "reads", "budget"], JsonText.EmptyObject, $"It is {name}.", "policy", "v1", []));
        }

        Assert.Equal(HttpStatusCode.NoContent, (await jana.PostTextAsync("/api/suspensions", """{"kind":"all","reason":"Drill"}""")).StatusCode);
        return asked with { Key = (await _api.Get<KeyDesk>().CreateAsync("petra", [], null, Actor.Person("jana"), CancellationToken.None)).Id };
    }

    private async Task AnswerAsync(Asked asked)
    {
        var (yes, no) = (PrefixedId.Derive<ApprovalId>(asked.Agreed.Value, "approval"), PrefixedId.Derive<ApprovalId>(asked.Refused.Value, "approval"));
        await _api.AppendAsync(
            asked.Agreed,
            new SeatFilled(yes, "lead", "petra", "api", new PrivateText("petra", "Fine by me.")),
            new SeatFilled(yes, "cfo", "helena", "api", null),
            new ApprovalDecided(yes, "helena", "api", ApprovalVerdict.Approved, null));
        await _api.AppendAsync(asked.Refused, new SeatFilled(no, "lead", "omar", "api", null));
        await _api.AppendAsync(asked.Refused, new ApprovalDecided(no, "helena", "console", ApprovalVerdict.Rejected, new PrivateText("helena", "Too much.")));
        await _api.AppendAsync(asked.Refused, new GoalCancelled(new PrivateText("jana", "Not needed.")));
        await _api.Get<KeyDesk>().RevokeAsync(asked.Key, Actor.System, null, CancellationToken.None);
    }

    /// <summary>What every kind of search answers, as a page has it and as it is taken away.</summary>
    private async Task<List<string>> AnswersAsync()
    {
        var answers = new List<string>();
        AuditQuery[] queries =
        [
            Query(), .. new[] { "jana", "petra", "helena", "omar", "nobody" }.Select(p => Query() with { Person = p }), Query() with { Agent = "courier" }, Query() with { Tool = "LOW" }, Query() with { Tool = "nothing" },
            Query() with { Rule = "never" }, Query() with { Rule = "budget", Tool = "erp" }, Query() with { Verdict = "ask", Person = "helena" }, Query() with { Verdict = "ask" }, Query() with { WithoutReads = true },
            Query() with { WithoutReads = true, Person = "jana" }, Query() with { Span = new TimeWindow(null, LongAgo) }, Query() with { Rule = "never", Span = new TimeWindow(LongAgo, null) },
            Query() with { Rule = "never", Span = new TimeWindow(LongAgo, LongAgo.AddDays(1)) }, .. AuditKind.All.Select(k => Query() with { Kind = k.Kind }), Query() with { Kind = "keys", Person = "petra" },
            Query() with { Kind = "stops", Person = "omar" },
        ];
        foreach (var query in queries)
        {
            var page = await Reader().FindAsync(query, null, CancellationToken.None);
            Assert.Null(page.Before);
            var taken = await DecisionLog.FindAsync(_api.Get<IWorkflowJournal>(), Index, _api.Get<Catalog>(), query, CancellationToken.None).ToListAsync();
            answers.Add(
                $"{query}: {string.Join(", ", page.Decisions.Select(d => $"{d.Position} {d.Reason} {d.Outcome}"))}; {string.Join(", ", page.Deeds.Select(d => $"{d.Position} {d.Type} {d.About}"))}; {string.Join(", ", taken.Select(d => d.Position))}");
        }

        return answers;
    }

    private async Task DecidedAsync(string reason, string agent, string rule, DateTimeOffset at, int events = 2, string tool = "erp.order", string version = "v1")
    {
        var workflow = new WorkflowId(Guid.CreateVersion7(at));
        var call = PrefixedId.Derive<CallId>(workflow.Value, "call");
        var proposed = new CallProposed(call, null, agent, tool, JsonText.EmptyObject, []);
        WorkflowEvent[] facts = [proposed, new CallDecided(call, Effect.Allow, [rule], JsonText.EmptyObject, reason, "policy", version, []), .. Enumerable.Repeat(proposed, events - 2)];
        await AppendedAsync(workflow.ToString(), 0, facts.Select(f => EventCodec.Encode(f, at, Actor.System, string.Empty)));
    }

    private async Task AppendedAsync(string stream, int seq, IEnumerable<NewEvent> events)
    {
        foreach (var some in events.Chunk(250))
        {
            Assert.IsType<AppendResult.Appended>(await _api.Get<IWorkflowJournal>().AppendAsync(new AppendRequest(stream, seq, null, [.. some], [], []), CancellationToken.None));
            seq += some.Length;
        }
    }

    /// <summary>All pages, each of which looks no longer than it must.</summary>
    private async Task<List<AuditFound>> HastyPagesAsync(AuditQuery query, Func<Task>? between = null)
    {
        var pages = new List<AuditFound>();
        for (long? before = null; pages.Count == 0 || before is not null;)
        {
            var page = await Reader(time: new HastyTime()).FindAsync(query, before, CancellationToken.None);
            Assert.True(before is null || page.Before is null || page.Before < before);
            (before, pages) = (page.Before, [.. pages, page]);
            await (between?.Invoke() ?? Task.CompletedTask);
        }

        return pages;
    }

    /// <summary>A clock by which every look takes longer than a page may.</summary>
    private sealed class HastyTime : TimeProvider
    {
        private long _now;

        public override long GetTimestamp() => _now += TimestampFrequency;
    }

    private sealed record Asked(WorkflowId Agreed, WorkflowId Refused, string Key = "");
}
