namespace AiManager.Scenarios.Tests;

/// <summary>
/// A model that plans rubbish, talks past the question or works against the rules: the run ends waiting for a person with a sentence about it, and the world
/// holds no order that an honest model would not have placed.
/// </summary>
public abstract class HostileScriptContract
{
    private const string Manager = "manager.yaml";
    private const string Agents = "agents.yaml";
    private const string Purchaser = "purchaser.yaml";

    private const string OutlineOfRestock = "when: { step: outline, context: { playbook.name: restock, reason: { exists: false } } }";
    private const string PlaceOrder = "reply: { calls: [ { tool: erp.create_purchase_order, args: { supplier: $item.supplier, lines: $item.lines } } ] }";
    private const string LowFound = "reply: { json: { summary: Items are below their reorder point., items: \"$calls[erp.low_stock].rows\" } }";
    private const string FirstRule = "rules:\n";

    /// <summary>Every row ends with a person: some of the work waits for them, or the manager asks what to do.</summary>
    private const int Waiting = 3;

    /// <summary>What the model does; the script; the text that is replaced; what takes its place; what the run must say.</summary>
    public static TheoryData<string, string, string, string, string> Rows => new()
    {
        // ---- the plan ----
        { "tasks that need one another in a circle", Manager, "skill: stock-analysis, needs: [receive]", "skill: stock-analysis, needs: [quotes]", "Its plans are not in order: the tasks need one another in a circle. Try again, or give up?" },
        { "a task that needs one that is not there", Manager, "needs: [low], risk: low", "needs: [low, audit], risk: low", "task 'quotes' needs 'audit', which is no task" },
        { "a skill that nobody has", Manager, "skill: purchasing, needs: [quotes]", "skill: telepathy, needs: [quotes]", "wants the skill 'telepathy', which nobody has" },
        { "two tasks of one key", Manager, "key: low, title: Find what is low", "key: receive, title: Find what is low", "the key 'receive' is there 2 times" },
        { "a list from a task that is not needed", Manager, "forEach: \"$$results.quotes.orders\"", "forEach: \"$$results.low.items\"", "repeats over '$results.low.items'" },
        { "a list that is none", Manager, "forEach: \"$$results.quotes.orders\"", "forEach: \"$$results.quotes.summary\"", "There is no list at $results.quotes.summary" },
        { "a plan without a task, since all is done already", Manager, OutlineOfRestock + "\n    reply:\n      json:\n        tasks:\n", OutlineOfRestock + "\n    reply: { json: { tasks: [] } }\n  - name: never\n    when: { step: never }\n    reply:\n      json:\n        tasks:\n", "needs at least 1 items, has 0" },
        { "a plan in prose", Manager, FirstRule, FirstRule + "  - { name: prose, when: { step: outline }, reply: { text: \"First we look around, then we order what is missing.\" } }\n", "Its plans are not in order: The reply must be one JSON object and nothing else. Try again, or give up?" },
        { "an understanding in another language", Manager, FirstRule, FirstRule + "  - { name: cesky, when: { step: understand }, reply: { text: \"Rozumím, doplním sklad.\" } }\n", "Order: nordkabel waits for procurement-lead" },
        { "a tool that does not exist in a task's details", Manager, "tools: [erp.create_purchase_order]", "tools: [erp.launch_rocket]", "Order: nordkabel waits for procurement-lead" },
        { "details that contradict the outline's skill", Manager, "tools: [erp.create_purchase_order]", "tools: [erp.receive_delivery]", "Order: nordkabel waits for procurement-lead" },
        { "a deliverable that is no schema", Manager, "required: [summary, orderId, supplier, total]", "required: 7", "Order: nordkabel waits for procurement-lead" },
        { "a title with a character that no store could keep", Manager, "title: Find what is low", "title: \"Find what\\0is low\"", "Order: nordkabel waits for procurement-lead" },
        { "a question with a character that no store could keep", Manager, "skill: purchasing, needs: [quotes]", "skill: \"tele\\0pathy\", needs: [quotes]", "wants the skill 'tele\uFFFDpathy', which nobody has" },

        // ---- the work ----
        { "the same call for ever", Purchaser, PlaceOrder, "reply: { calls: [ { tool: erp.best_quotes, args: {} } ] }", "It made the same call of erp.best_quotes 3 times with the same result." },
        { "a call of a tool that does not exist", Purchaser, PlaceOrder, "reply: { calls: [ { tool: erp.launch_rocket, args: {} } ] }", "It made the same call of erp.launch_rocket 3 times" },
        { "a call of a tool that the task was not given", Purchaser, PlaceOrder, "reply: { calls: [ { tool: erp.cancel_purchase_order, args: { id: 4471, reason: x } } ] }", "It made the same call of erp.cancel_purchase_order 3 times" },
        { "arguments off the schema", Purchaser, PlaceOrder, "reply: { calls: [ { tool: erp.create_purchase_order, args: { supplier: 7, lines: everything } } ] }", "$.supplier: expected string, found the number 7; $.lines: expected array, found a string. Try again" },
        { "the same order twice in one reply", Purchaser, PlaceOrder, PlaceOrder.Replace("} } ] }", "} }, { tool: erp.create_purchase_order, args: { supplier: $item.supplier, lines: $item.lines } } ] }", StringComparison.Ordinal), "Order: nordkabel waits for procurement-lead" },
        { "another supplier than the task's", Purchaser, PlaceOrder, PlaceOrder.Replace("$item.supplier,", "baltic-surplus,", StringComparison.Ordinal), "has no value for these arguments. Try again" },
        { "an empty reply", Purchaser, PlaceOrder, "reply: { text: \"\" }", "The reply must be one JSON object and nothing else. Try again, skip it, or give up?" },
        { "a reply in another language", Purchaser, PlaceOrder, "reply: { text: \"Objednávka je hotová.\" }", "The reply must be one JSON object and nothing else. Try again, skip it, or give up?" },
        { "a claim that it is done", Purchaser, PlaceOrder, "reply: { json: { summary: Done., orderId: 4471, supplier: $item.supplier, total: 1 } }", "the goal is not met: erp.restockable was to show no rows; it shows" },
        { "a deliverable that never fits", Purchaser, PlaceOrder, "reply: { json: { summary: Done. } }", "$.orderId: is missing. Try again" },
        { "items that it made up", Agents, LowFound, "reply: { json: { summary: Low., items: [ { sku: XX-1, needed: 1000 } ] } }", "'Find what is low' cannot go on: The deliverable is not what the system of record says." },
        { "a reviewer that talks", Agents, FirstRule, FirstRule + "  - { name: talk, when: { step: review }, reply: { text: \"Looks fine to me, great work!\" } }\n", "'Find what is low' cannot go on: The review was not in order" },
        { "a reviewer that accepts nothing", Agents, FirstRule, FirstRule + "  - { name: never, when: { step: review }, reply: { json: { accepted: false, reasons: [ No. ] } } }\n", "'Find what is low' cannot go on: No. Try again" },
    };

