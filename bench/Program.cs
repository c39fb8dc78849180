using AiManager.Bench;

return args switch
{
    ["goal", .. var rest] => await GoalBenchmark.RunAsync(rest),
    _ => 2,
};
