using System.Collections.Immutable;
using AiManager.Host;

namespace AiManager.Tools.Tests;

/// <summary>The flows of a company: what they are bound from, what they say of a sink, and when the gate looks at data at all.</summary>
public sealed class FlowPolicyTests
{
    private const string Tools = """
        sources:
          - name: erp
            kind: sql
            connection: "Data Source=${world}"
            tools:
              - { name: mail, effect: communicate-out, parameters: { to: string, body: string }, sql: "select 1", authorityArguments: { to: {} } }
              - { name: note, effect: write-reversible, parameters: { text: string }, sql: "select 1" }
              - { name: order, effect: spend, parameters: { supplier: string }, sql: "select 1", authorityArguments: { supplier: { kind: supplier } } }
        """;

    private static readonly ArgumentLabel[] Values =
    [
        Value("plain", Integrity.User),
        Value("guessed", Integrity.ThirdParty),
        Value("secret", Integrity.User) with { Label = new Label(Integrity.User, ["secret"]) },
        Value("ours", Integrity.User) with { Label = new Label(Integrity.User, [], ["company"]) },
        Value("theirs", Integrity.User) with { Label = new Label(Integrity.User, [], ["model:x"]) },
        Value("whom", Integrity.ThirdParty) with { IsAuthority = true },
        Value("four", Integrity.ThirdParty),
        Value("five", Integrity.ThirdParty),
    ];

    /// <summary>An @ stands before the place; it is taken out before the text is read.</summary>
    [Theory]
    [InlineData("{ id: a, effect: @allow, labels: [x], to: openWorld }", "deny or ask")]
    [InlineData("@{ id: a, labels: [x], to: openWorld }", "'effect' is missing")]
    [InlineData("{ id: a, effect: deny, labels: [x], to: openWorld, @from: y }", "Unknown key")]
    [InlineData("{ id: a, effect: deny, labels: [x], to: openWorld, approvers: @{ role: lead } }", "no 'approvers'")]
    [InlineData("@{ id: a, effect: ask, labels: [x], to: openWorld }", "needs 'approvers'")]
    [InlineData("{ id: a, effect: deny, labels: @[], to: openWorld }", "at least one label")]
    [InlineData("@{ id: a, effect: deny, to: openWorld }", "at least one label")]
    [InlineData("{ id: a, effect: deny, labels: [x], to: @[] }", "'to' says where")]
    [InlineData("@{ id: a, effect: deny, labels: [x] }", "'to' says where")]
    [InlineData("{ id: a, effect: deny, labels: [x], to: [erp.mail, @erp.mial] }", "neither openWorld nor")]
    [InlineData("{ id: a, effect: ask, labels: [x], to: @'model:x', approvers: { role: lead } }", "can only deny")]
    [InlineData("{ id: @rule, effect: deny, labels: [x], to: openWorld }", "taken already, in line 3")]
    [InlineData("{ id: @budget, effect: deny, labels: [x], to: openWorld }", "taken already, in line 5")]
    public void A_flow_that_makes_no_sense_is_named_with_its_place(string marked, string words)
    {
        var reader = new ConfigReader();
        Bind($"[{marked.Replace("@", "", StringComparison.Ordinal)}]", reader);

        var fault = reader.Faults.First(f => !f.IsWarning);
        Assert.Equal(new ConfigPlace("authority.yaml", 7, "flows: [".Length + marked.IndexOf('@', StringComparison.Ordinal) + 1), fault.Place);
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ id: a, effect: deny, labels: [x], to: [openWorld, spend, 'crm.*', 'model:*'] }")]
    [InlineData("{ id: a, effect: ask, labels: [x], to: spend, approvers: { role: lead } }, { id: b, effect: deny, labels: [x], to: openWorld }")]
    public void What_is_sound_has_no_fault_and_no_warning(string flows)
    {
        var reader = new ConfigReader();
        Bind($"[{flows}, {{ id: all, effect: deny, labels: [x], to: '*' }}]", reader);

        Assert.Empty(reader.Faults);
    }

