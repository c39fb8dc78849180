using AiManager.ManagerAgent;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AiManager.Browser.Tests;

/// <summary>People who settle what waits for them: with the keyboard, while the page moves on around what they write.</summary>
public sealed class DecidingTests(ConsoleUnderTest console) : IClassFixture<ConsoleUnderTest>
{
    private const float Patience = 60_000;

    [BrowserFact]
    public async Task Calls_are_edited_and_refused_with_keys_alone_and_nothing_that_is_written_is_lost()
    {
        var workflow = await console.WaitingAsync();
        var page = await console.OpenAsync("petra");
        await page.GotoAsync("/inbox");
        await Expect(page.Locator("[data-card] button[value=approve]")).ToHaveCountAsync(2, new LocatorAssertionsToHaveCountOptions { Timeout = Patience });
        var order = page.Locator("[data-card]", new PageLocatorOptions { HasTextString = "12,400 EUR" });

        // A reason and Enter decide nothing; what is written stays while others come.
        await ToAsync(page, order);
        await page.Keyboard.PressAsync("r");
        await page.Keyboard.TypeAsync("Looks dear");
        await page.Keyboard.PressAsync("Enter");
        await console.AskAsync(workflow, "Is the dock open?", "procurement-lead");
        var question = page.Locator("[data-card]", new PageLocatorOptions { HasTextString = "Is the dock open?" });
        await Expect(question).ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Timeout = Patience });
        var reason = order.Locator("input[name=reason]").First;
        await Expect(reason).ToHaveValueAsync("Looks dear");
        await Expect(reason).ToBeFocusedAsync();
        Assert.All((await StateAsync(workflow)).Approvals.Values, a => Assert.Null(a.Verdict));

        // A field that was emptied holds nothing up any more.
        await page.Keyboard.PressAsync("ControlOrMeta+a");
        await page.Keyboard.PressAsync("Delete");
        await page.Keyboard.PressAsync("Escape");
        await Expect(order).ToBeFocusedAsync();

        // One less of the first line: the first field of the form is reached by a key, the others by Tab.
        await page.Keyboard.PressAsync("e");
        var quantity = order.GetByLabel("lines 1 quantity", new LocatorGetByLabelOptions { Exact = true });
        for (var i = 0; i < 12 && !await IsFocusedAsync(page, quantity); i++)
        {
            await page.Keyboard.PressAsync("Tab");
        }

        await Expect(quantity).ToBeFocusedAsync();

        // Meanwhile no button sends the call as it was asked for.
        await Expect(order.Locator("button[value=approve]")).ToBeHiddenAsync();
        var fewer = $"{int.Parse(await quantity.InputValueAsync()) - 1}";
        await page.Keyboard.PressAsync("ControlOrMeta+a");
        await page.Keyboard.TypeAsync(fewer);
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("a");
        await Expect(order.Locator("button[value=edit]")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(order).ToHaveCountAsync(0, new LocatorAssertionsToHaveCountOptions { Timeout = Patience });

        // The other is refused: Tab leads from the reason past the yes to the no.
        var large = page.Locator("[data-card]", new PageLocatorOptions { HasTextString = "61,000 EUR" });
        await ToAsync(page, large);
        await page.Keyboard.PressAsync("k");
        await ToAsync(page, large);
        await page.Keyboard.PressAsync("r");
        await page.Keyboard.TypeAsync("Too much at once.");
        await page.Keyboard.PressAsync("Tab");
        await Expect(large.Locator("button[value=approve]").First).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await Expect(large).ToHaveCountAsync(0, new LocatorAssertionsToHaveCountOptions { Timeout = Patience });

        // Answering a question; then what happened is found among all events.
        await ToAsync(page, question);
        await page.Keyboard.PressAsync("s");
        await Expect(question.Locator("input[name=words]")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("From eight.");
        await page.Keyboard.PressAsync("Enter");
        await Expect(question).ToHaveCountAsync(0, new LocatorAssertionsToHaveCountOptions { Timeout = Patience });
        await page.GotoAsync($"/workflows/{workflow}/timeline");
        await Expect(page.Locator("#story")).ToContainTextAsync("From eight.");
        await page.Locator(".tabs a", new PageLocatorOptions { HasTextString = "Every event" }).ClickAsync();
        await Expect(page.Locator(".tabs a[aria-current=page]")).ToHaveTextAsync("Every event");
        var told = await page.Locator("#story").TextContentAsync();
        for (var earlier = page.Locator("#earlier-page"); await earlier.CountAsync() > 0;)
        {
            await page.GotoAsync((await earlier.GetAttributeAsync("href"))!);
            told = await page.Locator("#story").TextContentAsync() + told;
        }

        Assert.Matches(@"(?s)From eight\..{0,80}EscalationAnswered", told);
        Assert.Contains("Sent with other arguments", told, StringComparison.Ordinal);
        Assert.Contains("Too much at once.", told, StringComparison.Ordinal);
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task A_reason_and_Enter_pause_a_job_and_a_page_says_when_it_is_not_live()
    {
        var page = await console.OpenAsync("jana", runsScript: false);
        await page.GotoAsync("/monitors");
        var card = page.Locator("[data-card]", new PageLocatorOptions { HasTextString = "late-deliveries" });
        await card.Locator("#pausing-late-deliveries > summary").ClickAsync();
        await card.Locator("input[name=reason]").FillAsync("Stocktaking");
        await card.Locator("input[name=reason]").PressAsync("Enter");
        await Expect(card).ToContainTextAsync("Stocktaking");
        await card.Locator("button[value=resume]").ClickAsync();
        await Expect(card.Locator("button[value=run]")).ToBeVisibleAsync();
        await page.Context.CloseAsync();

        page = await console.OpenAsync("jana");
        await page.RouteAsync("**/inbox/live", route => route.FulfillAsync(new RouteFulfillOptions { Status = 503 }));
        await page.GotoAsync("/inbox");
        await Expect(page.Locator("#live")).ToContainTextAsync("Not live");
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task What_is_said_to_a_workflow_is_not_lost_when_the_page_moves_on_and_the_buttons_go_with_its_end()
    {
        var workflow = await console.WaitingAsync();
        var page = await console.OpenAsync("jana");
        await page.GotoAsync($"/workflows/{workflow}");
        await page.Locator("#say").FillAsync("Half a sentence");
        await page.Locator("#cancelling summary").ClickAsync();
        await Expect(page.Locator("#cancelling")).ToContainTextAsync("cannot be resumed");
        await console.Get<WorkflowDesk>().MessageAsync(workflow, "Somebody else speaks.", "jana", CancellationToken.None);
        await Expect(page.Locator("#talk")).ToContainTextAsync("Somebody else speaks.", new LocatorAssertionsToContainTextOptions { Timeout = Patience });
        await Expect(page.Locator("#say")).ToHaveValueAsync("Half a sentence");
        await Expect(page.Locator("#cancelling")).ToHaveAttributeAsync("open", string.Empty);
        await console.Get<WorkflowDesk>().CancelAsync(workflow, "Enough.", "jana", CancellationToken.None);
        await Expect(page.Locator("#cancelling")).ToHaveCountAsync(0, new LocatorAssertionsToHaveCountOptions { Timeout = Patience });
        await Expect(page.Locator("#say")).ToHaveValueAsync("Half a sentence");
        await Expect(page.Locator("#saying")).ToContainTextAsync("settled by now");
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task Whoever_is_on_a_button_or_far_along_a_wide_table_stays_there_when_the_page_moves_on()
    {
        await console.Get<IJobRuns>().BeginAsync(
            new JobRun("wide", "upkeep/" + new string('w', 300), "schedule", "host-1", null, TimeProvider.System.GetUtcNow(), null, null, string.Empty, null, 1), CancellationToken.None);
        var desk = console.Get<MonitorDesk>();
        var page = await console.OpenAsync("jana");
        await page.GotoAsync("/jobs");
        var table = page.Locator("#attempts-table");
        await table.FocusAsync();
        await table.EvaluateAsync("table => { table.scrollLeft = 150; table.dataset.before = ''; }");
        await console.Get<IJobRuns>().BeginAsync(
            new JobRun("next", "upkeep/next", "schedule", "host-1", null, TimeProvider.System.GetUtcNow(), null, null, string.Empty, null, 1), CancellationToken.None);
        await Expect(table).ToContainTextAsync("upkeep/next", new LocatorAssertionsToContainTextOptions { Timeout = Patience });
        await Expect(table).Not.ToHaveAttributeAsync("data-before", string.Empty);
        await Expect(table).ToBeFocusedAsync();
        Assert.Equal(150, await table.EvaluateAsync<int>("table => table.scrollLeft"));

        await page.GotoAsync("/monitors");
        var run = page.Locator("#run-late-deliveries");
        await run.FocusAsync();
        await desk.PauseAsync(desk.Find("nightly-restock")!, "Stocktaking there.", "petra", CancellationToken.None);
        await Expect(page.Locator("#m-nightly-restock")).ToContainTextAsync("Stocktaking there.", new LocatorAssertionsToContainTextOptions { Timeout = Patience });
        await Expect(run).ToBeFocusedAsync();

        // A button that is gone leaves the focus to its card.
        await desk.PauseAsync(desk.Find("late-deliveries")!, "Here too.", "petra", CancellationToken.None);
        await Expect(page.Locator("#m-late-deliveries")).ToContainTextAsync("Here too.", new LocatorAssertionsToContainTextOptions { Timeout = Patience });
        await Expect(page.Locator("#m-late-deliveries")).ToBeFocusedAsync();
        await desk.ResumeAsync(desk.Find("late-deliveries")!, "petra", CancellationToken.None);
        await desk.ResumeAsync(desk.Find("nightly-restock")!, "petra", CancellationToken.None);
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task Tabs_that_nobody_looks_at_leave_room_for_the_eighth_and_catch_up_when_somebody_does()
    {
        var workflow = await console.WaitingAsync();
        var first = await console.OpenAsync("petra");
        await first.Context.AddInitScriptAsync("window.__state = 'visible'; Object.defineProperty(document, 'visibilityState', { get: () => window.__state });");
        for (var i = 0; i < 8; i++)
        {
            var tab = i == 0 ? first : await first.Context.NewPageAsync();
            await tab.GotoAsync("/inbox", new PageGotoOptions { WaitUntil = WaitUntilState.DOMContentLoaded });
            await Expect(tab.Locator("#inbox")).ToBeVisibleAsync();
            await tab.WaitForLoadStateAsync();
            await TurnAsync(tab, "hidden");
        }

        // What happens while nobody looks is there when somebody does.
        await console.AskAsync(workflow, "Is the gate shut?", "procurement-lead");
        await TurnAsync(first, "visible");
        await Expect(first.Locator("[data-card]", new PageLocatorOptions { HasTextString = "Is the gate shut?" })).ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Timeout = Patience });
        await first.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task Keys_of_one_letter_can_be_switched_off_and_stay_off()
    {
        var page = await console.OpenAsync("jana");
        await page.GotoAsync("/people");
        await page.Locator("#keys-open").ClickAsync();
        await page.Locator("#keys-switch").ClickAsync();
        await Expect(page.Locator("#keys-switch")).ToContainTextAsync("Keys are off");
        await page.GotoAsync("/tools");
        await page.Keyboard.PressAsync("/");
        await Expect(page.Locator("#search")).Not.ToBeFocusedAsync();
        await page.Locator("#keys-open").ClickAsync();
        await page.Locator("#keys-switch").ClickAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("/");
        await Expect(page.Locator("#search")).ToBeFocusedAsync();
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task What_was_not_taken_has_the_focus_and_stays_while_the_page_moves_on()
    {
        var workflow = await console.WaitingAsync();
        var page = await console.OpenAsync("petra");
        await page.GotoAsync($"/workflows/{workflow}");
        var card = page.Locator("#asks [data-card].mine").First;
        await card.Locator("details.edit summary").ClickAsync();
        var number = card.Locator("details.edit input[inputmode=decimal]").First;
        await number.FillAsync("a dozen");
        await card.Locator("details.edit button[value=edit]").ClickAsync();
        await Expect(page.Locator("#why-not")).ToBeFocusedAsync();
        await console.AskAsync(workflow, "Is the roof dry?", "procurement-lead");
        await Expect(page.Locator("#asks")).ToContainTextAsync("Is the roof dry?", new LocatorAssertionsToContainTextOptions { Timeout = Patience });
        await Expect(number).ToHaveValueAsync("a dozen");
        await Expect(page.Locator("#why-not")).ToBeVisibleAsync();
        await page.Context.CloseAsync();
    }

    /// <summary>As a browser tells a page that its tab is shown, or is not.</summary>
    private static Task TurnAsync(IPage page, string state) =>
        page.EvaluateAsync("state => { window.__state = state; document.dispatchEvent(new Event('visibilitychange')); }", state);

    /// <summary>Presses j until a card is reached, as people do.</summary>
    private static async Task ToAsync(IPage page, ILocator card)
    {
        await page.WaitForLoadStateAsync(); // a key that is pressed before the script has begun is lost, on a page that comes after a form
        for (var i = 0; i < 8 && !await IsFocusedAsync(page, card); i++)
        {
            await page.Keyboard.PressAsync("j");
        }

        await Expect(card).ToBeFocusedAsync();
    }

    /// <summary>Whether the focus is on an element, told by its id: one that is found first may be replaced by the time at which it is looked at, and a key more leads past it.</summary>
    private static async Task<bool> IsFocusedAsync(IPage page, ILocator element) =>
        await element.GetAttributeAsync("id") is { Length: > 0 } id && await page.EvaluateAsync<string>("() => document.activeElement.getAttribute('id')") == id;

    private async Task<WorkflowState> StateAsync(WorkflowId workflow) => (await console.Get<IWorkflowOutside>().ReadAsync(workflow, CancellationToken.None))!;
}