    /// <summary>Those that put to a store what another kind of store could take otherwise; how the manager takes the others does not depend on it.</summary>
    public static TheoryData<string, string, string, string, string> RowsForTheStore
    {
        get
        {
            var rows = new TheoryData<string, string, string, string, string>();
            string[] named = ["a title with a character that no store could keep", "a question with a character that no store could keep", "the same call for ever", "the same order twice in one reply", "a claim that it is done"];
            foreach (var row in named.Select(n => Rows.Single(r => n.Equals(r[0]))).Select(r => r.Cast<string>().ToArray()))
            {
                rows.Add(row[0], row[1], row[2], row[3], row[4]);
            }

            return rows;
        }
    }

    /// <summary>A company on a store of the test's own.</summary>
    private protected abstract Task<IStoreRun> OpenAsync();

    /// <summary>What each row is put to.</summary>
    private protected async Task EndsInANamedStateAsync(string what, string script, string find, string replace, string sentence)
    {
        await using var run = await OpenAsync();
        await run.EditAsync(Path.Combine("scripts", script), find, replace);

        var result = await run.SubmitAsync(ProcurementRun.Goal);

        Assert.True(result.ExitCode == Waiting, $"{what}: {result}");
        Assert.Equal("waiting", result.Workflow.GetProperty("status").GetString());
        await HarmsNothingAsync(run, result, sentence);
    }

    [Fact]
    public async Task Half_a_megabyte_of_words_uses_the_budget_up_and_ends_the_goal_with_a_report_of_what_is_left()
    {
        await using var run = await OpenAsync();
        await run.EditAsync(Path.Combine("scripts", Purchaser), PlaceOrder, $"reply: {{ text: \"{new string('x', 500_000)}\" }}");

        var result = await run.SubmitAsync(ProcurementRun.Goal);

        Assert.Equal("failed", result.Workflow.GetProperty("status").GetString());
        await HarmsNothingAsync(run, result, "The budget 'per-goal' is used up");
    }

    private static async Task HarmsNothingAsync(IStoreRun run, HostResult result, string sentence)
    {
        Assert.Contains(sentence, string.Join('\n', ProcurementRun.Report(result.Workflow).Select(l => l.Text)), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Output + result.Errors, StringComparison.Ordinal);
        using var pristine = WorldDatabase.Build(await File.ReadAllTextAsync(Path.Combine(run.Company, "world.sql")));
        using var world = run.World();
        var expected = ProcurementOracle.Expected(pristine);
        Assert.All(ProcurementOracle.PlacedLines(world), line => Assert.Contains(line, expected));
        Assert.Equal(ProcurementOracle.PlacedLines(world).Count, ProcurementOracle.PlacedLines(world).Distinct().Count());
        Assert.All(ProcurementOracle.Totals(ProcurementOracle.PlacedLines(world)), t => Assert.Empty(ProcurementOracle.Seats(t.Value)));
    }
}
