using AiManager.Host;
using AiManager.Tools;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AiManager.Browser.Tests;

/// <summary>What somebody has begun to write or to tick stays theirs, whatever happens around it, and is not lost to a host that does not answer.</summary>
public sealed class HeldFormTests(ConsoleUnderTest console) : IClassFixture<ConsoleUnderTest>
{
    private const float Patience = 60_000;
    private static readonly LocatorAssertionsToHaveCountOptions Long = new() { Timeout = Patience };

    [BrowserFact]
    public async Task What_is_ticked_in_a_batch_stays_ticked_in_its_one_form_when_another_call_is_decided_elsewhere()
    {
        var workflow = await console.WaitingAsync();
        var calls = new List<ApprovalId>();
        for (var i = 0; i < 3; i++)
        {
            calls.Add(await AskedAsync(workflow, $"batch-{i}", [new Seat("procurement-lead", 1)]));
        }

        var page = await console.OpenAsync("petra");
        await page.GotoAsync("/inbox");
        var batch = page.Locator("form[action='/inbox/batch']");
        await batch.Locator($"[id='b-{calls[0]}']").CheckAsync();
        await batch.Locator($"[id='b-{calls[1]}']").CheckAsync();
        await console.Get<ApprovalDesk>().DecideAsync(calls[2], "petra", new ApprovalAnswer.Reject("No."), Caller.Console, CancellationToken.None);
        await Expect(page.Locator($"[id='{calls[2]}']")).ToHaveCountAsync(0, Long);
        await Expect(batch).ToHaveCountAsync(1, Long);
        await Expect(batch.Locator("input:checked")).ToHaveCountAsync(2);
        await Expect(page.Locator("#inbox")).Not.ToContainTextAsync("settled by now");

        // Nothing ticked: the refusal stands in the form, and the form where it stood, when the page moves on.
        await batch.Locator($"[id='b-{calls[0]}']").UncheckAsync();
        await batch.Locator($"[id='b-{calls[1]}']").UncheckAsync();
        await batch.Locator("button[value=approve]").ClickAsync();
        await Expect(batch.Locator("#why-not")).ToContainTextAsync("Tick 1 to");
        await console.AskAsync(workflow, "Is the cellar dry?", "procurement-lead");
        await Expect(page.Locator("#inbox")).ToContainTextAsync("Is the cellar dry?", new LocatorAssertionsToContainTextOptions { Timeout = Patience });
        await Expect(batch).ToHaveCountAsync(1);
        await Expect(page.Locator("#inbox > section").First.Locator("#why-not")).ToHaveCountAsync(1);
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task Whoever_has_half_a_reason_written_learns_who_agreed_meanwhile()
    {
        var workflow = await console.WaitingAsync();
        var approval = await AskedAsync(workflow, "two-seats", [new Seat("procurement-lead", 1), new Seat("cfo", 1)]);
        var page = await console.OpenAsync("petra");
        await page.GotoAsync("/inbox");
        var card = page.Locator($"[id='{approval}']");
        var reason = card.Locator("input[name=reason]").First;
        await reason.PressSequentiallyAsync("Looks d");
        await console.Get<ApprovalDesk>().DecideAsync(approval, "helena", new ApprovalAnswer.Approve(null), Caller.Console, CancellationToken.None);
        await Expect(card.Locator(".seats .taken")).ToHaveCountAsync(1, Long);
        await Expect(card.Locator("[role=status]")).ToContainTextAsync("Meanwhile: cfo: Helena");
        await Expect(reason).ToHaveValueAsync("Looks d");
        await Expect(reason).ToBeFocusedAsync();
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task What_is_sent_to_a_host_that_does_not_answer_is_kept_and_sent_by_another_press()
    {
        var page = await console.OpenAsync("jana");
        await page.RouteAsync("**/monitors/live", route => route.FulfillAsync(new RouteFulfillOptions { Status = 503 }));
        await page.RouteAsync("**/health/live", route => route.AbortAsync());
        await page.GotoAsync("/monitors");
        await Expect(page.Locator("#live")).ToContainTextAsync("Not live");
        var card = page.Locator("[data-card]", new PageLocatorOptions { HasTextString = "late-deliveries" });
        await card.Locator("#pausing-late-deliveries > summary").ClickAsync();
        await card.Locator("input[name=reason]").FillAsync("Stocktaking");
        await card.Locator("button[value=pause]").ClickAsync();
        await Expect(page.Locator("#live")).ToContainTextAsync("does not answer");
        await Expect(card.Locator("input[name=reason]")).ToHaveValueAsync("Stocktaking");
        await Expect(card.Locator("button[value=pause]")).ToBeEnabledAsync();

        // A stream alone that is broken keeps nobody from sending anything.
        await page.UnrouteAsync("**/health/live");
        await card.Locator("button[value=pause]").ClickAsync();
        await Expect(card).ToContainTextAsync("Stocktaking");
        await card.Locator("button[value=resume]").ClickAsync();
        await Expect(card.Locator("button[value=run]")).ToBeVisibleAsync();
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task What_was_pressed_is_sent_though_the_page_was_brought_up_to_date_while_the_host_was_asked()
    {
        var page = await console.OpenAsync("jana");
        await page.RouteAsync("**/monitors/live", route => route.FulfillAsync(new RouteFulfillOptions { Status = 503 }));
        await page.RouteAsync("**/health/live", async route =>
        {
            await page.EvaluateAsync("() => { const card = document.querySelector('#pausing-late-deliveries').closest('[data-card]'); card.replaceWith(card.cloneNode(true)); }");
            await route.FulfillAsync(new RouteFulfillOptions { Status = 200, Body = "{}" });
        });
        await page.GotoAsync("/monitors");
        await Expect(page.Locator("#live")).ToContainTextAsync("Not live");
        var card = page.Locator("[data-card]", new PageLocatorOptions { HasTextString = "late-deliveries" });
        await card.Locator("#pausing-late-deliveries > summary").ClickAsync();
        await card.Locator("input[name=reason]").FillAsync("Stocktaking");
        await card.Locator("button[value=pause]").ClickAsync();
        await Expect(card.Locator("button[value=resume]")).ToBeVisibleAsync();
        await page.UnrouteAsync("**/health/live");
        await card.Locator("button[value=resume]").ClickAsync();
        await Expect(card.Locator("button[value=run]")).ToBeVisibleAsync();
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task Between_sending_and_the_answer_the_page_stays_as_it_was_so_that_nothing_done_on_it_is_lost()
    {
        var workflow = await console.WaitingAsync();
        var approval = await AskedAsync(workflow, "sent", [new Seat("procurement-lead", 1)]);
        var page = await console.OpenAsync("petra");
        await page.AddInitScriptAsync("""
            const Live = EventSource;
            window.EventSource = class extends Live {
              addEventListener(type, listener) {
                super.addEventListener(type, (event) => {
                  listener(event);
                  if (event.data?.includes("Is the attic dry?")) console.log(`arrived, shown: ${document.getElementById("inbox").textContent.includes("Is the attic dry?")}`);
                });
              }
            };
            """);
        var (sent, answer) = (Signal(), Signal());
        await page.RouteAsync("**/inbox/approvals/*", async route =>
        {
            sent.SetResult();
            await answer.Task;
            await route.ContinueAsync();
        });
        await page.GotoAsync("/inbox");
        var card = page.Locator($"[id='{approval}']");
        var pressing = card.Locator("button[value=approve]").First.ClickAsync(); // it may wait for the answer
        await sent.Task;
        var arrived = await page.RunAndWaitForConsoleMessageAsync(
            () => console.AskAsync(workflow, "Is the attic dry?", "procurement-lead"),
            new PageRunAndWaitForConsoleMessageOptions { Predicate = m => m.Text.StartsWith("arrived", StringComparison.Ordinal), Timeout = Patience });
        Assert.Equal("arrived, shown: false", arrived.Text);
        answer.SetResult();
        await pressing;
        await Expect(page.Locator("#done")).ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Timeout = Patience });
        await Expect(page.Locator("#inbox")).ToContainTextAsync("Is the attic dry?");
        await Expect(card).ToHaveCountAsync(0);
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task Enter_in_the_list_of_keys_closes_it_and_switches_nothing_off()
    {
        var page = await console.OpenAsync("jana");
        await page.GotoAsync("/people");
        await page.WaitForLoadStateAsync();
        await page.Keyboard.PressAsync("?");
        await Expect(page.Locator("#keys")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#keys")).ToBeHiddenAsync();
        await Expect(page.Locator("#keys-switch")).ToContainTextAsync("Keys are on");

        // As often as somebody likes.
        await page.Keyboard.PressAsync("?");
        await Expect(page.Locator("#keys-switch")).ToBeEnabledAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#keys")).ToBeHiddenAsync();
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task A_page_whose_sending_was_given_up_goes_on_with_buttons_that_can_be_pressed()
    {
        var page = await console.OpenAsync("jana");
        await page.Clock.InstallAsync();
        await page.RouteAsync("**/inbox/monitors/*", route => route.AbortAsync(RequestAbortErrorCode.Aborted));
        await page.GotoAsync("/monitors");
        var run = page.Locator("#run-late-deliveries");
        await run.ClickAsync();
        await Expect(run).ToBeDisabledAsync();
        await page.Clock.FastForwardAsync(31_000);
        await Expect(run).ToBeEnabledAsync();
        await page.Context.CloseAsync();
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A call beside the plan that waits for people.</summary>
    private async Task<ApprovalId> AskedAsync(WorkflowId workflow, string name, Seat[] seats)
    {
        var (call, approval) = (PrefixedId.Derive<CallId>(workflow.Value, name), PrefixedId.Derive<ApprovalId>(workflow.Value, name));
        var args = JsonText.Parse($$"""{"note":"{{name}}"}""");
        var appended = await console.Get<IWorkflowOutside>().AppendAsync(
            workflow,
            _ => new OutsideDecision.Append(
            [
                new CallProposed(call, null, "purchaser", "erp.made_up", args, []),
                new CallDecided(call, Effect.Ask, ["made-up"], JsonText.EmptyObject, "It is large.", "policy", "v1", []),
                new ApprovalRequested(
                    approval, call, null, "purchaser", "erp.made_up", args, JsonText.EmptyObject, "digest", ["made-up"], [], "It is large.", [.. seats], ["jana"], new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero)),
            ]),
            Actor.System,
            CancellationToken.None);
        Assert.IsType<OutsideResult.Appended>(appended);
        return approval;
    }
}
