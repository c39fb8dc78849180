using System.Collections.Immutable;
using AiManager.Contracts;
using AiManager.Host;
using AiManager.Memory;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiManager.Tools.Tests;

/// <summary>A small company on a real database, with one workflow under way and the gate before its tools.</summary>
internal sealed class Shop : IDisposable
{
    public const string Tools = """
        sources:
          - name: erp
            kind: sql
            connection: "Data Source=${world}"
            tools:
              - { name: prices, effect: observe, sql: "select sku, supplier, price from quotes order by id" }
              - { name: many, effect: observe, parameters: { rows: integer }, sql: "with n(i) as (select 1 union all select i + 1 from n where i < :rows) select i, 'a line that takes its room in every result' as text from n" }
              - name: order
                description: Orders.
                effect: spend
                parameters: { supplier: string, sku: string, quantity: integer, note: string? }
                money: facts.total
                facts: { total: { type: number, sql: "select :quantity * price from quotes where sku = :sku and supplier = :supplier" } }
                precondition: { sql: "select 1 from quotes where sku = :sku and supplier = :supplier and valid_until >= :today", reason: The quote has expired. }
                undo: cancel
                sql: |
                  insert into orders (supplier, sku, quantity, total, note, key) select :supplier, :sku, :quantity, :quantity * price, :note, :key from quotes where sku = :sku and supplier = :supplier;
                  select id, total, note from orders where key = :key
              - { name: cancel, effect: write-irreversible, parameters: { id: integer }, sql: "delete from orders where id = :id returning id" }
        """;

    public const string Authority = """
        version: 1
        rules:
          - { id: read, effect: allow, tools: ["erp.*"], when: tool.readOnly }
          - { id: small, effect: allow, agents: [purchaser], tools: [erp.order], when: facts.total <= 5000 }
          - { id: large, effect: ask, tools: [erp.order], when: facts.total > 5000, approvers: { role: lead } }
          - { id: huge, effect: ask, tools: [erp.order], when: facts.total > 50000, approvers: { all: [ { role: lead }, { role: cfo } ] } }
          - { id: banned, effect: deny, tools: [erp.order], when: 'args.supplier == "shady"', reason: Not from them. }
          - { id: others, effect: allow, agents: [purchaser], tools: ["test.*", people.escalate] }
        budgets:
          - { id: per-day, scope: company, per: 1d, money: 100000, approvers: { role: cfo } }
          - { id: per-supplier, scope: company, per: 1d, key: args.supplier, money: 5000, approvers: { role: lead } }
        """;

