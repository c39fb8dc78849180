using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using AiManager.ExecutionAgents;
using Microsoft.Extensions.DependencyInjection;

namespace AiManager.ManagerAgent.Tests;

/// <summary>
/// A small company that restocks: one store, one world of tools, one model, and any number of processes that drive. An analyst finds what is low,
/// a purchaser orders it supplier by supplier, a reviewer looks at what no call can prove.
/// </summary>
internal sealed class House
{
    public const string Goal = "Restock what is low.";

    public House(int suppliers = 3)
    {
        Time = new ManualTime(new DateTimeOffset(2026, 11, 21, 9, 0, 0, TimeSpan.Zero));
        Store = new MemoryStore(Time);
        Tools = new ToolDouble(Time);
        Low = [.. Enumerable.Range(1, suppliers).Select(n => $"s{n}")];
        AddTools();
        AddScripts();
    }

    public ManualTime Time { get; }

    public MemoryStore Store { get; }

    public ToolDouble Tools { get; }

    public ModelDouble Model { get; } = new();

    /// <summary>Suppliers to order from.</summary>
    public ImmutableArray<string> Low { get; set; }

    /// <summary>Orders as the world has them, one line for each effect.</summary>
    public List<string> Orders { get; } = [];

    public ImmutableArray<Playbook> Playbooks { get; set; } =
    [
        new Playbook(
            "restock", "Everything low is ordered.", [new AcceptanceCheck("stock.open", JsonText.EmptyObject, "size(result.rows) == 0", null)],
            "restock", null, null, null, [], [Goal], "Find what is low, then order it."),
    ];

    public ImmutableArray<AgentProfile> Agents { get; set; } =
    [
        Agent("analyst", "analysis", "stock.low"),
        Agent("purchaser", "purchasing", "orders.create", "orders.find"),
        Agent("purchaser-two", "purchasing", "orders.create", "orders.find"),
        Agent("reviewer", "review"),
    ];

    public ImmutableArray<Person> People { get; set; } = [Person("olga", "operator"), Person("petra", "lead")];

    /// <summary>What is remembered of other workflows.</summary>
    public ImmutableArray<RecalledWork> Remembered { get; set; } = [];

    /// <summary>What the company has written down.</summary>
    public ImmutableArray<KnowledgeSource> Knowledge { get; set; } = [];

    public int MaxParallelSteps { get; set; } = 4;

    public CompanyDouble Company { get; } = new();

    public TimeSpan StorePatience { get; set; } = TimeSpan.Zero;

    public static AgentProfile Agent(string name, string skill, params string[] tools) => new(name, [skill], [.. tools], "default", new TurnLimits(), $"You are {name}.");

    public static Person Person(string id, string role, params string[] skills) =>
        new(id, id, null, [role], skills.ToImmutableDictionary(s => s, _ => 0.9m));

    /// <summary>A process with its own view of the store.</summary>
    public Driving Start(string node = "node-1")
    {
        var journal = new MemoryJournal(Store);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IWorkflowJournal>(journal);
        services.AddSingleton<IEnvelopes, PlainEnvelopes>();
        services.AddSingleton<IToolGate>(Tools);
        services.AddSingleton<ICompany>(Company);
        services.AddSingleton<IModelGate>(Model);
        services.AddSingleton<IRelatedWork>(new Memory(this));
        services.AddSingleton<IWorkload>(new Load(Store));
        services.AddSingleton<IDirectory>(new Pool(People, Agents));
        services.AddSingleton<IExecutor>(p => new AgentExecutor(p.GetRequiredService<IDirectory>(), p.GetRequiredService<IModelGate>(), p.GetRequiredService<IToolGate>()));
        services.AddSingleton<ICrashPoints>(new Crash(journal));
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton(new Random(1));
        services.AddSingleton(new Playbooks(Playbooks));
        services.AddSingleton(new ManagerPrompts(ManagerPrompts.Needed.ToImmutableSortedDictionary(s => s, s => new ManagerPrompt(s, 1, $"Do the step {s}.", s))));
        services.AddSingleton(new KnowledgeInForce(new Books(this), TimeZoneInfo.Utc));
        services.AddManagerAgent(new DriverOptions { Node = node, MaxParallelSteps = MaxParallelSteps, StorePatience = StorePatience });
        return new Driving(this, journal, services.BuildServiceProvider());
    }

    public void AddTool(ToolRule rule) => Tools.Tools[rule.Name] = rule;

    public void ChangeTool(string name, Func<ToolRule, ToolRule> change) => Tools.Tools[name] = change(Tools.Tools[name]);

    public static JsonText Rows(IEnumerable<string> suppliers) =>
        JsonText.Parse(new JsonObject { ["rows"] = new JsonArray([.. suppliers.Select(s => new JsonObject { ["supplier"] = s })]) }.ToJsonString());

    /// <summary>What an agent says in its task: what <paramref name="call"/> it makes first, and what it hands in when that came back.</summary>
    public static ModelAnswer Act(WorkflowState state, TaskState task, (string Tool, string Args) call, Func<CallState, string> deliver)
    {
        var last = task.Turn.Items.OfType<TurnItem.Reply>().LastOrDefault(r => r.Calls.Any(c => c.Proposed.Tool == call.Tool));
        return last is null ? ModelDouble.Calls(call)
            : state.Calls[last.Calls[0].Call] is { Status: CallStatus.Refused } refused ? ModelDouble.Text(new JsonObject { ["cannot"] = refused.Refusal }.ToJsonString())
            : ModelDouble.Text(deliver(state.Calls[last.Calls[0].Call]));
    }

