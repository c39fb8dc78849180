using System.Net;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiManager.Host.Tests;

/// <summary>Proving the journal from its page: apart from the request, once at a time, and with no more said than was proved.</summary>
public sealed class VerifyPageTests : AuditedCompany
{
    [Fact]
    public async Task What_was_proved_and_what_was_not_stands_there_after_a_reload_and_the_search_is_kept()
    {
        await Api.AskedAsync(await Api.SubmittedAsync());
        Assert.Contains("<input type=\"hidden\" name=\"rule\" value=\"large\"", await Jana.PageAsync("/audit?rule=large"), StringComparison.Ordinal);
        var (status, _, location) = await Jana.SendAsync("/audit?rule=large", "/audit/verify", ("rule", "large"), ("agent", "purchaser"));
        Assert.Equal((HttpStatusCode.SeeOther, "/audit?agent=purchaser&rule=large#verified"), (status, location?.ToString()));

        await Api.Get<VerifyDesk>().Begin("jana");
        using var later = await Visitor.OfAsync(Api, "jana");
        var page = await later.WordsAsync("/audit");
        Assert.All(["Sound: ", "every hash, chain and list agrees", "No seal kept outside was compared", "Asked for by Jana"], words => Assert.Contains(words, page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_journal_that_somebody_changed_is_named_with_the_first_wrong_event()
    {
        var workflow = await Api.SubmittedAsync();
        await Api.AskedAsync(workflow);
        Api.Tamper($"update events set actor = 'person:mallory' where stream = '{workflow}' and seq = 1");
        await Api.Get<VerifyDesk>().Begin("jana");
        var page = await Jana.WordsAsync("/audit");
        Assert.Matches($"(?s)role=\"alert\".*Broken at position \\d+ \\({workflow}/1\\): ", page);
        Assert.DoesNotContain("Sound: ", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_place_that_nobody_knows_is_not_made_up()
    {
        Assert.Equal("", JournalCommand.Where(new AuditResult(9, 2, "A list is wrong.", null, null, null)));
        Assert.Equal(" (wf_1)", JournalCommand.Where(new AuditResult(9, 2, "It is cut.", "wf_1", null, null)));
        Assert.Equal(" at position 7 (wf_1/3)", JournalCommand.Where(new AuditResult(9, 2, "It is wrong.", "wf_1", 3, 7)));
    }

    [Fact]
    public async Task Whoever_asks_meanwhile_joins_the_run_and_how_far_it_is_can_be_seen()
    {
        var audit = new SlowAudit();
        using var desk = new VerifyDesk(audit, TimeProvider.System, NullLogger<VerifyDesk>.Instance);
        Assert.Null(desk.Last);
        var first = desk.Begin("jana");
        await audit.Begun.Task;
        audit.Progress!.Report(10_000);
        Assert.Same(first, desk.Begin("petra"));
        Assert.Equal(("jana", true, 10_000), (desk.Last!.By, desk.Last.IsGoing, desk.Last.Events));

        audit.Result.SetResult(new AuditResult(12_000, 3, null, null, null, null));
        await first;
        Assert.Equal(("jana", false, 12_000, true), (desk.Last!.By, desk.Last.IsGoing, desk.Last.Events, desk.Last.Found!.IsSound));
        Assert.Equal(1, audit.Runs);
    }

    [Fact]
    public async Task A_run_that_breaks_off_says_nothing_of_the_journal()
    {
        foreach (var (fault, words) in new (Exception, string)[] { (new StoreUnavailableException("secret detail"), "could not be read"), (new InvalidOperationException("secret detail"), "log has why") })
        {
            var audit = new SlowAudit();
            using var desk = new VerifyDesk(audit, TimeProvider.System, NullLogger<VerifyDesk>.Instance);
            audit.Result.SetException(fault);
            await desk.Begin("jana");
            Assert.Null(desk.Last!.Found);
            Assert.Contains(words, desk.Last.Fault, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", desk.Last.Fault, StringComparison.Ordinal);
        }

        var stopped = new SlowAudit();
        var stopping = new VerifyDesk(stopped, TimeProvider.System, NullLogger<VerifyDesk>.Instance);
        var run = stopping.Begin("jana");
        stopping.Dispose();
        await run;
        Assert.Contains("stopped", stopping.Last!.Fault, StringComparison.Ordinal);
        Assert.True(stopping.Begin("jana").IsCompleted); // nothing begins any more
    }

    private sealed class SlowAudit : IJournalAudit
    {
        public TaskCompletionSource Begun { get; } = new();

        public TaskCompletionSource<AuditResult> Result { get; } = new();

        public IProgress<long>? Progress { get; private set; }

        public int Runs { get; private set; }

        public Task<AuditResult> VerifyAsync(IProgress<long>? progress, CancellationToken cancellationToken)
        {
            (Progress, Runs) = (progress, Runs + 1);
            Begun.SetResult();
            return Result.Task.WaitAsync(cancellationToken);
        }

        public Task<AuditResult> VerifyAsync(IReadOnlyList<JournalSealed> seals, IProgress<long>? progress, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<long> ArchivedAsync(DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task RebuildAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