    [Theory]
    [InlineData("{ id: a, effect: deny, labels: [x], to: openWorld }", "erp.order")]
    [InlineData("{ id: a, effect: deny, labels: [x], to: spend }, { id: b, effect: deny, labels: [x], to: erp.note }", "erp.mail")]
    [InlineData("{ id: a, effect: deny, labels: [x], to: erp.note }", "erp.mail,erp.order")]
    [InlineData("{ id: a, effect: deny, labels: [x], to: spend }, { id: b, effect: deny, labels: [x], to: erp.mail }", "")]
    public void Whatever_declares_whom_it_reaches_and_is_in_no_flow_is_warned_about(string flows, string tools)
    {
        var reader = new ConfigReader();
        Bind($"[{flows}]", reader);

        Assert.All(reader.Faults, f => Assert.True(f.IsWarning));
        Assert.Equal(tools, string.Join(',', reader.Faults.Select(f => f.Message.Split(' ')[0])));
    }

    [Fact]
    public void Lists_and_prompts_are_the_companys_own_words()
    {
        var page = new ConfigPage(new ConfigNode.Map(new ConfigPlace("p", 1, 1), []), "Words.", 1);
        var pages = ImmutableSortedDictionary<string, ConfigPage>.Empty.Add("agents/a.md", page).Add("playbooks/b.md", page).Add("prompts/c.md", page);
        var bundle = Shop.Bundle(Tools, "version: 1\nlists: { one: [a, null, 2], two: b, three: [c] }\n") with { Pages = pages };

        var policy = FlowPolicy.Bind(bundle, Catalog(Tools), new DirectoryDouble([]), new ConfigReader());
        Assert.Equal([("one", "a"), ("one", "2"), ("three", "c")], policy.Lists.AsEnumerable());
        Assert.Equal([("agents/a.md", "Words."), ("playbooks/b.md", "Words.")], policy.Texts.AsEnumerable());
        var none = FlowPolicy.Bind(bundle with { Documents = bundle.Documents.Remove("authority.yaml") }, Catalog(Tools), new DirectoryDouble([]), new ConfigReader());
        Assert.Equal((true, 0, 2), (none.IsEmpty, none.Lists.Length, none.Texts.Length));
    }

    private const string Flows = """
        [{ id: stop, effect: deny, labels: [secret], to: [erp.mail, "model:x"], reason: It is secret. },
         { id: halt, effect: deny, labels: [secret], to: erp.mail },
         { id: b-ask, effect: ask, labels: [third-party], to: spend, approvers: { role: lead } },
         { id: a-ask, effect: ask, labels: [third-party], to: spend, approvers: { role: cfo }, reason: Who says so? },
         { id: whom, effect: deny, labels: [third-party], arguments: authority, to: ["erp.mail", "model:x"], reason: Not to them. }]
        """;

    [Theory]
    [InlineData("erp.mail", "plain", null, "Allow", "", "Nothing in it may not go there.")]
    [InlineData("erp.mail", "secret", null, "Deny", "halt,stop", "Flow 'halt' is about it. secret = v (user, secret from x). It is secret. secret = v (user, secret from x).")]
    [InlineData("erp.mail", "ours", null, "Deny", "readers", "Only company may read it. ours = v (user from x).")]
    [InlineData("erp.mail", "ours,secret", null, "Deny", "halt,stop,readers", null)]
    [InlineData("erp.mail", "guessed", null, "Allow", "", null)]
    [InlineData("erp.mail", "whom", null, "Deny", "whom", "Not to them. whom = v (third-party from x).")]
    [InlineData("erp.note", "ours,secret,whom", null, "Allow", "", null)]
    [InlineData("erp.order", "guessed", null, "Ask", "a-ask,b-ask", "Who says so? guessed = v (third-party from x). Flow 'b-ask' is about it. guessed = v (third-party from x).")]
    [InlineData("erp.order", "guessed,whom,four", null, "Ask", "a-ask,b-ask", "Who says so? guessed = v (third-party from x); whom = v (third-party from x); four = v (third-party from x). Flow 'b-ask' is about it. guessed = v (third-party from x); whom = v (third-party from x); four = v (third-party from x).")]
    [InlineData("erp.order", "guessed,whom,four,five", null, "Ask", "a-ask,b-ask", "Who says so? guessed = v (third-party from x); whom = v (third-party from x); four = v (third-party from x); and 1 more. Flow 'b-ask' is about it. guessed = v (third-party from x); whom = v (third-party from x); four = v (third-party from x); and 1 more.")]
    [InlineData("erp.mail", "plain", "user", "Allow", "", null)]
    [InlineData("erp.mail", "plain,guessed", "user", "Deny", "", "The task's grant does not let third-party out of the company. guessed = v (third-party from x).")]
    [InlineData("erp.note", "guessed", "user", "Allow", "", null)]
    [InlineData("erp.order", "guessed", "user", "Ask", "a-ask,b-ask", null)]
    [InlineData("erp.mail", "secret", "user", "Deny", "halt,stop", null)]
    [InlineData("model:x", "secret", null, "Deny", "stop", "It is secret. secret = v (user, secret from x).")]
    [InlineData("model:x", "ours", null, "Deny", "readers", null)]
    [InlineData("model:x", "theirs", null, "Allow", "", null)]
    [InlineData("model:y", "theirs", null, "Deny", "readers", null)]
    [InlineData("erp.mail", "theirs", null, "Deny", "readers", null)]
    public void Deny_beats_ask_and_a_values_own_readers_hold_beside(string sink, string values, string? releases, string effect, string rules, string? reason)
    {
        var reader = new ConfigReader();
        var policy = Bind(Flows, reader);
        Assert.DoesNotContain(reader.Faults, f => !f.IsWarning);

        var decision = policy.Judge(Sink(sink), [.. values.Split(',').Select(v => Values.Single(x => x.Path == v))], releases is null ? new Grant([]) : new Grant([], Releases: [releases]));

        Assert.Equal((effect, rules), (decision.Effect.ToString(), string.Join(',', decision.Rules)));
        Assert.Equal(effect == "Ask" ? ["cfo", "lead"] : [], decision.Approvers.Seats.Select(s => s.Role));
        Assert.Equal(effect != "Ask", decision.Approvers.Ladder.ExpiresAfter is null);
        Assert.True(reason is null || reason == decision.Reason, decision.Reason);
    }