    /// <summary>How an agent works when all goes well.</summary>
    public static ModelAnswer Act(ModelQuestion question, WorkflowState state)
    {
        var task = state.Task(question.Task!.Value)!;
        return task.Task.Skill == "analysis"
            ? Act(state, task, ("stock.low", "{}"), call => call.Settled!.Result.Text)
            : Act(state, task, ("orders.create", task.Task.Item.Text), call => call.Status == CallStatus.Succeeded ? """{"order":"done"}""" : """{"cannot":"It did not work."}""");
    }

    public static string Outline(params (string Key, string Skill, string[] Needs, string? ForEach)[] tasks) => new JsonObject
    {
        ["tasks"] = new JsonArray([.. tasks.Select(t => new JsonObject
        {
            ["key"] = t.Key,
            ["title"] = $"Do {t.Key}",
            ["skill"] = t.Skill,
            ["needs"] = new JsonArray([.. t.Needs.Select(n => JsonValue.Create(n))]),
            ["forEach"] = t.ForEach,
        })]),
    }.ToJsonString();

    public static string Detail(string[] tools, string schema, string? check = null, string? review = null) => new JsonObject
    {
        ["instruction"] = "Do it.",
        ["tools"] = new JsonArray([.. tools.Select(t => JsonValue.Create(t))]),
        ["deliverable"] = JsonNode.Parse(schema),
        ["check"] = check is null ? null : JsonNode.Parse(check),
        ["review"] = review,
    }.ToJsonString();

    public const string RowsSchema =
        """{"type":"object","required":["rows"],"properties":{"rows":{"type":"array","items":{"type":"object","additionalProperties":true}}}}""";

    public const string OrderSchema = """{"type":"object","required":["order"],"properties":{"order":{"type":"string"}}}""";

    public static string DetailOf(ModelQuestion question) => question.Messages.OfType<ModelMessage.User>().First().Text.Contains("the task 'find'", StringComparison.Ordinal)
        ? Detail(["stock.low"], RowsSchema, review: "The rows are those of the stock.")
        : Detail(["orders.create"], OrderSchema, """{"tool":"orders.find","args":{"supplier":"$item.supplier"},"is":"size(result.rows) == 1"}""");

    private void AddTools()
    {
        AddTool(new ToolRule("stock.low", true, _ => Rows(Open())));
        AddTool(new ToolRule("stock.open", true, _ => Rows(Open())));
        AddTool(new ToolRule("orders.find", true, args => Rows(Ordered(args))));
        AddTool(new ToolRule("orders.create", false, args => Create(args)) { Cost = _ => 10m, Undo = "orders.cancel" });
    }

    private void AddScripts()
    {
        Model.On("understand", """{"playbook":"restock","outcome":"Everything low is ordered.","constraints":[],"review":null}""");
        Model.On("outline", Outline(("find", "analysis", [], null), ("order", "purchasing", ["find"], "$results.find.rows")));
        Model.On("detail", (question, _) => ModelDouble.Text(DetailOf(question)));
        Model.On("act", Act);
        Model.On("hear", """{"action":"none","answer":"I see."}""");
        Model.On("review", """{"accepted":true,"reasons":[]}""");
    }

    private ImmutableArray<string> Open()
    {
        lock (Orders)
        {
            return [.. Low.Where(s => !Orders.Contains(s))];
        }
    }

    private ImmutableArray<string> Ordered(JsonElement args)
    {
        lock (Orders)
        {
            return [.. Orders.Where(o => o == args.GetProperty("supplier").GetString())];
        }
    }

    private JsonText Create(JsonElement args)
    {
        lock (Orders)
        {
            Orders.Add(args.GetProperty("supplier").GetString()!);
            return JsonText.Parse($$"""{"order":"PO-{{Orders.Count}}"}""");
        }
    }

    private sealed class Memory(House house) : IRelatedWork
    {
        public Task<ImmutableArray<RecalledWork>> RecallAsync(WorkflowState state, CancellationToken cancellationToken) => Task.FromResult(house.Remembered);
    }

    private sealed class Books(House house) : IKnowledge
    {
        public ImmutableArray<KnowledgeSource> Sources => house.Knowledge;

        public ImmutableArray<FoundPassage> Search(KnowledgeQuestion question) => throw new NotSupportedException();
    }

    private sealed class Load(MemoryStore store) : IWorkload
    {
        public Task<int> OpenTasksAsync(Actor executor, WorkflowId except, CancellationToken cancellationToken) => Task.FromResult(store.OpenTasks(executor.Value, except));
    }

    private sealed record Pool(ImmutableArray<Person> People, ImmutableArray<AgentProfile> Agents) : IDirectory;

    private sealed class Crash(MemoryJournal journal) : ICrashPoints
    {
        public void Pass(CrashPoint point, string stream)
        {
            if (journal.DieAtPoint == point)
            {
                journal.Kill();
                throw new KilledException();
            }
        }
    }
}
