using System.Text.RegularExpressions;
using AiManager.Contracts;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AiManager.Browser.Tests;

/// <summary>What a person does with the console, in a real browser against the real service.</summary>
public sealed class ConsoleTests(ConsoleUnderTest console) : IClassFixture<ConsoleUnderTest>
{
    private const float Patience = 60_000;

    private static readonly string[] Pages =
        ["/", "/inbox", "/workflows", "/authority", "/authority?agent=purchaser&tool=erp.low_stock&arguments={}", "/authority/draft", "/audit", "/tools", "/knowledge", "/knowledge?q=orders", "/knowledge/purchasing-policy", "/people", "/monitors", "/jobs", "/insights", "/webhooks", "/keys"];

    /// <summary>What assistive technology stumbles over, found the way axe does: nameless controls, skipped headings, doubled ids, and a page wider than its window.</summary>
    private const string Faults =
        """
        () => {
          const faults = [];
          const name = (e) => (e.labels?.length ? [...e.labels].map((l) => l.textContent).join(" ") : "") || e.getAttribute("aria-label") || (e.getAttribute("aria-labelledby") && document.getElementById(e.getAttribute("aria-labelledby"))?.textContent) || e.textContent || "";
          for (const e of document.querySelectorAll("input:not([type=hidden]), select, textarea, button, a[href], summary")) {
            const own = e.matches("input, select, textarea") ? name(e).replace(e.value ?? "", "x") : name(e);
            if (!own.trim()) faults.push("no name: " + e.outerHTML.slice(0, 120));
          }
          let level = 0;
          for (const h of document.querySelectorAll("main h1, main h2, main h3, main h4")) {
            const now = Number(h.tagName[1]);
            if (now > level + 1) faults.push(`h${now} after h${level}: ${h.textContent}`);
            level = now;
          }
          if (document.querySelectorAll("main").length !== 1) faults.push("not one main");
          if (!document.documentElement.lang) faults.push("no language");
          const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
          ids.filter((id, i) => ids.indexOf(id) !== i).forEach((id) => faults.push("doubled id: " + id));
          const wide = document.documentElement.scrollWidth - window.innerWidth;
          if (wide > 0) faults.push("wider than the window by " + wide);
          return faults;
        }
        """;

