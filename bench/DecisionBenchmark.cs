using System.Diagnostics;
using System.Globalization;
using System.Text;
using AiManager.Domain;
using AiManager.Host;
using AiManager.Tools;

namespace AiManager.Bench;

/// <summary>
/// How fast authority decides, on one core: the pure decision on a request whose facts are known, every rule that is about the tool and the agent, with its trace.
/// Rules either spread over many tools, as policies grow, or are all about the one tool that is called, with a limit each that can be looked up; or, the worst case, with a
/// condition that can only be evaluated.
/// </summary>
internal static class DecisionBenchmark
{
    private const int RulesPerTool = 10;

    private static readonly JsonText Args = JsonText.Parse("""{"supplier":"acme","total":4200,"lines":[{"sku":"A-1","quantity":10},{"sku":"B-2","quantity":4}]}""");

    public static int Run(string[] args)
    {
        var options = new Options(args);
        var span = TimeSpan.FromSeconds(options.Number("--seconds", 2.0));
        var passes = options.Count("--passes", 5);
        Console.WriteLine($"One thread, medians of {passes} passes of {span.TotalSeconds} s");
        Console.WriteLine();
        Console.WriteLine("| rules | about the tool | condition | decisions/s | a second of CPU | p50 µs | p99 µs | bytes/decision |");
        Console.WriteLine("|--:|--:|--|--:|--:|--:|--:|--:|");
        foreach (var rules in options.Counts("--rules", 1, 100, 10_000))
        {
            Measure(rules, Math.Max(1, rules / RulesPerTool), isLimit: true, span, passes);
            if (rules > RulesPerTool)
            {
                Measure(rules, 1, isLimit: true, span, passes);
                Measure(rules, 1, isLimit: false, span, passes);
            }
        }

        return 0;
    }

    private static void Measure(int rules, int tools, bool isLimit, TimeSpan span, int passes)
    {
        var folder = Directory.CreateTempSubdirectory("aimanager-bench-");
        try
        {
            Write(folder.FullName, rules, tools, isLimit);
            var company = LoadedCompany.Load(folder.FullName, Path.Combine(folder.FullName, "data"), _ => null);
            var measured = new List<(double PerSecond, double PerCpu, double P50, double P99, double Bytes)>();
            for (var pass = 0; pass <= passes; pass++)
            {
                measured.Add(Pass(company.Tools, span));
            }

            // The first pass also compiles.
            var counted = measured.Skip(1).ToList();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {rules:N0} | {rules / tools:N0} | {(isLimit ? "a limit" : "a text's start")} | {Median(counted.Select(m => m.PerSecond)):N0} | {Median(counted.Select(m => m.PerCpu)):N0} | {Median(counted.Select(m => m.P50)):N1} | {Median(counted.Select(m => m.P99)):N1} | {Median(counted.Select(m => m.Bytes)):N0} |"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static (double PerSecond, double PerCpu, double P50, double P99, double Bytes) Pass(CompanyTools tools, TimeSpan span)
    {
        var tool = tools.Catalog.Find("shop.order0")!;
        var facts = new WhenRecord(new Dictionary<string, WhenValue>(StringComparer.Ordinal));
        var request = new AuthorityRequest(tool.Name, tool.Traits, "buyer", WhenValue.FromJson(Args.ToElement()), facts, null, null, null, TimeProvider.System.GetUtcNow()) { ArgsJson = Args };
        var times = new List<long>(1 << 22);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var (begun, cpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        while (Stopwatch.GetElapsedTime(begun) < span)
        {
            var start = Stopwatch.GetTimestamp();
            if (tools.Policy.Decide(request).Effect != Effect.Allow)
            {
                throw new InvalidOperationException("The policy of the benchmark allows this call.");
            }

            times.Add(Stopwatch.GetTimestamp() - start);
        }

        var (elapsed, used) = (Stopwatch.GetElapsedTime(begun), Environment.CpuUsage.TotalTime - cpu);
        var bytes = (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)times.Count;
        times.Sort();
        return (times.Count / elapsed.TotalSeconds, times.Count / used.TotalSeconds, Micros(times[times.Count / 2]), Micros(times[times.Count * 99 / 100]), bytes);
    }

    private static void Write(string folder, int rules, int tools, bool isLimit)
    {
        File.WriteAllText(Path.Combine(folder, "company.yaml"), "name: Decisions\ncurrency: EUR\ntimeZone: UTC\n");
        File.WriteAllText(Path.Combine(folder, "people.yaml"), "people:\n  - { id: jana, name: Jana, roles: [operator] }\n");
        Directory.CreateDirectory(Path.Combine(folder, "agents"));
        File.WriteAllText(
            Path.Combine(folder, "agents", "buyer.md"),
            $"---\nname: buyer\nskills: [buying]\ntools: [{string.Join(", ", Enumerable.Range(0, tools).Select(t => $"shop.order{t}"))}]\nmodel: default\n---\nYou buy.\n");
        var catalogue = new StringBuilder("sources:\n  - name: shop\n    kind: sql\n    connection: \"Data Source=none.db\"\n    tools:\n");
        for (var tool = 0; tool < tools; tool++)
        {
            catalogue.Append(
                CultureInfo.InvariantCulture,
                $"      - {{ name: order{tool}, effect: spend, parameters: {{ supplier: string, total: number, lines: {{ array: {{ sku: string, quantity: integer }} }} }}, sql: \"select 1\" }}\n");
        }

        File.WriteAllText(Path.Combine(folder, "tools.yaml"), catalogue.ToString());
        var policy = new StringBuilder("version: 1\nrules:\n");
        for (var rule = 0; rule < rules; rule++)
        {
            var condition = isLimit ? FormattableString.Invariant($"args.total > {rule + 5000}") : FormattableString.Invariant($"args.supplier.startsWith(\"s{rule}\")");

            // One rule in each tool's share allows; the others are what a call must pass by.
            policy.Append(
                rule < tools
                    ? $"  - {{ id: r{rule}, effect: allow, agents: [buyer], tools: [shop.order{rule}], when: 'args.total <= 5000' }}\n"
                    : $"  - {{ id: r{rule}, effect: deny, tools: [shop.order{rule % tools}], when: '{condition}' }}\n");
        }

        File.WriteAllText(Path.Combine(folder, "authority.yaml"), policy.ToString());
    }

    private static double Micros(long ticks) => Stopwatch.GetElapsedTime(0, ticks).TotalMicroseconds;

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);
}
