using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AiManager.Contracts;
using SmtpServer.Protocol;

namespace AiManager.Host.Tests;

/// <summary>Who is told of what by mail, and what becomes of a mail that does not go.</summary>
public sealed class MailTests
{
    [Fact]
    public async Task Whoever_can_decide_is_told_once_and_once_more_when_reminded_and_never_whoever_asked()
    {
        await using var mail = await MailUnderTest.StartAsync();
        var (workflow, approval) = await mail.AskedAsync();
        await mail.RunAsync();
        await mail.RunAsync();
        Assert.Equal(["helena@example.com", "petra@example.com"], mail.Server.Came.SelectMany(c => c.To).Order());
        var (told, raw, _) = mail.Server.Came.First(c => c.To[0].StartsWith("petra", StringComparison.Ordinal));
        Assert.Equal("[Small] A decision waits for you: Order", told.Subject!);
        Assert.Equal("text/plain", told.Body!.ContentType.MimeType);
        Assert.Contains("supplier: <b>acme</b>", told.TextBody!, StringComparison.Ordinal);
        Assert.Contains("Wanted by: purchaser", told.TextBody!, StringComparison.Ordinal);
        Assert.Equal(mail.Settings.Links is null, MailUnderTest.LinkIn(told.TextBody!).Length == 0);
        Assert.DoesNotContain("Buy pens", raw, StringComparison.Ordinal);
        Assert.All(await mail.KeptAsync(), k => Assert.DoesNotContain("acme", k.Body, StringComparison.Ordinal));

        await mail.Api.AppendAsync(workflow, new ApprovalReminded(approval));
        mail.Restart();
        await mail.RunAsync();
        Assert.Equal(4, mail.Server.Came.Count);
        Assert.Equal(2, mail.Server.Came.Count(c => c.Mail.Subject!.StartsWith("[Small] Reminder", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Whose_seat_opens_only_after_another_is_told_when_it_opens_and_nobody_of_what_was_decided_meanwhile()
    {
        await using var mail = await MailUnderTest.StartAsync();
        var (workflow, approval) = await mail.AskedAsync(inOrder: true);
        await mail.RunAsync();
        Assert.Equal("petra@example.com", Assert.Single(mail.Server.Came.SelectMany(c => c.To)));
        await mail.Api.AppendAsync(workflow, new SeatFilled(approval, "lead", "petra", "api", null));
        await mail.RunAsync();
        Assert.Equal("helena@example.com", mail.Server.Came.Last().To.Single());

        await using var late = await MailUnderTest.StartAsync(server: new MailServer { Answer = new SmtpResponse(SmtpReplyCode.InsufficientStorage, "later") });
        var (other, asked) = await late.AskedAsync();
        await late.RunAsync();
        await late.Api.AppendAsync(other, new ApprovalDecided(asked, "helena", "api", ApprovalVerdict.Rejected, null));
        late.Server.Answer = SmtpResponse.Ok;
        late.Time.Advance(TimeSpan.FromHours(1));
        await late.RunAsync();
        Assert.Empty(late.Server.Came);
        Assert.Equal(2, (await late.KeptAsync()).Count(k => k.Detail == "Nobody has to be told any more."));
    }

    [Fact]
    public void No_other_host_takes_a_mail_up_while_the_first_still_waits_for_a_slow_server() => Assert.True(3 * MailSettings.Longest < OutboxRound.Hold, "Connecting, signing in and sending may take that long each.");

    [Fact]
    public async Task A_mail_about_a_workflow_that_this_release_cannot_read_is_tried_later_and_holds_up_none_behind_it()
    {
        await using var mail = await MailUnderTest.StartAsync(server: new MailServer { Answer = new SmtpResponse(SmtpReplyCode.InsufficientStorage, "later") });
        var (unreadable, _) = await mail.AskedAsync();
        var (_, approval) = await mail.AskedAsync();
        await mail.RunAsync();
        var journal = mail.Api.Get<IWorkflowJournal>();
        var seq = (await journal.ReadAsync(unreadable.ToString(), 0, 100, CancellationToken.None))[^1].Seq;
        NewEvent newer = new("OfANewerRelease", 1, EventHash.Cut(mail.Time.GetUtcNow()), Actor.System, "test", "{}"u8.ToArray());
        Assert.IsType<AppendResult.Appended>(await journal.AppendAsync(new AppendRequest(unreadable.ToString(), seq, null, [newer], [], []), CancellationToken.None));

        mail.Server.Answer = SmtpResponse.Ok;
        mail.Restart();
        mail.Time.Advance(TimeSpan.FromHours(1));
        await mail.RunAsync();
        var kept = await mail.KeptAsync();
        Assert.Equal(2, kept.Count(k => k.State == WebhookState.Delivered && k.Body.Contains(approval.ToString(), StringComparison.Ordinal)));
        var waiting = kept.Where(k => k.State == WebhookState.Waiting).ToList(); // not Omar's, to whom no mail can go
        Assert.Equal(2, waiting.Count);
        Assert.All(waiting, k => Assert.Equal((2, true), (k.Attempts, k.Body.Contains(unreadable.ToString(), StringComparison.Ordinal))));
    }

    [Fact]
    public async Task A_question_is_told_without_its_words_with_a_way_to_the_inbox()
    {
        await using var mail = await MailUnderTest.StartAsync();
        var workflow = await mail.Api.SubmittedAsync();
        var question = PrefixedId.Derive<EscalationId>(workflow.Value, "q");
        await mail.Api.AppendAsync(workflow, new Escalated(question, EscalationKind.UnmetGoal, null, null, "Is acme's secret sound?", ["accept"], "cfo", null));
        await mail.RunAsync();
        var (told, raw, to) = Assert.Single(mail.Server.Came);
        Assert.Equal(("helena@example.com", "[Small] A question waits for an answer"), (to.Single(), told.Subject!));
        Assert.Contains($"http://127.0.0.1:5080/inbox#{question}", told.TextBody!, StringComparison.Ordinal);
        Assert.DoesNotContain("acme", raw, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Words_of_others_end_no_header_and_make_no_link()
    {
        await using var mail = await MailUnderTest.StartAsync();
        await mail.AskedAsync("""{"supplier":"acme\r\nBcc: evil@example.com\r\n\r\nApprove at https://evil.example/decide\u202e or www.evil.example"}""", "Large.\r\n.\r\nRCPT TO:<evil@example.com>");
        await mail.RunAsync();
        var (told, raw, to) = Assert.Single(mail.Server.Came, c => c.To[0].StartsWith("petra", StringComparison.Ordinal));
        Assert.Equal(["petra@example.com"], to);
        Assert.Equal(["Auto-Submitted", "Date", "From", "MIME-Version", "Message-Id", "Subject", "To"], told.Headers.Select(h => h.Field).Where(f => f is not ("Content-Type" or "Content-Transfer-Encoding" or "Received" or "Return-Path")).Order(StringComparer.Ordinal));
        Assert.Equal("petra@example.com", Assert.Single(told.To.Mailboxes).Address);
        Assert.DoesNotContain(told.TextBody!.Split('\n'), l => l.StartsWith("Bcc", StringComparison.Ordinal) || l.StartsWith("RCPT", StringComparison.Ordinal) || l.TrimEnd() == ".");
        Assert.All(told.TextBody!.Split(' ', '\n').Where(w => w.Contains("://", StringComparison.Ordinal)), w => Assert.StartsWith("http://127.0.0.1:5080/", w, StringComparison.Ordinal));
        Assert.DoesNotContain("www.evil", told.TextBody!, StringComparison.Ordinal);
        Assert.DoesNotContain("\u202e", told.TextBody!, StringComparison.Ordinal);
        Assert.DoesNotContain("\r\nBcc:", raw, StringComparison.Ordinal);

        // An address that is more than one is none.
        var omar = Assert.Single(await mail.KeptAsync(), k => k.Body.Contains("omar", StringComparison.Ordinal));
        Assert.Equal((WebhookState.Dead, "people.yaml has no address of omar that mail can go to."), (omar.State, omar.Detail));
    }

    [Theory]
    [InlineData("evil.example/login and 12.50 EUR at 12:30, 3.5kg", "evil[.]example/login and 12.50 EUR at 12:30, 3.5kg")]
    [InlineData("https://evil.example/?a=b.c", "https[:]/[/]evil[.]example/?a=b[.]c")]
    [InlineData("//evil.example", "/[/]evil[.]example")]
    [InlineData("www.evil.example:8080", "www[.]evil[.]example[:]8080")]
    [InlineData("evil。example evil．example", "evil[。]example evil[．]example")]
    [InlineData("пример.рф xn--e1afmkfd.xn--p1ai", "пример[.]рф xn--e1afmkfd[.]xn--p1ai")]
    [InlineData("10.0.0.1/x or 192.168.100.1:80", "10[.]0[.]0[.]1/x or 192[.]168[.]100[.]1:80")]
    [InlineData("mailto:a@evil.example", "mailto[:]a[@]evil[.]example")]
    [InlineData("a＠evil", "a[＠]evil")]
    [InlineData("tel:+420123 javascript:alert(1)", "tel[:]+420123 javascript[:]alert(1)")]
    [InlineData(@"\\\\evil\share and file:\\c", @"\[\]\[\]evil\share and file[:]\[\]c")]
    [InlineData("Yes. It is so: fine.", "Yes. It is so: fine.")]
    public void What_a_mail_program_would_make_a_link_of_is_none_any_more(string words, string line) => Assert.Equal(line, MailText.Line(words, 300));

    [Theory]
    [InlineData(true, """{"customer":"Novotna"}""", false)]
    [InlineData(true, """{"customer":"Dvorak"}""", false)]
    [InlineData(true, """{"total":6150,"inStock":true}""", true)]
    [InlineData(false, """{"customer":"Dvorak"}""", true)]
    public async Task What_was_found_out_is_told_and_decided_on_unless_it_is_confidential_or_may_be(bool hasRead, string facts, bool isTold)
    {
        await using var mail = await MailUnderTest.StartAsync();
        var workflow = await mail.Api.SubmittedAsync();
        if (hasRead)
        {
            await mail.ReadCustomerAsync(workflow, "Novotna");
        }

        var approval = await mail.AskAsync(workflow, """{"supplier":"pens"}""", facts: facts); // as the goal says it
        await mail.RunAsync();
        Assert.Equal(2, mail.Server.Came.Count);
        Assert.All(mail.Server.Came, c => Assert.Equal(isTold, c.Mail.TextBody!.Contains("/decide", StringComparison.Ordinal)));
        using var browser = mail.Browser();
        var (status, page) = await MailUnderTest.LookAsync(browser, mail.Link(approval, "petra"));
        Assert.Equal(isTold ? System.Net.HttpStatusCode.OK : System.Net.HttpStatusCode.Forbidden, status);
        Assert.True(isTold || !page.Contains("customer", StringComparison.OrdinalIgnoreCase), page);
    }

    [Fact]
    public async Task A_call_with_a_preview_is_told_and_decided_on_but_what_the_preview_says_leaves_neither_way()
    {
        await using var mail = await MailUnderTest.StartAsync();
        var workflow = await mail.Api.SubmittedAsync();
        var approval = await mail.AskAsync(workflow, """{"supplier":"pens"}""", preview: new EffectPreview("erp.customer", JsonText.EmptyObject));
        var read = (await mail.StateAsync(workflow, approval)).PreviewCall!.Value;
        await mail.Api.AppendAsync(
            workflow,
            new CallProposed(read, null, Actor.System.Value, "erp.customer", JsonText.EmptyObject, []),
            new CallDecided(read, Effect.Allow, ["r"], JsonText.EmptyObject, "", "policy", "v1", []));
        await mail.Api.AppendAsync(
            workflow, new CallStarted(read, "key", true, [], null), new CallSettled(read, CallOutcome.Succeeded, JsonText.Parse("""{"rows":[{"name":"Novotna"}]}"""), null, null, []) { Labels = ["customer-data"] });
        await mail.RunAsync();
        Assert.Equal(2, mail.Server.Came.Count);
        Assert.All(mail.Server.Came, c =>
        {
            Assert.Contains("supplier: pens", c.Mail.TextBody!, StringComparison.Ordinal);
            Assert.Contains("/decide", c.Mail.TextBody!, StringComparison.Ordinal);
            Assert.Contains("What it would change was looked up too, and does not stand in mails", c.Mail.TextBody!, StringComparison.Ordinal);
            Assert.DoesNotContain("Novotna", c.Raw, StringComparison.Ordinal);
        });
        using var browser = mail.Browser();
        var (status, page) = await MailUnderTest.LookAsync(browser, mail.Link(approval, "petra"));
        Assert.Equal(System.Net.HttpStatusCode.OK, status);
        Assert.Contains("pens", page, StringComparison.Ordinal);
        Assert.Contains("to see it before you decide", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Novotna", page, StringComparison.Ordinal);
        using var petra = await Visitor.OfAsync(mail.Api, "petra");
        Assert.Contains("Novotna", await petra.PageAsync("/inbox"), StringComparison.Ordinal); // where somebody signed in
    }

    [Fact]
    public async Task What_is_confidential_stands_in_no_mail_and_no_link_decides_it()
    {
        await using var mail = await MailUnderTest.StartAsync();
        var workflow = await mail.Api.SubmittedAsync();
        await mail.ReadCustomerAsync(workflow, "Novotna");
        var approval = await mail.AskAsync(workflow, """{"supplier":"Novotna"}""");
        await mail.RunAsync();
        Assert.Equal(2, mail.Server.Came.Count);
        Assert.All(mail.Server.Came, c =>
        {
            Assert.DoesNotContain("Novotna", c.Raw, StringComparison.Ordinal);
            Assert.Contains("sign in to see it", c.Mail.TextBody!, StringComparison.Ordinal);
            Assert.DoesNotContain("/decide", c.Mail.TextBody!, StringComparison.Ordinal);
        });
        using var browser = mail.Browser();
        var (status, page) = await MailUnderTest.LookAsync(browser, mail.Link(approval, "petra"));
        Assert.Equal(System.Net.HttpStatusCode.Forbidden, status);
        Assert.DoesNotContain("Novotna", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unless_the_company_says_so_a_link_leads_to_a_page_that_one_signs_in_for()
    {
        await using var mail = await MailUnderTest.StartAsync("timeout: 5s");
        var (_, approval) = await mail.AskedAsync();
        await mail.RunAsync();
        Assert.All(mail.Server.Came, c => Assert.DoesNotContain("/decide", c.Mail.TextBody!, StringComparison.Ordinal));
        Assert.Contains($"http://127.0.0.1:5080/inbox#{approval}", mail.Server.Came.First().Mail.TextBody!, StringComparison.Ordinal);
        using var browser = mail.Browser();
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await MailUnderTest.LookAsync(browser, mail.Link(approval, "petra"))).Status);
    }

    [Fact]
    public async Task A_server_that_is_away_gets_it_later_with_the_same_id_also_from_another_host()
    {
        var port = FreePort.Take();
        var server = new MailServer(port);
        await using var mail = await MailUnderTest.StartAsync(server: server);
        await server.DisposeAsync();
        await mail.AskedAsync();
        await mail.RunAsync();

        // One that was tried is enough to know: the rest waits untried.
        Assert.Equal([0, 1], (await mail.KeptAsync()).Where(k => !k.Body.Contains("omar", StringComparison.Ordinal)).Select(k => k.Attempts).Order());
        Assert.Contains(await mail.KeptAsync(), k => k.Detail.Contains("No connection to the mail server", StringComparison.Ordinal));
        await using var back = new MailServer(port);
        mail.Restart();
        mail.Time.Advance(TimeSpan.FromMinutes(1));
        await mail.RunAsync();
        Assert.Equal(2, back.Came.Count);
        Assert.All((await mail.KeptAsync()).Where(k => k.State == WebhookState.Delivered), k => Assert.Contains(back.Came, c => c.Mail.MessageId == $"{k.Id}@example.com"));
    }

    [Fact]
    public async Task Whom_the_server_does_not_know_is_given_up_and_holds_nobody_up()
    {
        await using var mail = await MailUnderTest.StartAsync(server: new MailServer { Unknown = "helena@example.com" });
        await mail.AskedAsync();
        await mail.RunAsync();
        Assert.Equal("petra@example.com", Assert.Single(mail.Server.Came).To.Single());
        var helena = Assert.Single(await mail.KeptAsync(), k => k.Body.Contains("helena", StringComparison.Ordinal));
        Assert.Equal((WebhookState.Dead, 550), (helena.State, helena.Status));
    }

    [Theory]
    [InlineData(SmtpReplyCode.TransactionFailed, WebhookState.Dead, "The mail server refused it for good (554).")]
    [InlineData(SmtpReplyCode.Aborted, WebhookState.Waiting, "The mail server does not take it now (451).")]
    [InlineData(SmtpReplyCode.InsufficientStorage, WebhookState.Waiting, "The mail server does not take it now (452).")]
    public async Task What_a_server_says_of_one_whom_a_mail_is_for_is_about_them_alone_and_now_is_not_for_good(SmtpReplyCode code, string state, string detail)
    {
        await using var mail = await MailUnderTest.StartAsync(server: new MailServer { Refuses = ("helena@example.com", new SmtpResponse(code, "no")) });
        await mail.AskedAsync();
        await mail.RunAsync();
        Assert.Equal("petra@example.com", Assert.Single(mail.Server.Came).To.Single());
        var helena = Assert.Single(await mail.KeptAsync(), k => k.Body.Contains("helena", StringComparison.Ordinal));
        Assert.Equal((state, (int?)code, detail), (helena.State, helena.Status, helena.Detail));
        mail.Server.Refuses = null;
        mail.Time.Advance(TimeSpan.FromHours(1));
        await mail.RunAsync();
        Assert.Equal(state == WebhookState.Dead ? 1 : 2, mail.Server.Came.Count);
    }

    [Fact]
    public async Task A_server_that_does_not_take_this_services_mail_is_asked_again_later_and_nobody_is_given_up()
    {
        await using var mail = await MailUnderTest.StartAsync(server: new MailServer { RefusesSender = new SmtpResponse(SmtpReplyCode.TransactionFailed, "not you") });
        await mail.AskedAsync();
        await mail.RunAsync();
        var kept = (await mail.KeptAsync()).Where(k => !k.Body.Contains("omar", StringComparison.Ordinal)).ToList();
        Assert.All(kept, k => Assert.Equal(WebhookState.Waiting, k.State));
        Assert.Equal([0, 1], kept.Select(k => k.Attempts).Order());
        Assert.Contains(kept, k => k.Detail == "The mail server does not take mail from manager@example.com (554).");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_a_connection_that_is_kept_from_others_nothing_is_said(bool hasCertificate)
    {
        using var key = RSA.Create(2048);
        using var made = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
        await using var mail = await MailUnderTest.StartAsync("tls: starttls, user: us, password: \"${HOOK}\"", new MailServer(certificate: hasCertificate ? certificate : null));
        await mail.AskedAsync();
        await mail.RunAsync();
        Assert.Empty(mail.Server.Came);
        Assert.Empty(mail.Server.Heard);
        var kept = Assert.Single(await mail.KeptAsync(), k => k.Attempts > 0 && k.State == WebhookState.Waiting);
        Assert.Contains(hasCertificate ? "is not trusted" : "offers no encryption", kept.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_is_said_where_that_is_safe()
    {
        await using var mail = await MailUnderTest.StartAsync("user: us, password: \"${HOOK}\"");
        await mail.AskedAsync();
        await mail.RunAsync();
        Assert.Equal("open sesame", Assert.Single(mail.Server.Heard.Distinct()));
        Assert.DoesNotContain("sesame", mail.Settings.ToString(), StringComparison.Ordinal);
        Assert.All(mail.Server.Came, c => Assert.DoesNotContain("sesame", c.Raw, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("host: smtp.example.com, from: a@example.com, address: \"https://m.example.com\", user: us, password: secret", "A password does not belong in a file")]
    [InlineData("host: smtp.example.com, from: a@example.com, address: \"https://m.example.com\", user: us, password: \"${HOOK}\", tls: none", "Without TLS neither a password")]
    [InlineData("host: smtp.example.com, from: a@example.com, address: \"https://m.example.com\", decide: true, secret: \"${MAIL}\", tls: none", "Without TLS neither a password")]
    [InlineData("host: smtp.example.com, from: a@example.com, address: \"https://m.example.com\", decide: true", "are sealed with a secret")]
    [InlineData("host: smtp.example.com, from: a@example.com, address: \"https://m.example.com\", decide: true, secret: \"${HOOK}\"", "32 to 64 bytes in base64")]
    [InlineData("host: smtp.example.com, from: a@example.com, address: \"https://m.example.com\", user: us", "'user' and 'password' go together.")]
    [InlineData("host: smtp.example.com, from: a@example.com, address: \"http://m.example.com\"", "'address' must be an https address")]
    [InlineData("host: smtp.example.com, from: a@example.com", "'address' is missing")]
    [InlineData("host: \"smtp.example.com/x\", from: a@example.com, address: \"https://m.example.com\"", "'host' must be the mail server's name")]
    [InlineData("host: smtp.example.com, from: \"a@example.com\\r\\nBcc: b@example.com\", address: \"https://m.example.com\"", "'from' must be one mail address")]
    [InlineData("host: smtp.example.com, from: \"a@example.com, b@example.com\", address: \"https://m.example.com\"", "'from' must be one mail address")]
    [InlineData("host: smtp.example.com, from: a@example.com, address: \"https://m.example.com\", tls: maybe", "Known: starttls, implicit, none.")]
    [InlineData("host: smtp.example.com, from: a@example.com, address: \"https://m.example.com\", port: 70000", "'port' must be at most 65535.")]
    [InlineData("host: smtp.example.com, from: a@example.com, address: \"https://m.example.com\", timeout: 2h", "'timeout' must be from 1s to 1m.")]
    public async Task What_cannot_be_meant_is_refused_with_its_place(string keys, string fault)
    {
        var refused = await Assert.ThrowsAsync<ConfigException>(() => ApiUnderTest.StartAsync($"\nmail: {{ {keys} }}\n"));
        Assert.Contains(refused.Faults, f => f.Message.Contains(fault, StringComparison.Ordinal) && f.Place.Line > 1);
    }
}
