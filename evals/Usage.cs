namespace AiManager.Evals;

/// <summary>What the command line takes.</summary>
internal static class Usage
{
    public const int Wrong = 2;

    public static int Print(TextWriter errors, string? problem = null)
    {
        if (problem is not null)
        {
            errors.WriteLine(problem);
        }

        errors.WriteLine("""
            Usage: dotnet run --project evals -- [run] [--suite NAME]… [--case PART] [--out DIR] [--parallel N] [--fresh]
                                                 [--model-url URL --model NAME] [--compare results.json] [--baseline FILE [--write-baseline]] [--mutants] [--control]
                                                 [--seed N] [--requests-per-minute N] [--tokens-per-minute N] [--concurrency N]
                                                 [--record DIR | --replay DIR] [--prompts DIR]
                   dotnet run --project evals -- chaos [--workflows N] [--rate SHARE] [--seed N] [--serial | --mutants] [--out DIR] [--model-url URL --model NAME]
                   dotnet run --project evals -- authority-bench --data DIR [--suite NAME]… [--flips] [--out DIR]
            """);
        return Wrong;
    }
}
