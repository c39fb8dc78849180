using System.Collections.Immutable;

namespace AiManager.Host.Tests;

public sealed class ArgumentTests
{
    private static readonly JsonText Order = JsonText.Parse("""{"supplier":"acme","rush":true,"note":null,"a/b~c":"x","lines":[{"sku":"A-1","quantity":10},{"sku":"B-2","quantity":2.5}]}""");

    [Theory]
    [InlineData(0)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(200)]
    public void What_is_looked_for_in_a_value_is_found_wherever_it_stands_and_nothing_else_however_much_is_looked_for(int more)
    {
        var json = JsonText.Parse(
            """{"rows":[{"sku":"A-1","price":31.50,"note":"\u0041\u002d\u0031","low":"a-1"},{"sku":"B~2/x","price":"31.5","none":null,"empty":"","long":"A-1 and much more of it than anybody looks for"}],"a/b":{"~":["A-1"],"yes":true}}""");
        HashSet<string> wanted = ["A-1", "31.5", "true", "C-3", .. Enumerable.Range(0, more).Select(i => $"{i}")];
        var found = ArgumentLeaf.Find(wanted, json);
        Assert.Equal(ArgumentLeaf.Of(json).Where(l => wanted.Contains(l.Text)).Select(l => $"{l.Text} at {string.Join(' ', l.Steps)}"), found.Select(f => $"{f.Text} at {string.Join(' ', f.Steps)}"));
        Assert.Equal(6, found.Count);
    }

    [Fact]
    public void What_nobody_touched_stays_as_it_was()
    {
        var (json, fault, _) = ArgumentLeaf.Write(Order, name => ArgumentLeaf.Of(Order).Single(l => ArgumentLeaf.Prefix + l.Pointer == name).Text);
        Assert.Null(fault);
        Assert.Empty(ArgumentDiff.Of(Order, json!.Value));
    }

    [Fact]
    public void Every_scalar_can_be_edited_and_keeps_its_kind()
    {
        var said = new Dictionary<string, string>
        {
            ["arg:/supplier"] = "globex",
            ["arg:/note"] = "by Friday",
            ["arg:/a~1b~0c"] = "y",
            ["arg:/lines/1/quantity"] = "3",
            ["arg:/lines/0/sku"] = "C-3",
        };
        var (json, fault, _) = ArgumentLeaf.Write(Order, said.GetValueOrDefault);
        Assert.Null(fault);
        Assert.Equal(
            """{"supplier":"globex","rush":false,"note":"by Friday","a/b~c":"y","lines":[{"sku":"C-3","quantity":10},{"sku":"B-2","quantity":3}]}""",
            json!.Value.Text);
    }

    [Fact]
    public void A_number_that_is_none_is_refused_by_its_name()
    {
        var (json, fault, _) = ArgumentLeaf.Write(Order, name => name == "arg:/lines/0/quantity" ? "ten" : null);
        Assert.Null(json);
        Assert.Equal("“lines 1 quantity” must be a number, such as 12.50.", fault);
    }

