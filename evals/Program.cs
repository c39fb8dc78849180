using AiManager.Evals;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

return args switch
{
    ["authority-bench", .. var rest] => await AuthorityBench.RunAsync(rest, Console.Out, Console.Error, stop.Token),
    ["chaos", .. var rest] => await ChaosCommand.RunAsync(rest, Console.Out, Console.Error, stop.Token),
    [WorkerCommand.Verb] => await WorkerCommand.RunAsync(Console.In, Console.Out),
    ["run", .. var rest] => await RunCommand.RunAsync(rest, Console.Out, Console.Error, stop.Token),
    [] or [['-', ..], ..] => await RunCommand.RunAsync(args, Console.Out, Console.Error, stop.Token),
    _ => Usage.Print(Console.Error, $"There is no '{args[0]}' here."),
};