    [Theory]
    [InlineData("", "erp.mail", false, false)]
    [InlineData("", "erp.mail", true, true)]
    [InlineData("", "erp.note", true, false)]
    [InlineData("returns: { rows.*.a: vetted }", "erp.note", false, true)]
    [InlineData("authorityArguments: { text: {} }", "erp.note", false, true)]
    public async Task Data_is_looked_at_where_the_company_or_a_grant_says_something_about_it(string said, string tool, bool isBound, bool isLookedAt)
    {
        var bare = Tools.Replace(", authorityArguments: { to: {} }", "", StringComparison.Ordinal).Replace(", authorityArguments: { supplier: { kind: supplier } }", "", StringComparison.Ordinal);
        var catalog = Catalog(said.Length == 0 ? bare : bare.Replace("{ text: string }, sql: \"select 1\"", "{ text: string }, sql: \"select 1\", " + said, StringComparison.Ordinal));
        var desk = new FlowDesk(FlowPolicy.None, catalog, new Results(new BlobsDouble()));
        var grant = isBound ? new Grant([tool], Releases: ["user"]) : new Grant([tool]);

        Assert.Equal(isLookedAt, await desk.LookAsync(catalog.Find(tool)!, JsonText.Parse("""{"text":"x","to":"y","body":"z"}"""), grant, Empty, CancellationToken.None) is not null);
    }

    [Theory]
    [InlineData("{ name: echo, effect: observe, returns: { text: vetted } }", true)]
    [InlineData("{ name: echo, effect: observe, authorityArguments: { text: {} } }", true)]
    [InlineData("{ name: echo, effect: observe }", false)]
    [InlineData("{ name: echo, effect: observe }, { name: other, effect: observe, returns: { text: vetted } }", true)]
    public async Task What_is_said_of_tools_of_a_server_counts_too(string tools, bool isLookedAt)
    {
        const string Bare = "{ name: note, effect: write-reversible, parameters: { text: string }, sql: \"select 1\" }";
        var catalog = Catalog($"sources:\n  - {{ name: files, kind: mcp, command: [node, none.mjs], tools: [{tools}] }}\n  - {{ name: erp, kind: sql, connection: \"Data Source=${{world}}\", tools: [{Bare}] }}\n");
        var desk = new FlowDesk(FlowPolicy.None, catalog, new Results(new BlobsDouble()));

        Assert.Equal(isLookedAt, await desk.LookAsync(catalog.Find("erp.note")!, JsonText.Parse("""{"text":"x"}"""), null, Empty, CancellationToken.None) is not null);
    }

