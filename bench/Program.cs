using AiManager.Bench;

return args switch
{
    ["journal", .. var rest] => await JournalBenchmark.RunAsync(rest),
    ["goal", .. var rest] => await GoalBenchmark.RunAsync(rest),
    ["waiting", .. var rest] => await WaitingBenchmark.RunAsync(rest),
    ["takeover", .. var rest] => await TakeoverBenchmark.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.WriteLine(
        """
        dotnet run -c Release --project bench -- NAME

          journal [--seconds N] [--passes N] [--store CONNECTION]
                                               durable events per second beside a raw insert loop, CPU and allocations per event
          goal [--goals N]                     what a whole goal costs with a model that answers at once
          waiting [--workflows N]              what workflows cost that wait: time of an idle poll, memory, bytes on disk
          takeover --store CONNECTION [--kills N]
                                               from kill -9 of one of two hosts until the last of its workflows moves again
        """);
    return 2;
}
