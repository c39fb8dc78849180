using AiManager.Bench;

return args switch
{
    ["goal", .. var rest] => await GoalBenchmark.RunAsync(rest),
    ["journal", .. var rest] => await JournalBenchmark.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.WriteLine(
        """
        dotnet run -c Release --project bench -- NAME

          goal                                 whole goals on a model that answers at once
          journal [--seconds N] [--passes N]   durable events per second beside a raw insert loop, CPU and allocations per event
        """);
    return 2;
}
