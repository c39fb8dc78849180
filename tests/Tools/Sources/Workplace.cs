using System.Collections.Immutable;
using System.Text.RegularExpressions;
using AiManager.Contracts;
using AiManager.Host;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiManager.Tools.Tests;

/// <summary>A company whose tools are those of servers outside, with one workflow under way and the gate before them. What it remembers outlives a restart.</summary>
internal sealed class Workplace : IAsyncDisposable
{
    /// <summary>Everything that is classified may be done, and payments are asked about.</summary>
    public const string Authority = """
        version: 1
        rules:
          - { id: any, effect: allow, tools: ["files.*"] }
          - { id: pay, effect: ask, effects: [spend], approvers: { role: lead } }
        """;

    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "Sources", "faulty.mjs");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal) { ["TOKEN"] = "s3cr3t-t0k3n", ["LEVEL"] = "start" };
    private SourceKeeper? _keeper;
    private int _calls;

    private Workplace() => (Ledger, Log) = (new Ledger(), null!);

    public ManualTime Time { get; } = new();

    public CompanyDouble Company { get; } = new();

    public BlobsDouble Blobs { get; } = new();

    public Said Said { get; } = new();

    public Ledger Ledger { get; }

    public MemoryLog Log { get; private set; }

    public Catalog Catalog { get; private set; } = null!;

    public ToolGate Gate { get; private set; } = null!;

    /// <summary>What the gate asks before it sends something again.</summary>
    public Recheck Recheck { get; private set; } = null!;

    public SourceKeeper Keeper => _keeper!;

    /// <summary>A source named files: the faulty server in a mode, with what the company says of its tools.</summary>
    /// <param name="mode">Of the server, and what follows on its command line.</param>
    /// <param name="tools">Entries below <c>tools</c>, one a line.</param>
    /// <param name="more">Other keys of the source.</param>
    public static string Files(string mode, string tools = "", string more = "idle: 30s") =>
        $"sources:\n  - name: files\n    kind: mcp\n    command: [node, \"{Script}\", {mode}]\n    {more}\n    tools: [{tools.Trim().ReplaceLineEndings(", ")}]\n";

    /// <summary>Opens it, and asks its sources once.</summary>
    public static async Task<Workplace> OpenAsync(string toolsYaml, string authority = Authority)
    {
        var place = new Workplace();
        place.Begin();
        place.Configure(toolsYaml, authority);
        await place.Keeper.AskAllAsync(CancellationToken.None).WaitAsync(Patience);
        return place;
    }

    /// <summary>Opens it without asking anybody.</summary>
    public static Workplace Open(string toolsYaml, string authority = Authority)
    {
        var place = new Workplace();
        place.Begin();
        place.Configure(toolsYaml, authority);
        return place;
    }

    /// <summary>The process ends and another begins, with these files: what the company's stream and the blobs have is all that is left.</summary>
    public async Task RestartAsync(string toolsYaml, string authority = Authority)
    {
        await Keeper.DisposeAsync();
        Configure(toolsYaml, authority);
    }

    /// <summary>A call of the agent's.</summary>
    public ToolCall Call(string tool, string args = "{}") => new(
        PrefixedId.New<CallId>(Time.Now, new Random(9000 + _calls++)), Log.State.Tasks[0].Task.Id, Actor.Agent("purchaser"), "files." + tool, JsonText.Parse(args), Log.State.Tasks[0].Task.Grant);

    /// <summary>Makes it.</summary>
    public Task<CallResult> CallAsync(ToolCall call) => Gate.CallAsync(call, Log, CancellationToken.None).WaitAsync(Patience);

    /// <summary>Makes one and expects that it comes to an end.</summary>
    public async Task<CallResult.Settled> SettleAsync(string tool, string args = "{}") => Assert.IsType<CallResult.Settled>(await CallAsync(Call(tool, args)));

    /// <summary>What rules make of all that was decided here.</summary>
    /// <param name="authority">The rules.</param>
    /// <param name="knowsCompany">Whether what was listed and said of tools is on record.</param>
    public async Task<ReplayReport> ReplayAsync(string authority, bool knowsCompany = true)
    {
        var reader = new ConfigReader();
        var policy = Policy.Bind(Shop.Bundle("sources: []", authority), CompanyTools.Governed(Catalog), new DirectoryDouble(Granted), reader);
        reader.ThrowIfFaulty();
        var replay = PolicyReplay.Under(policy, new ToolsThen(Catalog, Blobs), (_, _) => Task.FromResult<CompanyTools?>(null));
        foreach (var (fact, seq) in Company.Facts.Select((fact, index) => (fact, index + 1)).Where(_ => knowsCompany))
        {
            await replay.AddAsync(CompanyState.Stream, new Recorded(0, seq, Time.Now, Actor.Person("jana"), fact), CancellationToken.None);
        }

        foreach (var recorded in Log.OnDisk)
        {
            await replay.AddAsync(Log.State.Id.ToString(), recorded, CancellationToken.None);
        }

        return replay.Report();
    }

    /// <summary>The standing of a tool.</summary>
    public CatalogRecord Record(string tool) => Assert.Single(Catalog.Records, r => r.Name == "files." + tool);

    /// <summary>Its first source has listed one tool, which takes a text, without being asked.</summary>
    public static void Lists(Catalog catalog, string tool) => catalog.Outside[0].Know(new SourceListing(
        [new ListedTool(tool, "Says it.", JsonText.Parse("""{"type":"object","properties":{"text":{"type":"string"}},"additionalProperties":false}"""), null, ClaimedTraits.None)]));

    /// <summary>A person says what a tool is, as it is now.</summary>
    public Task ClassifyAsync(string tool, string effect) =>
        Company.AppendAsync([new ToolClassified("files." + tool, Record(tool).Digest, effect)], Actor.Person("jana"), CancellationToken.None);

    /// <summary>Waits for something that other threads bring about.</summary>
    public static async Task UntilAsync(Func<bool> holds)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!holds())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, patience.Token);
        }
    }

    public ValueTask DisposeAsync() => Keeper.DisposeAsync();

    private void Begin()
    {
        Log = new MemoryLog(Ledger, Time, PrefixedId.New<WorkflowId>(Time.Now, new Random(5)));
        Ledger.CompanySeq = () => Company.SeqInStore;
        Shop.Begin(Log, Granted);
    }

    private static ImmutableArray<string> Granted { get; } =
        [.. "echo env leak die huge lies hang patient go picture change ask fails picky notes helpful branching new read_text_file write_file list_directory move_file get-sum get-tiny-image get-structured-content trigger-long-running-operation get-env".Split(' ').Select(t => "files." + t), "results.page"];

    private void Configure(string toolsYaml, string authority)
    {
        // One try each, so that a test sees what becomes of it: what is tried again and when is another story.
        var (bundle, reader) = (Shop.Bundle(Regex.Replace(toolsYaml, @"\{ (?=name: [^,]+, effect)", "{ retries: 0, "), authority), new ConfigReader());
        var binder = new CatalogBinder(new SqliteProvider(), _environment.GetValueOrDefault, Time, TimeZoneInfo.Utc, new CrashDouble(), reader, AppContext.BaseDirectory);
        Catalog = binder.Bind(bundle).Follow(Company);
        Catalog.Mention(Granted, []);
        var directory = new DirectoryDouble(Granted);
        var policy = Policy.Bind(bundle, CompanyTools.Governed(Catalog), directory, reader);
        var flows = FlowPolicy.Bind(bundle, Catalog, directory, reader);
        Assert.DoesNotContain(reader.Faults, f => !f.IsWarning);
        var (stops, results) = (new StopList(Company), new Results(Blobs));
        var desk = new FlowDesk(flows, Catalog, results);
        var permits = new Permits(bundle.Hash, policy, (_, _) => Task.FromResult<CompanyTools?>(null));
        var judge = new CallJudge(Catalog, policy, permits, new BudgetDesk(policy, Ledger), new RecordDesk(Ledger), desk, directory, stops, Time, NullLogger<CallJudge>.Instance);
        Recheck = new Recheck(Catalog, policy, desk, stops, Time, NullLogger<Recheck>.Instance);
        var disclosure = new Disclosure(desk, Catalog, directory, new ModelClientDouble(_ => throw new InvalidOperationException("Nobody is asked here.")));
        var runner = new CallRunner(
            Catalog, Recheck, disclosure, results, new LateOutcomes(new OutsideDouble(Log), results, Time, NullLogger<LateOutcomes>.Instance), new CrashDouble(), Time, new ToolLanes(Time, new Random(1)), binder.Words, "EUR", NullLogger<CallRunner>.Instance);
        Gate = new ToolGate(Catalog, judge, runner, stops, results, new CrashDouble(), Time);
        _keeper = new SourceKeeper(Catalog, Company, Blobs, Time, Said);
    }
}

/// <summary>What was logged.</summary>
internal sealed class Said : ILogger<SourceKeeper>
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];

    public ImmutableArray<string> Lines
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>How often something was said.</summary>
    public int Count(string words) => Lines.Count(l => l.Contains(words, StringComparison.Ordinal));

    /// <summary>Waits until it was said so often.</summary>
    public Task UntilAsync(string words, int times = 1) => Workplace.UntilAsync(() => Count(words) >= times);

    /// <summary>Waits until it was said so often, and no more often: what a server says beside its answers comes by another pipe, maybe behind them.</summary>
    public async Task OnlyAsync(string words, int times)
    {
        await UntilAsync(words, times);
        Assert.Equal(times, Count(words));
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lock)
        {
            _lines.Add(formatter(state, exception));
        }
    }
}