    private const string World = """
        create table quotes (id integer primary key, sku text, supplier text, price real, valid_until text);
        insert into quotes (sku, supplier, price, valid_until) values
          ('bolt', 'acme', 10, date(:today, '+5 days')), ('motor', 'acme', 620, date(:today, '+5 days')), ('plant', 'acme', 61000, date(:today, '+5 days')),
          ('bolt', 'shady', 1, date(:today, '+5 days')), ('relic', 'acme', 10, date(:today, '-1 day')), ('gift', 'acme', null, date(:today, '+5 days'));
        create table orders (id integer primary key, supplier text, sku text, quantity integer check (quantity > 0), total real, note text, key text unique);
        create table aimanager_effects (key text primary key, result text, at text);
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("aimanager-shop-").FullName;
    private int _calls;

    private Shop()
    {
    }

    public required ManualTime Time { get; init; }

    public required Ledger Ledger { get; init; }

    public CrashDouble Crash { get; } = new();

    public CompanyDouble Company { get; } = new();

    public BlobsDouble Blobs { get; } = new();

    /// <summary>The models of the company's agents; the first is the default.</summary>
    public ModelClientDouble Models { get; } = new(_ => throw new InvalidOperationException("Nobody is asked here."));

    /// <summary>What can be done without the lease.</summary>
    public OutsideDouble Outside => new(Log);

    public required MemoryLog Log { get; init; }

    public ToolGate Gate { get; private set; } = null!;

    /// <summary>What the gate asks before it sends something again.</summary>
    public Recheck Recheck { get; private set; } = null!;

    /// <summary>Looks at an edit before it is taken.</summary>
    public EditCheck Edits { get; private set; } = null!;

    public Catalog Catalog { get; private set; } = null!;

    public Policy Policy { get; private set; } = null!;

    /// <summary>Answers what would be decided; facts are what a test or the world says.</summary>
    public AuthorityDesk Desk { get; private set; } = null!;

    public TaskId Task => Log.State.Tasks[0].Task.Id;

    private string Path => System.IO.Path.Combine(_folder, "world.db");

    /// <summary>Secrets that no result and no error may show.</summary>
    public SecretWords Words { get; private init; } = new();

    public ToolLanes Lanes { get; private set; } = null!;

    public static Task<Shop> OpenAsync(params Tool[] tools) => OpenAsync(new SecretWords(), tools);

    public static async Task<Shop> OpenAsync(SecretWords words, params Tool[] tools)
    {
        var time = new ManualTime();
        var ledger = new Ledger();
        var shop = new Shop { Words = words, Time = time, Ledger = ledger, Log = new MemoryLog(ledger, time, PrefixedId.New<WorkflowId>(time.Now, new Random(1))) };
        await Worlds.EnsureAsync(new SqliteProvider(), SqliteProvider.NewFile, shop.Path, World, time.Now, TimeZoneInfo.Utc, CancellationToken.None);
        shop.Configure(Tools, Authority, tools);
        Begin(shop.Log, shop.Names(tools));
        return shop;
    }

    /// <summary>Another workflow on the same ledgers.</summary>
    public MemoryLog Another(int seed) => SetOff(seed, null);

    /// <summary>Another workflow, which others led to.</summary>
    public MemoryLog SetOff(int seed, Ancestry? ancestry)
    {
        var log = new MemoryLog(Ledger, Time, PrefixedId.New<WorkflowId>(Time.Now, new Random(seed)));
        Begin(log, Names([]), ancestry: ancestry);
        return log;
    }

    /// <summary>Another workflow, in shadow.</summary>
    public MemoryLog Rehearsal()
    {
        var log = new MemoryLog(Ledger, Time, PrefixedId.New<WorkflowId>(Time.Now, new Random(77)));
        Begin(log, Names([]), isShadow: true);
        return log;
    }

    /// <summary>Other files come into force.</summary>
    public void Configure(string toolsYaml, string authorityYaml, params Tool[] tools) => Configure(Bundle(toolsYaml, authorityYaml), tools);

    /// <summary>Other files come into force, as another configuration than the workflow began under.</summary>
    public void Activate(string authorityYaml, string hash = "today") => Configure(Bundle(Tools, authorityYaml) with { Hash = hash }, []);

    private void Configure(CompanyBundle bundle, IReadOnlyCollection<Tool> tools)
    {
        var reader = new ConfigReader();
        var bound = new CatalogBinder(new SqliteProvider(), name => name == "world" ? Path : null, Time, TimeZoneInfo.Utc, Crash, reader).Bind(bundle);
        Catalog = new Catalog(bound.Tools.Concat(tools), []);
        var directory = new DirectoryDouble([.. Catalog.Tools.Select(t => t.Name)]);
        var policy = Policy.Bind(bundle, CompanyTools.Governed(Catalog), directory, reader);
        Policy = policy;
        Assert.DoesNotContain(reader.Faults, f => !f.IsWarning);
        Ledger.CompanySeq = () => Company.SeqInStore;
        var (stops, results) = (new StopList(Company), new Results(Blobs));
        var flows = FlowPolicy.Bind(bundle, Catalog, directory, reader);
        Assert.DoesNotContain(reader.Faults, f => !f.IsWarning);
        var desk = new FlowDesk(flows, Catalog, results);
        Desk = new AuthorityDesk(
            policy, flows, Catalog, CompanyTools.Governed(Catalog), async (tool, args, token) => (await FactReader.ReadAsync(Catalog.Find(tool)!, args, Time, token)).Json, Time, stops);
        var judge = new CallJudge(Catalog, policy, new Permits(bundle.Hash, policy, EarlierAsync), new BudgetDesk(policy, Ledger), new RecordDesk(Ledger), desk, directory, stops, Time, NullLogger<CallJudge>.Instance);
        Recheck = new Recheck(Catalog, policy, desk, stops, Time, NullLogger<Recheck>.Instance);
        var late = new LateOutcomes(Outside, results, Time, NullLogger<LateOutcomes>.Instance);
        Lanes = new ToolLanes(Time, new Random(1));
        var runner = new CallRunner(Catalog, Recheck, new Disclosure(desk, Catalog, directory, Models), results, late, Crash, Time, Lanes, Words, "EUR", NullLogger<CallRunner>.Instance);
        Edits = new EditCheck(judge, Time);
        Gate = new ToolGate(Catalog, judge, runner, stops, results, Crash, Time);
    }

    /// <summary>Files that were in force before, by the digest of their configuration.</summary>
    public Dictionary<string, (string Tools, string Authority)> Earlier { get; } = [];

    private Task<CompanyTools?> EarlierAsync(string hash, CancellationToken cancellationToken)
    {
        if (!Earlier.TryGetValue(hash, out var files))
        {
            return System.Threading.Tasks.Task.FromResult<CompanyTools?>(null);
        }

        return System.Threading.Tasks.Task.FromResult<CompanyTools?>(Bound(files.Tools, files.Authority, hash));
    }

    /// <summary>The company of other files, on this database; it does not come into force.</summary>
    public CompanyTools Bound(string toolsYaml, string authorityYaml, string hash = "hash")
    {
        var (bundle, reader) = (Bundle(toolsYaml, authorityYaml) with { Hash = hash }, new ConfigReader());
        var tools = CompanyTools.Bind(
            bundle, new CatalogBinder(new SqliteProvider(), name => name == "world" ? Path : null, Time, TimeZoneInfo.Utc, Crash, reader), new DirectoryDouble([.. Catalog.Tools.Select(t => t.Name)]), "EUR", reader);
        reader.ThrowIfFaulty();
        return tools;
    }

    public static CompanyBundle Bundle(string tools, string authority)
    {
        var faults = ImmutableArray.CreateBuilder<ConfigFault>();
        var documents = new Dictionary<string, ConfigNode.Map>
        {
            ["tools.yaml"] = YamlText.Read("tools.yaml", tools, 1, faults)!,
            ["authority.yaml"] = YamlText.Read("authority.yaml", authority, 1, faults)!,
        };
        Assert.Empty(faults);
        return new CompanyBundle(
            "hash", documents.ToImmutableSortedDictionary(StringComparer.Ordinal), ImmutableSortedDictionary<string, ConfigPage>.Empty, ImmutableSortedDictionary<string, string>.Empty.Add("authority.yaml", authority));
    }

    /// <summary>What a policy makes of all that was decided here.</summary>
    /// <param name="policy">The other policy.</param>
    /// <param name="asWritten">What an earlier release would have written instead; null for what stands there.</param>
    public async Task<ReplayReport> ReplayAsync(Policy policy, Func<WorkflowEvent, WorkflowEvent>? asWritten = null)
    {
        var replay = PolicyReplay.Under(policy, new ToolsThen(Catalog, Blobs), EarlierAsync);
        foreach (var recorded in Log.OnDisk)
        {
            await replay.AddAsync(Log.State.Id.ToString(), recorded with { Event = asWritten?.Invoke(recorded.Event) ?? recorded.Event }, CancellationToken.None);
        }

        return replay.Report();
    }

    public ToolCall Call(string tool, string args) => new(
        PrefixedId.New<CallId>(Time.Now, new Random(1000 + _calls++)), Task, Actor.Agent("purchaser"), tool, JsonText.Parse(args), Log.State.Tasks[0].Task.Grant);

    public ToolCall Order(int quantity, string sku = "bolt", string supplier = "acme") =>
        Call("erp.order", $$"""{"supplier":"{{supplier}}","sku":"{{sku}}","quantity":{{quantity}}}""");

    public Task<CallResult> CallAsync(ToolCall call) => Gate.CallAsync(call, Log, CancellationToken.None);

    public void Approve(ToolCall call, params (string Person, string Role)[] people)
    {
        var approval = Log.State.Calls[call.Call].Approval!.Value;
        foreach (var (person, role) in people)
        {
            Log.Add(Actor.Person(person), new SeatFilled(approval, role, person, "api", null));
        }

        Log.Add(Actor.Person(people[^1].Person), new ApprovalDecided(approval, people[^1].Person, "api", ApprovalVerdict.Approved, null));
    }

    /// <summary>Nothing is suspended any more, and what was held for it goes on.</summary>
    public void Lift()
    {
        Company.Lift();
        Log.Add(Actor.System, Company.State.Released(Log.State));
    }

    public EscalationId Answer(string choice)
    {
        var open = Assert.Single(Log.State.Escalations.Values, e => e.Choice is null).Raised.Escalation;
        Log.Add(Actor.Person("jana"), new EscalationAnswered(open, choice, null));
        return open;
    }

    /// <summary>The database as somebody else changes or reads it.</summary>
    public long Sql(string sql)
    {
        SystemSqlite.Init();
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // a test's own text
        command.CommandText = sql;
#pragma warning restore CA2100
        return Convert.ToInt64(command.ExecuteScalar() ?? 0L);
    }

    public long Orders => Sql("select count(*) from orders");

    public CallDecided Decided(ToolCall call) => Log.State.Calls[call.Call].Decided!;

    public static Tool Double(string name, IToolImplementation implementation, EffectClass effect = EffectClass.WriteIrreversible, bool idempotent = false, string version = "1")
    {
        JsonSchema.TryLoad(JsonText.Parse("""{"type":"object"}"""), out var schema, out _);
        var info = new ToolInfo("test." + name, name, effect, JsonText.Parse("""{"type":"object"}"""), version, TimeSpan.FromSeconds(30))
        {
            IsReadOnly = effect == EffectClass.Observe,
            IsIdempotent = idempotent,
        };
        return new Tool(info, schema!, implementation) { ArgsType = new WhenType.Dynamic() };
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    private ImmutableArray<string> Names(IEnumerable<Tool> tools) =>
        ["erp.prices", "erp.many", "erp.order", "erp.tell", "people.escalate", "erp.nothing", .. tools.Select(t => t.Name)];

    /// <summary>A workflow with one task under way.</summary>
    public static void Begin(MemoryLog log, ImmutableArray<string> tools, bool isShadow = false, Ancestry? ancestry = null)
    {
        var id = PrefixedId.Derive<TaskId>(log.State.Id.Value, "order");
        var contract = new DeliverableContract(JsonText.Parse("""{"type":"object"}"""), null, null);
        var task = new WorkTask(id, "order", "Order", "Order.", [], "purchasing", contract, new Grant(tools), null, null, JsonText.Null, null, Risk.High);
        log.Add(
            Actor.Manager,
            new GoalSubmitted(new PrivateText("jana", "Order."), "jana", null, null, JsonText.EmptyObject, null, null, null, "hash", ancestry?.Workflows[0], 0) { Ancestry = ancestry },
            new ContractAgreed(new Contract("Ordered.", [], [], null, null), null, null, "manager"));
        if (isShadow)
        {
            log.Add(Actor.Manager, new ShadowBegun("order"));
        }

        log.Add(
            Actor.Manager,
            new PlanAdopted(new Plan(1, [task])),
            new TaskAssigned(id, new Executor(Actor.Agent("purchaser")), "default", new TurnLimits(), "skill"));
    }
}
