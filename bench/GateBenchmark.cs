using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using AiManager.Domain;
using AiManager.Host;
using AiManager.ManagerAgent;
using AiManager.Memory;
using AiManager.Tools;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiManager.Bench;

/// <summary>
/// What the gate costs for each read-only call: decide, reserve, journal, settle, on SQLite with its commits on disk, without the tool's own time (it answers at
/// once). One agent calls one call after the other, as a turn does. Beside it the bare appends of what the gate wrote (the same events, with the same reservations behind the
/// same guards), so that the gate's share can be told from the journal's; and both once more on a log that is only folded, where the gate's share stands alone. The four take
/// turns, workflow by workflow, so that what else the machine does falls on all of them.
/// </summary>
internal static class GateBenchmark
{
    /// <summary>The configuration that every workflow here began under: the one in force, as it nearly always is.</summary>
    private const string Began = "hash";

    /// <summary>Calls of one workflow; then the next begins, as no agent makes more.</summary>
    private const int CallsPerWorkflow = 50;

    private const string Tools = "sources: []\n";

    private const string Authority = """
        version: 1
        rules:
          - { id: read, effect: allow, tools: ["bench.*"], when: tool.readOnly }
          - { id: not-these, effect: deny, tools: ["bench.*"], when: 'args.customer == "nobody"', reason: Not theirs. }
        budgets:
          - { id: per-goal, scope: workflow, toolCalls: 1000000, onExceeded: deny }
        """;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var options = new Options(arguments);
        var (calls, passes) = (options.Count("--calls", 5000), options.Count("--passes", 3));
        var folder = Directory.CreateTempSubdirectory("aimanager-bench-").FullName;
        try
        {
            await using var store = SqliteStore.Open(Path.Combine(folder, "data"), new SqliteStoreOptions());
            using var stream = new CompanyStream(store.Journal, store.Envelopes, TimeProvider.System);
            var gate = Gate(folder, store, stream);
            using var commits = new Commits();
            var random = new Random(calls);
            var written = await RecordAsync(store, gate, random);

            // The first calls also compile, and what is called often is compiled twice.
            await PassAsync(store, gate, written, commits, random, 2000);
            Console.WriteLine($"CPU of the process; medians over workflows of {CallsPerWorkflow} calls");
            Console.WriteLine();
            Console.WriteLine("| | calls | CPU µs/call | mean | p50 µs | p99 µs | commits/call | KiB/call |");
            Console.WriteLine("|--|--:|--:|--:|--:|--:|--:|--:|");
            for (var pass = 0; pass < passes; pass++)
            {
                foreach (var (what, measured) in await PassAsync(store, gate, written, commits, random, calls))
                {
                    Print(what, measured);
                }
            }

            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Print(string what, Measured m) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"| {what} | {m.Times.Count:N0} | {m.Median:N1} | {m.Mean:N1} | {m.Time(50):N0} | {m.Time(99):N0} | {m.Commits / (double)m.Times.Count:N2} | {m.Bytes / 1024.0 / m.Times.Count:N1} |"));

    /// <summary>What the gate writes for one call after the other, call by call.</summary>
    private static async Task<(WorkflowId Workflow, ImmutableArray<ImmutableArray<RecordedCalls.Written>> Calls)> RecordAsync(MemoryStore store, ToolGate gate, Random random)
    {
        using var session = await BeginAsync(store, random);
        var log = new RecordedCalls(session);
        var calls = ImmutableArray.CreateBuilder<ImmutableArray<RecordedCalls.Written>>();
        for (var i = 0; i < CallsPerWorkflow; i++)
        {
            var before = log.All.Count;
            await CallAsync(gate, log, CallOf(log.State, i));
            calls.Add([.. log.All.Skip(before)]);
        }

        return (session.State.Id, calls.ToImmutable());
    }

    private static async Task<ImmutableArray<(string What, Measured Measured)>> PassAsync(
        MemoryStore store, ToolGate gate, (WorkflowId Workflow, ImmutableArray<ImmutableArray<RecordedCalls.Written>> Calls) written, Commits commits, Random random, int calls)
    {
        var (through, bare, alone, folded) = (new Measured(), new Measured(), new Measured(), new Measured());
        for (var done = 0; done < calls; done += CallsPerWorkflow)
        {
            using (var session = await BeginAsync(store, random))
            {
                await RunAsync(session, gate, written, commits, through);
            }

            using (var session = await BeginAsync(store, random))
            {
                await RunAsync(session, null, written, commits, bare);
            }

            using (var session = await BeginAsync(store, random))
            {
                await RunAsync(new FoldingLog(session.State, TimeProvider.System), gate, written, commits, alone);
                await RunAsync(new FoldingLog(session.State, TimeProvider.System), null, written, commits, folded);
            }
        }

        return [("through the gate", through), ("bare appends", bare), ("the gate, only folded", alone), ("bare, only folded", folded)];
    }

    private static async Task RunAsync(
        IWorkflowLog log, ToolGate? gate, (WorkflowId Workflow, ImmutableArray<ImmutableArray<RecordedCalls.Written>> Calls) written, Commits commits, Measured measured)
    {
        var calls = Enumerable.Range(0, CallsPerWorkflow).Select(i => CallOf(log.State, i)).ToList();
        var bare = calls.Select((c, i) => written.Calls[i].Select(w => RecordedCalls.Of(w, written.Workflow, log.State.Tasks[0].Task, log.State.Id, c.Call)).ToList()).ToList();
        var (before, allocated, cpu) = (commits.Count, GC.GetTotalAllocatedBytes(precise: true), Environment.CpuUsage.TotalTime);
        for (var i = 0; i < calls.Count; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            if (gate is not null)
            {
                await CallAsync(gate, log, calls[i]);
            }
            else
            {
                foreach (var append in bare[i])
                {
                    await append.AppendAsync(log, calls[i].Caller);
                }
            }

            measured.Times.Add(Stopwatch.GetElapsedTime(begun).TotalMicroseconds);
        }

        measured.Cpu.Add((Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / calls.Count);
        measured.Bytes += GC.GetTotalAllocatedBytes(precise: true) - allocated;
        measured.Commits += commits.Count - before;
    }

    private static ToolCall CallOf(WorkflowState state, int number)
    {
        var task = state.Tasks[0].Task;
        var id = PrefixedId.Derive<CallId>(state.Id.Value, number.ToString(CultureInfo.InvariantCulture));
        return new ToolCall(id, task.Id, Actor.Agent("purchaser"), "bench.look", JsonText.Parse("""{"customer":"acme","limit":10}"""), task.Grant);
    }

    private static async Task CallAsync(ToolGate gate, IWorkflowLog log, ToolCall call)
    {
        if (await gate.CallAsync(call, log, CancellationToken.None) is not CallResult.Settled and var result)
        {
            throw new InvalidOperationException($"The policy of the benchmark allows this call: {result}");
        }
    }

    private static ToolGate Gate(string folder, MemoryStore store, ICompany company)
    {
        var place = Path.Combine(folder, "company");
        Directory.CreateDirectory(Path.Combine(place, "agents"));
        File.WriteAllText(Path.Combine(place, "company.yaml"), "name: Gate\ncurrency: EUR\ntimeZone: UTC\n");
        File.WriteAllText(Path.Combine(place, "people.yaml"), "people:\n  - { id: jana, name: Jana, roles: [operator] }\n");
        File.WriteAllText(Path.Combine(place, "tools.yaml"), Tools);
        File.WriteAllText(Path.Combine(place, "authority.yaml"), "version: 1\nrules: []\n");
        var loaded = LoadedCompany.Load(place, Path.Combine(folder, "data"), _ => null);
        var schema = JsonText.Parse("""{"type":"object","properties":{"customer":{"type":"string"},"limit":{"type":"integer"}},"required":["customer"],"additionalProperties":false}""");
        if (!JsonSchema.TryLoad(schema, out var read, out _))
        {
            throw new InvalidOperationException("The benchmark's own schema is sound.");
        }

        var info = new ToolInfo("bench.look", "Looks.", EffectClass.Observe, schema, "1", TimeSpan.FromSeconds(30)) { IsReadOnly = true };
        var tool = new Tool(info, read, new AtOnce()) { ArgsType = ParameterReader.TypeOf(System.Text.Json.Nodes.JsonNode.Parse(schema.Text)) };
        var catalog = new Catalog([tool], []);
        var faults = ImmutableArray.CreateBuilder<ConfigFault>();
        var bundle = loaded.Bundle with
        {
            Documents = loaded.Bundle.Documents.SetItem("authority.yaml", YamlText.Read("authority.yaml", Authority, 1, faults)!),
            Texts = loaded.Bundle.Texts.SetItem("authority.yaml", Authority),
        };
        var directory = new OneAgent(new AgentProfile("purchaser", [], [info.Name], "default", new TurnLimits(), string.Empty));
        var reader = new ConfigReader();
        var policy = Policy.Bind(bundle, CompanyTools.Governed(catalog), directory, reader);
        var flows = FlowPolicy.Bind(bundle, catalog, directory, reader);
        reader.ThrowIfFaulty();
        var (stops, results, time) = (new StopList(company), new Results(store.Blobs), TimeProvider.System);
        var desk = new FlowDesk(flows, catalog, results);
        var permits = new Permits(Began, policy, (_, _) => Task.FromResult<CompanyTools?>(null));
        var judge = new CallJudge(
            catalog, policy, permits, new BudgetDesk(policy, store.ReadModels), new RecordDesk(store.ReadModels), desk, directory, stops, time, NullLogger<CallJudge>.Instance);
        var late = new LateOutcomes(new Nobody(), results, time, NullLogger<LateOutcomes>.Instance);
        var runner = new CallRunner(
            catalog,
            new Recheck(catalog, policy, desk, stops, time, NullLogger<Recheck>.Instance),
            new Disclosure(desk, catalog, directory, new NoModels()),
            results,
            late,
            NoCrashPoints.Instance, time, new ToolLanes(time, new Random(1)), new SecretWords(), "EUR", NullLogger<CallRunner>.Instance);
        return new ToolGate(catalog, judge, runner, stops, results, NoCrashPoints.Instance, time);
    }

    /// <summary>A workflow with one task under way.</summary>
    private static async Task<WorkflowSession> BeginAsync(MemoryStore store, Random ids)
    {
        var now = EventHash.Cut(TimeProvider.System.GetUtcNow());
        var id = PrefixedId.New<WorkflowId>(now, ids);
        var events = new EventStream(store.Journal, store.Envelopes);
        var submitted = new Recorded(0, 1, now, Actor.Manager, new GoalSubmitted(new PrivateText("jana", "Look."), "jana", null, null, JsonText.EmptyObject, null, null, null, Began, null, 0));
        var row = new WorkflowRow(id, "Look.", "jana", "planning", null, null, 0, now, now, 0, 0);
        await store.Journal.AppendAsync(
            new AppendRequest(id.ToString(), 0, null, [await events.SealAsync(submitted, string.Empty, CancellationToken.None)], [], [new ReadModelChange.PutWorkflow(row)]), CancellationToken.None);
        var claim = await store.Journal.ClaimAsync("bench", now, TimeSpan.FromMinutes(30), id.ToString(), CancellationToken.None) ?? throw new InvalidOperationException("Nobody else drives it.");
        var session = await WorkflowSession.OpenAsync(store.Journal, events, TimeProvider.System, claim, CancellationToken.None);
        var task = PrefixedId.Derive<TaskId>(id.Value, "look");
        var work = new WorkTask(
            task, "look", "Look", "Look.", [], "purchasing", new DeliverableContract(JsonText.Parse("""{"type":"object"}"""), null, null), new Grant(["bench.look"]), null, null, JsonText.Null, null, Risk.Low);
        await session.AppendAsync(
            [
                new ContractAgreed(new Contract("Looked.", [], [], null, null), null, null, "manager"),
                new PlanAdopted(new Plan(1, [work])),
                new TaskAssigned(task, new Executor(Actor.Agent("purchaser")), "default", new TurnLimits(), "skill"),
            ],
            [],
            Actor.Manager,
            CancellationToken.None);
        return session;
    }

    private sealed class Measured
    {
        /// <summary>Microseconds of each call, by the clock.</summary>
        public List<double> Times { get; } = [];

        /// <summary>Microseconds of the process's CPU for each call, one figure for each workflow.</summary>
        public List<double> Cpu { get; } = [];

        public long Bytes { get; set; }

        public long Commits { get; set; }

        public double Median => Cpu.Order().ElementAt(Cpu.Count / 2);

        public double Mean => Cpu.Average();

        public double Time(int percent) => Times.Order().ElementAt(Times.Count * percent / 100);
    }

    /// <summary>A tool without a time of its own.</summary>
    private sealed class AtOnce : IToolImplementation
    {
        public static readonly JsonText Answer = JsonText.Parse("""{"rows":[{"sku":"A-1","quantity":10},{"sku":"B-2","quantity":4}]}""");

        ValueTask<bool> IToolImplementation.StoresKeysAsync(CancellationToken cancellationToken) => ValueTask.FromResult(false);

        Task<ToolOutput> IToolImplementation.InvokeAsync(StartedIntent intent, CancellationToken cancellationToken) => Task.FromResult<ToolOutput>(new ToolOutput.Done(Answer, []));
    }

    /// <summary>No model is told anything here.</summary>
    private sealed class NoModels : IModelClient
    {
        public ImmutableArray<ModelInfo> Models => [];

        public Task<ModelAnswer> AskAsync(ModelQuestion question, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    /// <summary>Nothing is told late here.</summary>
    private sealed class Nobody : IWorkflowOutside
    {
        public Task<OutsideResult> AppendAsync(WorkflowId workflow, Func<WorkflowState, OutsideDecision> decide, Actor actor, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<WorkflowState?> ReadAsync(WorkflowId workflow, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Dictionary<WorkflowId, WorkflowState>> ReadEachAsync(IEnumerable<WorkflowId> ids, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    /// <summary>Counts the store's commits.</summary>
    private sealed class Commits : IDisposable
    {
        private readonly MeterListener _listener = new();
        private long _count;

        public Commits()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "aimanager.journal.commit.writes")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<int>((_, _, _, _) => Interlocked.Increment(ref _count));
            _listener.Start();
        }

        public long Count => Interlocked.Read(ref _count);

        public void Dispose() => _listener.Dispose();
    }

    /// <summary>One agent, who has the tool; nobody is asked anything.</summary>
    private sealed class OneAgent(AgentProfile agent) : IDirectory
    {
        public ImmutableArray<Person> People { get; } = [];

        public ImmutableArray<AgentProfile> Agents { get; } = [agent];
    }
}
