namespace AiManager.Evals;

/// <summary>What a chaos run was asked for.</summary>
internal sealed class ChaosOptions
{
    /// <summary>How many workflows, 1 to <see cref="MostWorkflows"/>.</summary>
    public int Workflows { get; private set; } = 2_000;

    /// <summary>The share of questions that something goes wrong with.</summary>
    public double Rate { get; private set; } = 0.3;

    /// <summary>Another seed is another run.</summary>
    public long Seed { get; private set; } = 1;

    /// <summary>Where the report goes; null for nowhere.</summary>
    public string? Out { get; private set; }

    /// <summary>The model that is spoilt; null for the scripted one.</summary>
    public ModelChoice? Model { get; private set; }

    /// <summary>Whether one step is taken after the other, so that two runs of a seed ask the very same questions.</summary>
    public bool IsSerial { get; private set; }

    /// <summary>As many as tickets and items can be named.</summary>
    public const int MostWorkflows = 15_000;

    /// <summary>Whether the laws themselves are tried: what keeps each of them is taken away in turn.</summary>
    public bool RunsMutants { get; private set; }

    /// <summary>Reads a command line. The second is what is wrong with it, for people; null when nothing is.</summary>
    public static (ChaosOptions Options, string? Problem) Read(string[] args)
    {
        var options = new ChaosOptions();
        string? url = null;
        string? name = null;
        var problem = new CommandLine()
            .Count("--workflows", n => options.Workflows = n, MostWorkflows)
            .Share("--rate", r => options.Rate = r)
            .Seed("--seed", s => options.Seed = s)
            .Flag("--serial", () => options.IsSerial = true)
            .Flag("--mutants", () => options.RunsMutants = true)
            .Text("--out", folder => options.Out = folder)
            .Address("--model-url", u => url = u)
            .Text("--model", n => name = n)
            .Read(args);
        options.Model = url is null || name is null ? null : new ModelChoice(url, name);
        return (options, problem ?? (url is null != name is null ? "'--model-url' and '--model' go together."
            : options.RunsMutants && args.FirstOrDefault(a => a is "--model" or "--out" or "--workflows" or "--rate" or "--serial") is { } other ? $"'--mutants' takes things away from the scripted company, without faults: it does not go with '{other}'."
            : null));
    }
}
