namespace AiManager.Bench;

/// <summary>A benchmark as the command line has it.</summary>
/// <param name="Name">Its word.</param>
/// <param name="Usage">Its options, as <see cref="Options.Fault"/> reads them.</param>
/// <param name="About">What it measures.</param>
/// <param name="RunAsync">Runs it, with options that it knows.</param>
internal sealed record Benchmark(string Name, string Usage, string About, Func<string[], Task<int>> RunAsync)
{
    private const string Server = " [--postgres] [--store CONNECTION]";
    private const string Filled = "[--data DIR] [--workflows N] [--runs N] [--keep]";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Benchmark> All { get; } =
    [
        new("journal", "[--workflows N,N] [--seconds N] [--passes N]" + Server,
            "durable events per second beside a raw insert loop, CPU and allocations per event; on PostgreSQL also beside single inserts", JournalBenchmark.RunAsync),
        new("goal", "[--goals N]", "what a whole goal costs with a model that answers at once", GoalBenchmark.RunAsync),
        new("waiting", "[--workflows N]" + Server,
            "what workflows cost that wait: time of an idle poll, memory, bytes on disk; on PostgreSQL also what a host and the server do then", WaitingBenchmark.RunAsync),
        new("hosts", "[--processes N,N] [--workflows N,N] [--seconds N] [--events-only] [--goals-only] [--store CONNECTION]",
            "events and goals per second by 1, 2 and 4 processes on one PostgreSQL, beside single inserts", HostsBenchmark.RunAsync),
        new("decisions", "[--rules N,N] [--seconds N] [--passes N]",
            "decisions of authority per second on one core, with 1, 100 and 10,000 rules", args => Task.FromResult(DecisionBenchmark.Run(args))),
        new("gate", "[--calls N] [--passes N]",
            "what the gate costs for each read-only call without the tool's own time: CPU, latency, commits, allocations; beside the bare append", GateBenchmark.RunAsync),
        new("recall", "[--vectors N,N] [--dimensions N] [--queries N]",
            "the ten likest of 10k, 100k and 1M vectors on one core, beside the speed of memory; how right, how fast taken in, bytes each", args => Task.FromResult(RecallBenchmark.Run(args))),
        new("places", "[--pgvector CONNECTION] [--vectors N] [--dimensions N] [--queries N] [--remembered N]",
            "the ten likest of 10k vectors in this process and, where it is named, in a PostgreSQL with pgvector; how long the first question to 100,000 entries waits after a start",
            PlacesBenchmark.RunAsync),
        new("openapi", "FILE…", "how long it takes to read OpenAPI documents, and how much of each can be called", args => Task.FromResult(OpenApiBenchmark.Run(args))),
        new("pages", Filled + " [--times N] [--only TEXT] [--after N]" + Server,
            "how long each page and list takes with 10,000 workflows and 100,000 attempts in the store, which is kept in DIR and made once, and with --keep in the server that --store names too",
            PagesBenchmark.RunAsync),
        new("streams", Filled + " [--browsers N] [--seconds N] [--rate N]" + Server,
            "500 open pages on one host over the same store: its memory and CPU, from an append to the last of the screens that show it", StreamsBenchmark.RunAsync),
        new("takeover", "[--kills N] [--store CONNECTION]", "from kill -9 of one of two hosts on one PostgreSQL until the last of its workflows moves again", TakeoverBenchmark.RunAsync),
    ];

    /// <summary>How it is asked for.</summary>
    public string Line => $"dotnet run -c Release --project bench -- {Name} {Usage}";
}