    [BrowserFact]
    public async Task A_newcomer_hands_in_a_goal_watches_it_and_settles_what_waits()
    {
        var page = await console.OpenAsync("jana");
        await page.Locator(".hints button", new PageLocatorOptions { HasTextString = "Restock" }).ClickAsync();

        // Nobody loads anything again from here on: what happens arrives.
        await Expect(page.Locator("#plan .node.good").First).ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Timeout = Patience });
        await Expect(page.Locator("#asks [data-card]")).ToHaveCountAsync(2, new LocatorAssertionsToHaveCountOptions { Timeout = Patience });
        await Expect(page.Locator("#asks button[value=approve]")).ToHaveCountAsync(0);
        await Expect(page.Locator("#calls")).ToContainTextAsync("denied"); // the policy has said no once by now, and that is seen without looking for it
        var workflow = new Uri(page.Url).AbsolutePath;

        // The sample lets its owner play all parts; Petra approves one with the keyboard alone.
        await LookAsAsync(page, "petra");
        await page.GotoAsync("/inbox");
        await Expect(page).ToHaveTitleAsync(new System.Text.RegularExpressions.Regex("^\\(2\\)"));
        var order = page.Locator("[data-card]", new PageLocatorOptions { HasTextString = "12,400 EUR" });
        await Expect(order.Locator(".effect table")).ToContainTextAsync("stock after");
        await Expect(order.Locator(".effect tbody tr").First).ToContainTextAsync("CB-");
        await order.FocusAsync();
        await page.Keyboard.PressAsync("a");
        await Expect(order.Locator("button[value=approve]")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("[data-card]", new PageLocatorOptions { HasTextString = "12,400 EUR" })).ToHaveCountAsync(0, new LocatorAssertionsToHaveCountOptions { Timeout = Patience });

        // The other she turns down, with a reason.
        var large = page.Locator("[data-card]", new PageLocatorOptions { HasTextString = "61,000 EUR" });
        await large.Locator("input[name=reason]").First.FillAsync("Too much at once.");
        await large.Locator("button[value=reject]").ClickAsync();
        await Expect(page.Locator("[data-card]", new PageLocatorOptions { HasTextString = "61,000 EUR" })).ToHaveCountAsync(0, new LocatorAssertionsToHaveCountOptions { Timeout = Patience });

        await page.GotoAsync(workflow);
        await Expect(page.Locator("#talk")).ToContainTextAsync("Too much at once.", new LocatorAssertionsToContainTextOptions { Timeout = Patience });
        await Expect(page.Locator("#so-far")).ToContainTextAsync("nordkabel", new LocatorAssertionsToContainTextOptions { Timeout = Patience });
        await page.Locator("#so-far summary").ClickAsync();
        await page.Locator("#so-far a").First.ClickAsync();
        await Expect(page.Locator(".story li").First).ToBeVisibleAsync();
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task Everything_is_done_without_a_script()
    {
        var page = await console.OpenAsync("jana", runsScript: false);
        await page.Locator("#goal").FillAsync("Track our deliveries.");
        await page.Locator("button[value=submit]").ClickAsync();
        await Expect(page.Locator("#now")).ToContainTextAsync("now:");
        await page.Locator("#say").FillAsync("Be <b>brief</b>.");
        await page.Locator("button[value=say]").ClickAsync();

        // The scripted model is quick: by now there may be nobody left who listens, and then that is said.
        await Expect(page.Locator("main")).ToContainTextAsync(new Regex("Be <b>brief</b>\\.|nobody reads messages to it"));
        await page.GotoAsync("/audit");
        await page.Locator("form[action='/audit/verify'] button").ClickAsync();
        await Expect(page.Locator(".note.good")).ToContainTextAsync("every hash, chain and list agrees");
        await page.Locator("form[action='/sign-out'] button").ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("AI Manager");
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task Keys_reach_the_search_and_the_help()
    {
        var page = await console.OpenAsync("jana");
        await page.GotoAsync("/people");
        await page.Keyboard.PressAsync("/");
        await Expect(page.Locator("#search")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("?");
        await Expect(page.Locator("dialog")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("dialog")).ToBeHiddenAsync();
        await page.Keyboard.PressAsync("g");
        await page.Keyboard.PressAsync("i");
        await Expect(page).ToHaveURLAsync(new Regex("/inbox$"));
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task Every_page_can_be_used_by_everybody_wide_and_narrow_light_and_dark()
    {
        var all = await AllAsync();
        foreach (var (width, isDark) in new[] { (1280, false), (390, true) })
        {
            var page = await console.OpenAsync("jana", width, isDark);
            Assert.Equal(width, await page.EvaluateAsync<int>("() => window.innerWidth"));
            var said = new List<string>();
            page.Console += (_, message) => said.Add($"{page.Url}: {message.Text}");
            foreach (var path in all)
            {
                await page.GotoAsync(path, new PageGotoOptions { WaitUntil = WaitUntilState.DOMContentLoaded });
                var faults = await page.EvaluateAsync<string[]>(Faults);
                Assert.True(faults.Length == 0, $"{path} at {width}: {string.Join("; ", faults)}");
            }

            var ground = await page.EvaluateAsync<string>("() => getComputedStyle(document.body).backgroundColor");
            Assert.Equal(isDark ? "rgb(19, 21, 25)" : "rgb(245, 244, 239)", ground);
            Assert.DoesNotContain(said, s => !s.Contains("the server responded with a status of 404", StringComparison.Ordinal)); // a script or a style that the policy of its content stops is said there
            await page.Context.CloseAsync();
        }
    }

    [BrowserFact(NeedsNpm = true)]
    public async Task Axe_finds_nothing_on_any_page()
    {
        var axe = await File.ReadAllTextAsync(NpmServers.File("axe-core", "axe.min.js"));
        var all = await AllAsync();
        foreach (var (width, isDark) in new[] { (1280, false), (1280, true), (390, false), (390, true) })
        {
            foreach (var (person, paths) in new[] { ("jana", all), ("petra", ["/inbox"]), (null, ["/"]) })
            {
                var page = await console.OpenAsync(person, width, isDark);
                foreach (var path in paths)
                {
                    await page.GotoAsync(path, new PageGotoOptions { WaitUntil = WaitUntilState.DOMContentLoaded });
                    if (person == "petra")
                    {
                        await Expect(page.Locator("#inbox button[value=approve]").First).ToBeVisibleAsync(); // a card with its verbs
                    }

                    await NothingIsFoundAsync(page, axe, $"{path} for {person ?? "nobody"} at {width}");
                }

                if (person == "jana")
                {
                    await WhatFormsAnswerAsync(page, axe);
                }

                await page.Context.CloseAsync();
            }
        }
    }

    /// <summary>Pages that only a form leads to.</summary>
    private static async Task WhatFormsAnswerAsync(IPage page, string axe)
    {
        await page.GotoAsync("/audit");
        await page.Locator("form[action='/audit/verify'] button").ClickAsync();
        await Expect(page.Locator(".note.good")).ToBeVisibleAsync();
        await NothingIsFoundAsync(page, axe, "the journal verified");

        await page.GotoAsync("/authority/draft?agent=purchaser&tool=erp.create_purchase_order");
        await page.Locator("#effect-deny").CheckAsync();
        await page.Locator("button[value=rule]").ClickAsync();
        await Expect(page.Locator("#found")).ToBeVisibleAsync();
        await NothingIsFoundAsync(page, axe, "a change drafted");

        await page.GotoAsync("/tools");
        await page.Locator("form[action='/tools/check'] button").ClickAsync();
        await Expect(page.Locator(".note.good")).ToBeVisibleAsync();
        await NothingIsFoundAsync(page, axe, "connections checked");
        await page.GotoAsync("/workflows?cursor=odd");
        await NothingIsFoundAsync(page, axe, "an address that is none");
    }

    /// <summary>With everything open that opens, and on a phone with its menu too.</summary>
    private static async Task NothingIsFoundAsync(IPage page, string axe, string where)
    {
        await page.EvaluateAsync("() => document.querySelectorAll('details').forEach((d) => { d.open = true; })");
        await page.EvaluateAsync(axe);
        await LookAsync(where);
        if (await page.Locator(".menu").IsVisibleAsync())
        {
            await page.EvaluateAsync("() => document.querySelector('#more').showPopover()");
            await LookAsync(where + ", its menu");
        }

        async Task LookAsync(string what)
        {
            var found = await page.EvaluateAsync<string[]>("async () => (await axe.run()).violations.map((v) => `${v.impact} ${v.id}: ${v.nodes[0].html.slice(0, 160)}`)");
            Assert.True(found.Length == 0, $"{what}: {string.Join("; ", found)}");
        }
    }

    /// <summary>Every page that there is, with something waiting on those that show it; a link of a mail that is none, and what is not there.</summary>
    private async Task<string[]> AllAsync()
    {
        var workflow = await console.WaitingAsync();
        return [.. Pages, $"/workflows/{workflow}", $"/workflows/{workflow}/timeline", $"/workflows/{workflow}/timeline?zoom=raw", "/decide?link=none", "/nothing"];
    }

    [BrowserFact]
    public async Task A_change_of_the_policy_is_drafted_with_a_switch_and_taken_away_as_a_file()
    {
        var page = await console.OpenAsync("jana");
        await page.GotoAsync("/authority");
        await page.Locator(".matrix details summary").First.ClickAsync();
        await page.Locator(".matrix .opened a:visible", new PageLocatorOptions { HasTextString = "Draft a change" }).ClickAsync();
        await page.Locator("#tool").SelectOptionAsync("erp.create_purchase_order");
        await page.Locator("#agent").SelectOptionAsync("purchaser");
        await page.Locator("#effect-deny").CheckAsync();
        await page.Locator("button[value=rule]").ClickAsync();
        await Expect(page.Locator("#found")).ToContainTextAsync("one permission changes");
        await Expect(page.Locator("#rule")).ToContainTextAsync("id: purchaser-erp-create-purchase-order-deny");
        for (var i = 0; i < 2; i++) // what is only taken away can be taken away again
        {
            var download = await page.RunAndWaitForDownloadAsync(() => page.Locator("button[value=download]").ClickAsync());
            Assert.Equal("authority.yaml", download.SuggestedFilename);
            Assert.Contains("id: purchaser-erp-create-purchase-order-deny", await File.ReadAllTextAsync(await download.PathAsync()), StringComparison.Ordinal);
        }

        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task On_a_phone_nothing_of_what_is_decided_lies_beyond_an_edge_and_a_search_is_folded()
    {
        await console.WaitingAsync();
        var page = await console.OpenAsync("petra", width: 390);
        await page.GotoAsync("/inbox");
        var card = page.Locator("[data-card]", new PageLocatorOptions { HasTextString = "12,400 EUR" });
        await Expect(card.Locator(".effect table")).ToContainTextAsync("reorder point");
        Assert.Empty(await page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('[data-card] .scroll')].filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.getAttribute('aria-label'))"));
        await page.Context.CloseAsync();

        page = await console.OpenAsync("jana", width: 390, runsScript: false);
        await page.GotoAsync("/audit?verdict=ask");
        await Expect(page.Locator("#rule")).ToBeHiddenAsync();
        await page.Locator("label[for=filter-open]").ClickAsync();
        await Expect(page.Locator("#rule")).ToBeVisibleAsync();
        await page.Locator(".chip", new PageLocatorOptions { HasTextString = "verdict: ask" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/audit$"));
        await page.Context.CloseAsync();

        // What a row opens is as wide as the rows are, and not as its cell is.
        page = await console.OpenAsync("jana", runsScript: false);
        await page.GotoAsync("/audit?verdict=ask");
        var opened = page.Locator(".decisions .opened").First;
        await Expect(opened).ToBeHiddenAsync();
        await page.Locator(".decisions summary").First.ClickAsync();
        await Expect(opened).ToContainTextAsync("quantity");
        Assert.InRange((await opened.BoundingBoxAsync())!.Width, 800, 1280);
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task Lines_of_the_policy_stand_below_one_another_and_what_steers_a_workflow_stays_where_it_is()
    {
        var workflow = await console.WaitingAsync();
        var page = await console.OpenAsync("jana");
        await page.GotoAsync("/authority");
        await page.Locator("#policy > summary").ClickAsync();
        var (first, second) = (await page.Locator("#l1").BoundingBoxAsync(), await page.Locator("#l2").BoundingBoxAsync());
        Assert.True(second!.Y >= first!.Y + first.Height - 1, $"{second.Y} is not below {first.Y}");

        await page.GotoAsync($"/workflows/{workflow}");
        var places = await PlacesAsync();
        foreach (var one in (string[])["#pausing", "#cancelling", ".steer .stop details"])
        {
            await page.Locator($"{one} > summary").ClickAsync();
            await Expect(page.Locator($"{one} form")).ToBeVisibleAsync();
            Assert.Equal(places, await PlacesAsync());
        }

        await page.Context.CloseAsync();
        Task<string> PlacesAsync() => page.EvaluateAsync<string>("() => [...document.querySelectorAll('.steer summary')].map((e) => { const b = e.getBoundingClientRect(); return `${b.x} ${b.y}`; }).join()");
    }

    private static async Task LookAsAsync(IPage page, string person)
    {
        await page.Locator("#look-as summary").ClickAsync();
        await page.Locator("#as").SelectOptionAsync(person);
        await page.Locator("#look-as button").ClickAsync();
        await Expect(page.Locator("#look-as summary")).ToContainTextAsync("You look as");
    }
}
