using AiManager.Bench;

return args switch
{
    ["journal", .. var rest] => await JournalBenchmark.RunAsync(rest),
    ["goal", .. var rest] => await GoalBenchmark.RunAsync(rest),
    ["waiting", .. var rest] => await WaitingBenchmark.RunAsync(rest),
    ["decisions", .. var rest] => DecisionBenchmark.Run(rest),
    ["gate", .. var rest] => await GateBenchmark.RunAsync(rest),
    ["recall", .. var rest] => RecallBenchmark.Run(rest),
    ["places", .. var rest] => await PlacesBenchmark.RunAsync(rest),
    ["openapi", .. var files] => OpenApiBenchmark.Run(files),
    ["pages", .. var rest] => await PagesBenchmark.RunAsync(rest),
    ["streams", .. var rest] => await StreamsBenchmark.RunAsync(rest),
    ["takeover", .. var rest] => await TakeoverBenchmark.RunAsync(rest),
    ["hosts", .. var rest] => await HostsBenchmark.RunAsync(rest),
    [WritersLoad.Verb, .. var rest] => await WritersLoad.ServeAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.WriteLine(
        """
        dotnet run -c Release --project bench -- NAME

          journal [--workflows N,N] [--seconds N] [--passes N]
                                 durable events per second beside a raw insert loop, CPU and allocations per event; on PostgreSQL also beside single inserts
          goal [--goals N]       what a whole goal costs with a model that answers at once
          waiting [--workflows N]
                                 what workflows cost that wait: time of an idle poll, memory, bytes on disk; on PostgreSQL also what a host and the server do then
          hosts [--processes N,N] [--workflows N,N] [--seconds N] [--events-only | --goals-only]
                                 events and goals per second by 1, 2 and 4 processes on one PostgreSQL, beside single inserts
          decisions [--rules N,N] [--seconds N] [--passes N]
                                 decisions of authority per second on one core, with 1, 100 and 10,000 rules
          gate [--calls N] [--passes N]
                                 what the gate costs for each read-only call without the tool's own time: CPU, latency, commits, allocations; beside the bare append
          recall [--vectors N,N] [--dimensions N] [--queries N]
                                 the ten likest of 10k, 100k and 1M vectors on one core, beside the speed of memory; how right, how fast taken in, bytes each
          places [--pgvector CONNECTION] [--vectors N] [--dimensions N] [--queries N] [--remembered N]
                                 the ten likest of 10k vectors in this process and, where it is named, in a PostgreSQL with pgvector; how long the first question to
                                 100,000 entries waits after a start
          openapi FILE…          how long it takes to read OpenAPI documents, and how much of each can be called
          pages [--data DIR] [--workflows N] [--runs N] [--times N]
                                 how long each page and list takes with 10,000 workflows and 100,000 attempts in the store, which is kept in DIR and made once
          streams [--data DIR] [--browsers N] [--seconds N] [--rate N]
                                 500 open pages on one host over the same store: its memory and CPU, from an append to the last of the screens that show it
          takeover [--kills N]   from kill -9 of one of two hosts on one PostgreSQL until the last of its workflows moves again

        journal, waiting, pages and streams run on SQLite unless --postgres is given. PostgreSQL is a server of our own in a temporary folder, for which it must be installed here,
        or the one that --store CONNECTION names, on which databases may be created.
        """);
    return 2;
}
