using AiManager.Evals;

return args is ["authority-bench", .. var rest]
    ? await AuthorityBench.RunAsync(rest, Console.Out, Console.Error, CancellationToken.None)
    : Usage.Print(Console.Error);
