using System.Net;

namespace AiManager.Host.Tests;

/// <summary>What the link of a mail decides, and what it does not whoever has it.</summary>
public sealed class MailLinkTests : IAsyncLifetime
{
    private MailUnderTest _mail = null!;

    public async Task InitializeAsync() => _mail = await MailUnderTest.StartAsync();

    public async Task DisposeAsync() => await _mail.DisposeAsync();

    [Fact]
    public async Task A_link_decides_once_for_whom_it_was_sent_to_and_looking_at_it_decides_nothing()
    {
        var (workflow, approval) = await _mail.AskedAsync();
        await _mail.RunAsync();
        var links = _mail.Server.Came.ToDictionary(c => c.To[0].Split('@')[0], c => MailUnderTest.LinkIn(c.Mail.TextBody!));
        using var scanner = _mail.Browser();
        for (var i = 0; i < 3; i++)
        {
            var (seen, page) = await MailUnderTest.LookAsync(scanner, links["petra"], goesOn: i > 0);
            Assert.Equal(HttpStatusCode.OK, seen);
            Assert.DoesNotContain("<b>acme", page, StringComparison.Ordinal);
            Assert.True(i == 0 || page.Contains("&lt;b&gt;acme&lt;/b&gt;", StringComparison.Ordinal), page);
        }

        Assert.Empty((await _mail.StateAsync(workflow, approval)).Filled);
        using var petra = _mail.Browser();
        var (status, done) = await MailUnderTest.DecideAsync(petra, links["petra"], "approve");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("It also takes cfo.", done, StringComparison.Ordinal);
        var seat = Assert.Single((await _mail.StateAsync(workflow, approval)).Filled);
        Assert.Equal(("petra", "lead", Caller.Mail, "By mail."), (seat.By, seat.Role, seat.Via, seat.Reason?.Words));

        // The form again, and the link again, from anywhere.
        Assert.Equal(HttpStatusCode.Conflict, (await MailUnderTest.LookAsync(petra, links["petra"])).Status);
        var (again, words) = await MailUnderTest.DecideAsync(petra, links["petra"], "reject", (await MailUnderTest.LookAsync(petra, links["helena"])).Page);
        Assert.Equal(HttpStatusCode.Conflict, again);
        Assert.Contains("a link works once", words, StringComparison.Ordinal);
        Assert.Null((await _mail.StateAsync(workflow, approval)).Verdict);

        using var helena = _mail.Browser();
        Assert.Equal(HttpStatusCode.OK, (await MailUnderTest.DecideAsync(helena, links["helena"], "approve")).Status);
        Assert.Equal((ApprovalVerdict.Approved, "helena"), ((await _mail.StateAsync(workflow, approval)).Verdict, (await _mail.StateAsync(workflow, approval)).By));
    }