    [Theory]
    [InlineData("model:x", false, null, "Deny")]
    [InlineData("model:x", true, null, "Deny")]
    [InlineData("model:y", false, null, "Allow")]
    [InlineData("model:y", false, "vetted", "Deny")]
    [InlineData("model:y", false, "user,third-party,secret,unknown", "Allow")]
    [InlineData("model:y", true, "vetted", "Allow")]
    public async Task A_prompt_is_all_that_was_seen_and_no_argument_that_decides_whom_a_call_reaches(string model, bool isInside, string? releases, string effect)
    {
        var reader = new ConfigReader();
        var policy = Bind("""[{ id: stop, effect: deny, labels: [unknown], to: "model:x" }, { id: whom, effect: deny, labels: [unknown], arguments: authority, to: "model:y" }]""", reader);
        var desk = new FlowDesk(policy, Catalog(Tools), new Results(new BlobsDouble()));
        var grant = releases is null ? null : new Grant([], Releases: [.. releases.Split(',').Append("composed")]);
        var goal = new GoalSubmitted(new PrivateText("jana", "Go."), "jana", null, null, JsonText.EmptyObject, null, null, null, "hash", PrefixedId.New<WorkflowId>(Policies.Noon, new Random(4)), 0);

        Assert.Equal(effect, (await desk.LookAtModelAsync(model, isInside, grant, Empty with { Submitted = goal }, CancellationToken.None)).Effect.ToString());
    }

    [Theory]
    [InlineData(null, null, "")]
    [InlineData("vetted", null, "secret")]
    [InlineData("vetted,secret", null, "")]
    [InlineData(null, "model:x", "secret,vetted")]
    [InlineData("vetted", "model:x", "secret,vetted")]
    [InlineData(null, "model:y", "")]
    public void A_result_is_kept_for_what_the_task_or_the_model_behind_it_may_not_read(string? reads, string? model, string kept)
    {
        var policy = Bind("""[{ id: stop, effect: deny, labels: [secret], to: "model:x" }, { id: whom, effect: deny, labels: [secret], arguments: authority, to: "model:y" }]""", new ConfigReader());
        var catalog = Catalog(Tools.Replace("{ text: string }, sql: \"select 1\"", "{ text: string }, sql: \"select 1\", returns: { rows.*.a: { integrity: vetted, labels: [secret] } }", StringComparison.Ordinal));
        var desk = new FlowDesk(policy, catalog, new Results(new BlobsDouble()));
        var grant = reads is null ? new Grant([]) : new Grant([], Reads: [.. reads.Split(',')]);

        Assert.Equal(kept, string.Join(',', desk.Kept(catalog.Find("erp.note")!.Returns.LabelsOf(JsonText.Parse("""{"rows":[{"a":"x"}]}""").ToElement()), grant, model is null ? null : FlowSink.OfModel(model, isInside: false))));
    }

    private static WorkflowState Empty => WorkflowFold.Start(PrefixedId.New<WorkflowId>(Policies.Noon, new Random(3)));

    private static ArgumentLabel Value(string name, Integrity integrity) => new(name, "v", Label.Of(integrity), LabelOrigin.Proven, ["x"], IsAuthority: false);

    private static FlowSink Sink(string name) =>
        name.StartsWith("model:", StringComparison.Ordinal) ? FlowSink.OfModel(name, isInside: false) : FlowSink.Of(Catalog(Tools).Find(name)!.Info);

    private static FlowPolicy Bind(string flows, ConfigReader reader) => FlowPolicy.Bind(
        Shop.Bundle(Tools, $"version: 1\nrules:\n  - {{ id: rule, effect: allow, tools: ['*'] }}\nbudgets:\n  - {{ id: budget, scope: company, money: 1, onExceeded: deny }}\n  - notes\nflows: {flows}\n"),
        Catalog(Tools),
        new DirectoryDouble([]),
        reader);

    private static Catalog Catalog(string tools)
    {
        var reader = new ConfigReader();
        var catalog = new CatalogBinder(new SqliteProvider(), _ => "nowhere.db", TimeProvider.System, TimeZoneInfo.Utc, new CrashDouble(), reader, AppContext.BaseDirectory).Bind(Shop.Bundle(tools, "version: 1"));
        Assert.DoesNotContain(reader.Faults, f => !f.IsWarning);
        return catalog;
    }
}
