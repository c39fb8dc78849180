using System.Text.RegularExpressions;
using AiManager.Host;
using static Microsoft.Playwright.Assertions;

namespace AiManager.Browser.Tests;

/// <summary>Somebody on the way, with a phone and a mail: the link that they were sent, to its end.</summary>
public sealed partial class MailLinkTests(MailedConsole console) : IClassFixture<MailedConsole>
{
    [BrowserFact]
    public async Task The_link_of_a_mail_decides_once_in_a_browser_that_nobody_is_signed_in_in()
    {
        var workflow = await console.WaitingAsync();
        var mails = await console.MailsAsync("petra.novak@example.com", 2);
        var order = mails.First(m => m.TextBody!.Contains("12,400", StringComparison.Ordinal) || m.TextBody!.Contains("12400", StringComparison.Ordinal));
        var page = await console.OpenAsync(null, width: 390);

        await page.GotoAsync(Link().Match(order.TextBody!).Value);
        await Expect(page.Locator("h1")).ToHaveTextAsync("A decision waits for you");
        await Expect(page.Locator("article")).ToContainTextAsync("12,400 EUR");
        await Expect(page.Locator("main")).ToContainTextAsync("You decide as Petra Novak");
        await Expect(page.Locator("nav")).ToHaveCountAsync(0); // nobody is signed in by it
        await page.Locator("#reason").FillAsync("Seen on the way.");
        await page.Locator("#reason").PressAsync("Enter");
        await Expect(page.Locator("h1")).ToHaveTextAsync("A decision waits for you");
        await page.Locator("button[value=approve]").ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("Recorded: approved");

        var approvals = (await console.Get<IWorkflowOutside>().ReadAsync(workflow, CancellationToken.None))!.Approvals.Values;
        Assert.Contains(approvals, a => a.Filled.Any(s => s is { By: "petra", Via: Caller.Mail }) && a.Verdict == ApprovalVerdict.Approved);

        // Twice is too late, and what a mail was not about stays as it is.
        await page.GotoAsync(Link().Match(order.TextBody!).Value);
        await Expect(page.Locator("h1")).ToHaveTextAsync("Nothing was decided");
        await Expect(page.Locator("button[value=approve]")).ToHaveCountAsync(0);
        await page.GotoAsync("/inbox");
        await Expect(page.Locator("main")).ToContainTextAsync("Sign in");
        await page.Context.CloseAsync();
    }

    [GeneratedRegex(@"http://\S+/decide\?link=\S+")]
    private static partial Regex Link();
}