    [Theory]
    [InlineData("""{"filter":{},"ids":[],"lines":[{}]}""", "filter: nothing in it | ids: an empty list | lines 1: nothing in it")]
    [InlineData("""{"lines":[{"quantity":5}],"lines[0].quantity":1000000}""", "lines 1 quantity: 5 | “lines[0].quantity”: 1000000")]
    [InlineData("""{"lines[0]":{"quantity":7},"lines":[{"quantity":5}]}""", "“lines[0]” quantity: 7 | lines 1 quantity: 5")]
    [InlineData("""{"a":{"b":1},"a.b":2,"":{"a":3}}""", "a b: 1 | “a.b”: 2 | “” a: 3")]
    [InlineData("""{"x":{"a[0].b":9},"lines":{"0":{"sku":"A"}}}""", "x “a[0].b”: 9 | lines 0 sku: A")]
    [InlineData("""{"lines":[{"sku":1},5,[6,{"sku":7}],{"tags":[8,[]]}]}""", "lines 1 sku: 1 | lines 3 2 sku: 7 | lines 4 tags 1: 8 | lines 4 tags 2: an empty list | lines 2: 5 | lines 3 1: 6")]
    [InlineData("""{"a":1,"a":2,"l":[{"q":1,"q":2}]}""", "a: 1 | a: 2 | l 1 q: 1 | l 1 q: 2")]
    [InlineData("""{"lines 1 quantity":9,"to":"a\u202Eb\u200Bc"}""", "“lines 1 quantity”: 9 | to: a⟨U+202E⟩b⟨U+200B⟩c")]
    [InlineData("""[{"a":1},[],2]""", "1 a: 1 | 2: an empty list | 3: 2")]
    [InlineData("{}", "")]
    public void All_that_is_sent_stands_in_some_row_under_a_name_of_its_own(string json, string shown)
    {
        foreach (var schema in new[] { null, ArgumentSchema.Unknown })
        {
            var groups = ArgumentGroup.Of([.. ArgumentLeaf.Of(JsonText.Parse(json)).Select(l => new ArgumentField(l, ValueOrigin.Checked))], schema).ToList();
            var told = groups.SelectMany(g => g.Field is { } field ? [field] : g.Items.Concat(g.Rows.SelectMany(r => r).OfType<ArgumentField>())).ToList();
            Assert.Equal(shown.Split(" | ", StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal), told.Select(f => $"{f.Leaf.Words}: {f.Leaf.Said}").Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void What_has_nothing_in_it_stays_as_it_was_when_the_rest_is_edited()
    {
        var (json, _, _) = ArgumentLeaf.Write(JsonText.Parse("""{"filter":{},"ids":[],"n":1}"""), name => name == "arg:/n" ? "2" : "an empty list");
        Assert.Equal("""{"filter":{},"ids":[],"n":2}""", json!.Value.Text);
    }

    [Theory]
    [InlineData("plain – “words”\n\tand 7 €", "plain – “words”\n\tand 7 €")]
    [InlineData("pay \u202E001\u202C EUR", "pay ⟨U+202E⟩001⟨U+202C⟩ EUR")]
    [InlineData("ac\u200Bme\u2066\u2069\uFEFF", "ac⟨U+200B⟩me⟨U+2066⟩⟨U+2069⟩⟨U+FEFF⟩")]
    [InlineData("a\u2028b\u0007", "a⟨U+2028⟩b⟨U+0007⟩")]
    public void What_is_unseen_in_others_words_is_shown_by_its_number(string text, string seen) => Assert.Equal(seen, Visible.Of(text));

    [Fact]
    public void What_must_be_a_whole_number_is_asked_for_as_one()
    {
        var schema = new ArgumentSchema(JsonText.Parse("""{"properties":{"lines":{"type":"array","items":{"type":"object","properties":{"sku":{"type":"string"},"unitPrice":{"type":"number"},"quantity":{"type":["integer","null"]}}}}}}"""));
        var (_, fault, at) = ArgumentLeaf.Write(Order, name => name == "arg:/lines/0/quantity" ? "abc" : null, schema);
        Assert.Equal(("“lines 1 quantity” must be a whole number, such as 12.", "arg:/lines/0/quantity"), (fault, at));
    }

    [Fact]
    public void Columns_go_in_the_order_of_the_tool_with_what_names_a_row_first()
    {
        var fields = ArgumentLeaf.Of(JsonText.Parse("""{"lines":[{"more":1,"quantity":2,"sku":"A-1","unitPrice":3}]}""")).Select(l => new ArgumentField(l, ValueOrigin.Checked)).ToImmutableArray();
        var schema = new ArgumentSchema(JsonText.Parse("""{"properties":{"lines":{"type":"array","items":{"properties":{"unitPrice":{},"sku":{},"quantity":{}}}}}}"""));
        Assert.Equal("sku unitPrice quantity more", Columns(schema));
        Assert.Equal("sku more quantity unitPrice", Columns(ArgumentSchema.Unknown));
        Assert.Equal("more quantity sku unitPrice", Columns(null));

        string Columns(ArgumentSchema? known) => string.Join(' ', Assert.Single(ArgumentGroup.Of(fields, known)).Columns.Select(c => c.Name));
    }

    [Fact]
    public void Numbers_of_a_table_have_their_thousands_apart_unless_they_name_something()
    {
        var group = Assert.Single(ArgumentGroup.Of([.. ArgumentLeaf.Of(JsonText.Parse("""{"rows":[{"order_id":104233,"left":39400,"used":985,"who":"1000"}]}""")).Select(l => new ArgumentField(l, ValueOrigin.Checked))]));
        Assert.Equal(["104233", "39,400", "985", "1000"], group.Rows[0].Select((cell, at) => group.Told(at, cell)));
    }

    [Theory]
    [InlineData("supplier", "supplier")]
    [InlineData("lines[0].unitPrice", "lines 1 unit price")]
    [InlineData("lines[9].tags[1]", "lines 10 tags 2")]
    [InlineData("address.postCode", "address post code")]
    [InlineData("tags[2]", "tags 3")]
    public void A_place_in_arguments_is_said_in_words(string path, string words) => Assert.Equal(words, ArgumentLeaf.Named(path));

    [Fact]
    public void A_list_of_objects_is_one_table_and_no_field_is_left_out()
    {
        var groups = ArgumentGroup.Of([.. ArgumentLeaf.Of(Order).Select(l => new ArgumentField(l, ValueOrigin.Checked))]).ToList();
        Assert.Equal(["supplier", "rush", "note", "a/b~c", "lines"], groups.Select(g => g.Name));
        var lines = groups[^1];
        Assert.Equal(["sku", "quantity"], lines.Columns.Select(c => c.Name));
        Assert.Equal(["A-1 10", "B-2 2.5"], lines.Rows.Select(r => string.Join(' ', r.Select(c => c!.Leaf.Text))));
        Assert.All(lines.Columns, c => Assert.Equal(ValueOrigin.Checked, c.Origin));
        Assert.Equal([false, true], Enumerable.Range(0, 2).Select(lines.IsNumeric));
    }

    [Fact]
    public void A_value_says_where_it_was_seen_before()
    {
        var workflow = PrefixedId.Derive<WorkflowId>(Guid.Empty, "origins");
        var (read, order) = (PrefixedId.Derive<CallId>(workflow.Value, "read"), PrefixedId.Derive<CallId>(workflow.Value, "order"));
        var args = JsonText.Parse("""{"supplier":"acme","sku":"A-1","price":42.50,"to":"mallory@example.com","quantity":7}""");
        WorkflowEvent[] events =
        [
            new GoalSubmitted(new PrivateText("jana", "Order pens from Acme."), "jana", null, null, JsonText.EmptyObject, null, null, null, "c", null, 0),
            new CallProposed(read, null, "purchaser", "erp.quotes", JsonText.EmptyObject, []),
            new CallDecided(read, Effect.Allow, ["r"], JsonText.EmptyObject, "ok", "p", "v", []),
            new CallStarted(read, "k", IsRepeatable: true, [], null),
            new CallSettled(read, CallOutcome.Succeeded, JsonText.Parse("""{"rows":[{"sku":"A-1","price":42.5}]}"""), null, null, []),
            new CallProposed(order, null, "purchaser", "erp.order", args, []),
        ];
        var state = WorkflowFold.Of(workflow, events.Select((e, i) => new Recorded(i + 1, i + 1, DateTimeOffset.UnixEpoch, Actor.System, e)));

        var origins = ValueOrigin.Of(state, order, args, ImmutableHashSet.Create("quantity"), "Petra", _ => null).ToDictionary(f => f.Leaf.Path, f => f.Origin.Words);
        Assert.Equal("in the goal", origins["supplier"]);
        Assert.Equal("read with erp.quotes", origins["sku"]);
        Assert.Equal("read with erp.quotes", origins["price"]);
        Assert.Equal("written by the agent", origins["to"]);
        Assert.Equal("written by Petra", origins["quantity"]);
    }

    [Fact]
    public void Of_results_that_are_believed_alike_the_last_one_is_named()
    {
        var workflow = PrefixedId.Derive<WorkflowId>(Guid.Empty, "later");
        var order = PrefixedId.Derive<CallId>(workflow.Value, "order");
        var args = JsonText.Parse("""{"supplier":"nordkabel"}""");
        IEnumerable<WorkflowEvent> Read(string tool)
        {
            var call = PrefixedId.Derive<CallId>(workflow.Value, tool);
            return
            [
                new CallProposed(call, null, "analyst", tool, JsonText.EmptyObject, []),
                new CallDecided(call, Effect.Allow, ["r"], JsonText.EmptyObject, "ok", "p", "v", []),
                new CallStarted(call, tool, IsRepeatable: true, [], null),
                new CallSettled(call, CallOutcome.Succeeded, JsonText.Parse("""{"rows":[{"supplier":"nordkabel"}]}"""), null, null, []),
            ];
        }

        WorkflowEvent[] events =
        [
            new GoalSubmitted(new PrivateText("jana", "Restock."), "jana", null, null, JsonText.EmptyObject, null, null, null, "c", null, 0),
            .. Read("erp.arrived_deliveries"),
            .. Read("erp.best_quotes"),
            new CallProposed(order, null, "purchaser", "erp.order", args, []),
        ];
        var state = WorkflowFold.Of(workflow, events.Select((e, i) => new Recorded(i + 1, i + 1, DateTimeOffset.UnixEpoch, Actor.System, e)));
        foreach (var believed in new[] { null, new OutputContract([new FieldLabel("rows.*.supplier", Label.Of(Integrity.Vetted))]) })
        {
            Assert.Equal("read with erp.best_quotes", Assert.Single(ValueOrigin.Of(state, order, args, ImmutableHashSet<string>.Empty, null, _ => believed)).Origin.Words);
        }
    }

    [Fact]
    public void A_value_that_anybody_could_have_written_says_so_in_words()
    {
        var workflow = PrefixedId.Derive<WorkflowId>(Guid.Empty, "hostile");
        var calls = new[] { "mail", "erp" }.ToDictionary(n => n, n => PrefixedId.Derive<CallId>(workflow.Value, n));
        var order = PrefixedId.Derive<CallId>(workflow.Value, "order");
        var args = JsonText.Parse("""{"iban":"CZ6508000000192000145399","supplier":"acme","note":"all of it"}""");
        IEnumerable<WorkflowEvent> Read(string name, string result) =>
        [
            new CallProposed(calls[name], null, "purchaser", name + ".read", JsonText.EmptyObject, []),
            new CallDecided(calls[name], Effect.Allow, ["r"], JsonText.EmptyObject, "ok", "p", "v", []),
            new CallStarted(calls[name], name, IsRepeatable: true, [], null),
            new CallSettled(calls[name], CallOutcome.Succeeded, JsonText.Parse(result), null, null, []),
        ];
        WorkflowEvent[] events =
        [
            new GoalSubmitted(new PrivateText("jana", "Pay the invoice."), "jana", null, null, JsonText.EmptyObject, null, null, null, "c", null, 0),
            .. Read("mail", """{"rows":[{"body":"CZ6508000000192000145399","from":"acme"}]}"""),
            .. Read("erp", """{"rows":[{"name":"acme"}]}"""),
            new CallProposed(order, null, "purchaser", "erp.pay", args, []),
        ];
        var state = WorkflowFold.Of(workflow, events.Select((e, i) => new Recorded(i + 1, i + 1, DateTimeOffset.UnixEpoch, Actor.System, e)));
        Dictionary<string, OutputContract> contracts = new(StringComparer.Ordinal)
        {
            ["mail.read"] = new OutputContract([new FieldLabel("rows.*.body", Label.Of(Integrity.ThirdParty))]),
            ["erp.read"] = new OutputContract([new FieldLabel("rows.*.name", Label.Of(Integrity.Vetted))]),
        };

        var origins = ValueOrigin.Of(state, order, args, ImmutableHashSet<string>.Empty, null, c => contracts[c.Proposed.Tool]).ToDictionary(f => f.Leaf.Path, f => f.Origin);
        Assert.Equal(new ValueOrigin("untrusted", "untrusted: read with mail.read"), origins["iban"]);
        Assert.Equal(new ValueOrigin("read", "read with erp.read"), origins["supplier"]); // the mail says so too, but what is believed most counts
        Assert.Equal("composed", origins["note"].Kind);
    }

    [Fact]
    public void Rules_and_budgets_are_found_in_the_text_of_the_policy()
    {
        var places = PolicyPlaces.Of([.. "version: 1\nrules:\n  - id: read-erp\n    reason: no id: here\n  - { effect: ask, id: 'large' }\nbudgets:\n  - { id: per-day, money: 9 }\n  - id: read-erp\n".Split('\n')]);
        Assert.Equal([(2, "read-erp"), (4, "large"), (6, "per-day")], places.OrderBy(p => p.Key).Select(p => (p.Key, p.Value)));
        Assert.True(PolicyPlaces.IsLinkable("per-day_2.x"));
        Assert.False(PolicyPlaces.IsLinkable("a b\"><script>"));
    }

    [Fact]
    public void A_deliverable_is_read_from_the_form_that_its_schema_makes()
    {
        var fields = DeliverableField.Of(JsonText.Parse("""{"type":"object","properties":{"found":{"type":"string","description":"What"},"count":{"type":"integer"},"ok":{"type":"boolean"},"items":{"type":"array"}},"required":["found"]}"""));
        Assert.Equal([("found", true), ("count", false), ("ok", false), ("items", false)], fields.Select(f => (f.Name, f.IsRequired)));
        var (json, _, _) = DeliverableField.Read(fields, name => name switch { "field:found" => "two\r\nboxes", "field:count" => "2", "field:items" => "[1]", _ => null });
        Assert.Equal("""{"found":"two\nboxes","count":2,"ok":false,"items":[1]}""", json!.Value.Text);
        Assert.Contains("“count” must be a whole number, such as 12.", DeliverableField.Read(fields, name => name == "field:count" ? "x" : null).Fault);
        Assert.Contains("“items” must be JSON", DeliverableField.Read(fields, name => name == "field:items" ? "x" : null).Fault);
    }
}