    [Fact]
    public async Task Of_the_same_link_sent_many_times_at_once_one_counts()
    {
        var (workflow, approval) = await _mail.AskedAsync();
        var link = _mail.Link(approval, "petra");
        using var browser = _mail.Browser();
        var (_, page) = await MailUnderTest.LookAsync(browser, link);
        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => MailUnderTest.DecideAsync(browser, link, i % 2 == 0 ? "approve" : "reject", page)));
        Assert.Single(replies, r => r.Status == HttpStatusCode.OK);
        Assert.All(replies.Where(r => r.Status != HttpStatusCode.OK), r => Assert.Equal(HttpStatusCode.Conflict, r.Status));
        var state = await _mail.StateAsync(workflow, approval);
        Assert.Equal(1, state.Filled.Length + (state.Verdict is null ? 0 : 1));
    }

    [Fact]
    public async Task A_link_that_is_not_so_as_it_was_sent_opens_nothing_and_tells_nothing()
    {
        var (workflow, approval) = await _mail.AskedAsync();
        var good = _mail.Link(approval, "petra");
        using var browser = _mail.Browser();
        var (_, page) = await MailUnderTest.LookAsync(browser, good);
        var other = MailSecret.Read(Convert.ToBase64String(new byte[32]))!;
        var until = TimeProvider.System.GetUtcNow().AddHours(1);
        (string Link, HttpStatusCode Status)[] tries =
        [
            (string.Empty, HttpStatusCode.Forbidden),
            ("x", HttpStatusCode.Forbidden),
            (good[..^1], HttpStatusCode.Forbidden),
            (good + ".x", HttpStatusCode.Forbidden),
            (new string('a', 2000), HttpStatusCode.Forbidden),
            ("%3Cscript%3Ealert(1)%3C/script%3E", HttpStatusCode.Forbidden),
            (good.Split('.')[0] + "." + _mail.Link(approval, "helena").Split('.')[1], HttpStatusCode.Forbidden),
            (new MailLink(approval, "petra", "digest", until, "address").Write(other), HttpStatusCode.Forbidden),
            (new MailLink(approval, "petra", "digest", until, "the address before").Write(_mail.Settings.Links!), HttpStatusCode.Forbidden),
            (_mail.Link(approval, "adam"), HttpStatusCode.Forbidden),
            (_mail.Link(approval, "nobody"), HttpStatusCode.Forbidden),
            (_mail.Link(approval, "jana"), HttpStatusCode.Forbidden),
            (_mail.Link(approval, "petra", good: TimeSpan.FromSeconds(-1)), HttpStatusCode.Gone),
            (_mail.Link(approval, "petra", digest: "another"), HttpStatusCode.Conflict),
            (_mail.Link(PrefixedId.Derive<ApprovalId>(workflow.Value, "other"), "petra"), HttpStatusCode.NotFound),
        ];
        foreach (var (link, expected) in tries)
        {
            var (seen, shown) = await MailUnderTest.LookAsync(browser, link);
            var (sent, said) = await MailUnderTest.DecideAsync(browser, Uri.UnescapeDataString(link), "approve", page);
            Assert.Equal((expected, expected), (seen, sent));
            Assert.Contains("Nothing was decided", shown, StringComparison.Ordinal);
            Assert.DoesNotContain("acme", shown + said, StringComparison.Ordinal);
            Assert.DoesNotContain("<script>alert", shown + said, StringComparison.Ordinal);
        }

        Assert.Empty((await _mail.StateAsync(workflow, approval)).Filled);
        Assert.Equal(HttpStatusCode.OK, (await MailUnderTest.LookAsync(browser, good)).Status);
    }

    [Fact]
    public void Not_one_letter_of_a_link_can_be_another()
    {
        var secret = MailSecret.Read(ApiUnderTest.LinkSecret)!;
        var link = new MailLink(PrefixedId.Derive<ApprovalId>(Guid.Empty, "a"), "petra", "digest", DateTimeOffset.UnixEpoch, "address");
        var written = link.Write(secret);
        Assert.Equal(link, MailLink.Read(written, secret));
        for (var i = 0; i < written.Length - 1; i++)
        {
            var changed = written[..i] + (written[i] == 'A' ? 'B' : 'A') + written[(i + 1)..];
            Assert.True(MailLink.Read(changed, secret) is null, changed);
        }
    }

    [Fact]
    public async Task Without_the_forms_token_or_a_button_nothing_is_decided()
    {
        var (workflow, approval) = await _mail.AskedAsync();
        var link = _mail.Link(approval, "petra");
        using var elsewhere = _mail.Browser();
        Assert.Equal(HttpStatusCode.BadRequest, (await MailUnderTest.DecideAsync(elsewhere, link, "approve", "no token")).Status);
        using var browser = _mail.Browser();
        Assert.Equal(HttpStatusCode.BadRequest, (await MailUnderTest.DecideAsync(browser, link, "edit")).Status);

        // A token of another browser is none.
        var (_, page) = await MailUnderTest.LookAsync(browser, link);
        Assert.Equal(HttpStatusCode.BadRequest, (await MailUnderTest.DecideAsync(elsewhere, link, "approve", page)).Status);
        Assert.Empty((await _mail.StateAsync(workflow, approval)).Filled);
    }

    [Fact]
    public async Task What_was_written_to_a_mails_page_is_still_there_when_it_is_not_taken_and_only_for_whoever_has_the_link()
    {
        var (_, approval) = await _mail.AskedAsync();
        var link = _mail.Link(approval, "petra");
        using var browser = _mail.Browser();
        foreach (var (sent, decision, token) in new[] { (link, "approve", "no token"), (link, "edit", null) })
        {
            var (status, page) = await MailUnderTest.DecideAsync(browser, sent, decision, token);
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.Contains("name=\"reason\" value=\"By mail.\"", page, StringComparison.Ordinal);
            Assert.Contains("value=\"approve\"", page, StringComparison.Ordinal);
        }

        // Another site can send a form without the token, and has nothing said by it.
        Assert.DoesNotContain("By mail.", (await MailUnderTest.DecideAsync(browser, "x", "approve", "no token")).Page, StringComparison.Ordinal);

        // With an old token too, whoever is signed in.
        using var petra = await _mail.Api.BrowserAsync("petra");
        Assert.Contains("value=\"By mail.\"", (await MailUnderTest.DecideAsync(petra, link, "approve", "no token")).Page, StringComparison.Ordinal);

        // What is decided by now shows the words apart.
        await MailUnderTest.DecideAsync(browser, link, "reject");
        var (_, late) = await MailUnderTest.DecideAsync(browser, link, "approve", (await MailUnderTest.LookAsync(browser, _mail.Link(approval, "omar"))).Page);
        Assert.Contains("Nothing was decided", late, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_is_signed_in_decides_with_their_own_link_and_with_nobody_elses()
    {
        var (workflow, approval) = await _mail.AskedAsync();
        using var helena = await _mail.Api.BrowserAsync("helena");
        var (status, page) = await MailUnderTest.LookAsync(helena, _mail.Link(approval, "petra"));
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.DoesNotContain("acme", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await MailUnderTest.DecideAsync(helena, _mail.Link(approval, "helena"), "reject")).Status);
        Assert.Equal("helena", (await _mail.StateAsync(workflow, approval)).By);
        var (late, words) = await MailUnderTest.LookAsync(_mail.Browser(), _mail.Link(approval, "petra"));
        Assert.Equal(HttpStatusCode.Conflict, late);
        Assert.Contains("It is decided already: rejected.", words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_decides_more_by_mail_than_within_the_hour_at_any_other_door()
    {
        await using var mail = await MailUnderTest.StartAsync(authority: "version: 1\nrules: []\napprovals: { perPersonPerHour: 1 }\n");
        var (first, second) = (await mail.AskedAsync(), await mail.AskedAsync("""{"supplier":"globex"}"""));
        using var petra = mail.Browser();
        Assert.Equal(HttpStatusCode.OK, (await MailUnderTest.DecideAsync(petra, mail.Link(first.Approval, "petra"), "approve")).Status);
        var (status, page) = await MailUnderTest.DecideAsync(petra, mail.Link(second.Approval, "petra"), "approve");
        Assert.Equal(HttpStatusCode.TooManyRequests, status);
        Assert.Contains("Nothing was decided", page, StringComparison.Ordinal);
        Assert.Empty((await mail.StateAsync(second.Workflow, second.Approval)).Filled);
    }
}
