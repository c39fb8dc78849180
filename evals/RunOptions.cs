namespace AiManager.Evals;

/// <summary>What a run of suites was asked for.</summary>
internal sealed class RunOptions
{
    private const int MostAtOnce = 64;

    /// <summary>These suites; empty for all.</summary>
    public List<string> Suites { get; } = [];

    /// <summary>Only cases whose name contains this; null for all.</summary>
    public string? Filter { get; private set; }

    /// <summary>Where reports go, and finished cases of a run that is stopped; null for nowhere.</summary>
    public string? Out { get; private set; }

    /// <summary>How many cases at once.</summary>
    public int Parallel { get; private set; } = Math.Max(1, Environment.ProcessorCount);

    /// <summary>The model; null for the scripted one.</summary>
    public ModelChoice? Model { get; private set; }

    /// <summary>Where to record what the model says; null for nowhere.</summary>
    public string? Record { get; private set; }

    /// <summary>A recording to play instead of asking a model; null for none.</summary>
    public string? Replay { get; private set; }

    /// <summary>Prompts of another version, to be compared with those in force; null for none.</summary>
    public string? Prompts { get; private set; }

    /// <summary>Results of an earlier run to compare with; null for none.</summary>
    public string? Compare { get; private set; }

    /// <summary>Cases that must go on passing; null where nothing is held.</summary>
    public string? Baseline { get; private set; }

    /// <summary>Whether what passes now becomes the baseline.</summary>
    public bool WritesBaseline { get; private set; }

    /// <summary>Whether each guard is switched off in turn, instead of running the suites as they are.</summary>
    public bool RunsMutants { get; private set; }

    /// <summary>Whether the cases are run with a model that does nothing but ask for a person.</summary>
    public bool RunsControl { get; private set; }

    /// <summary>In which order cases are run: another seed is another one. Default 1.</summary>
    public long Seed { get; private set; } = 1;

    /// <summary>How much may be asked of a real model.</summary>
    public ModelLimits Limits { get; private set; } = ModelLimits.None;

    /// <summary>Whether each verb of a case has a process for itself.</summary>
    public bool IsFresh { get; private set; }

    /// <summary>Whether the scores of the cases as they are were asked for: in a report, against others, or of a model's own.</summary>
    private bool IsReported => Model is not null || Prompts is not null || Record is not null || Replay is not null || Baseline is not null || Compare is not null || Out is not null;

    /// <summary>Reads a command line. The second is what is wrong with it, for people; null when nothing is.</summary>
    public static (RunOptions Options, string? Problem) Read(string[] args)
    {
        var options = new RunOptions();
        string? url = null;
        string? name = null;
        var problem = new CommandLine()
            .Text("--suite", options.Want)
            .Text("--case", part => options.Filter = part)
            .Text("--out", folder => options.Out = folder)
            .Address("--model-url", u => url = u)
            .Text("--model", n => name = n)
            .Text("--record", folder => options.Record = Path.GetFullPath(folder))
            .Text("--replay", folder => options.Replay = Path.GetFullPath(folder))
            .Text("--prompts", folder => options.Prompts = Path.GetFullPath(folder))
            .Text("--compare", file => options.Compare = file)
            .Text("--baseline", file => options.Baseline = file)
            .Flag("--write-baseline", () => options.WritesBaseline = true)
            .Flag("--mutants", () => options.RunsMutants = true)
            .Flag("--control", () => options.RunsControl = true)
            .Flag("--fresh", () => options.IsFresh = true)
            .Seed("--seed", seed => options.Seed = seed)
            .Count("--parallel", most => options.Parallel = most, MostAtOnce)
            .Count("--requests-per-minute", most => options.Limits = options.Limits with { RequestsPerMinute = most })
            .Count("--tokens-per-minute", most => options.Limits = options.Limits with { TokensPerMinute = most })
            .Count("--concurrency", most => options.Limits = options.Limits with { Concurrency = most })
            .Read(args);
        if (problem is not null)
        {
            return (options, problem);
        }

        if (url is null != name is null)
        {
            return (options, "'--model-url' and '--model' go together.");
        }

        options.Model = url is null ? null : new ModelChoice(url, name!);
        if (options.Replay is not null && (options.Record is not null || options.Model is not null))
        {
            return (options, "'--replay' plays what one model said: it goes with neither '--record' nor '--model'.");
        }

        if (options.Prompts is not null && (options.Record is not null || options.Replay is not null))
        {
            return (options, "'--prompts' runs every case twice; it goes with neither '--record' nor '--replay'.");
        }

        if (options.Limits.IsSet && options.Model is null)
        {
            return (options, "'--requests-per-minute', '--tokens-per-minute' and '--concurrency' are for a real model: they need '--model-url' and '--model'.");
        }

        if ((options.RunsControl || options.RunsMutants) && options.IsReported)
        {
            return (options, $"'{(options.RunsControl ? "--control" : "--mutants")}' only says which cases fail with the scripted model: it goes with neither '--model', '--prompts', '--record', '--replay', '--baseline', '--compare' nor '--out'.");
        }

        if (options.RunsControl && options.RunsMutants)
        {
            return (options, "'--control' puts another script in the model's place: it does not go with '--mutants'.");
        }

        if (options.WritesBaseline && options.Filter is not null)
        {
            return (options, "'--write-baseline' puts down whole suites: it does not go with '--case'.");
        }

        return (options, options.WritesBaseline && options.Baseline is null ? "'--write-baseline' needs '--baseline FILE'." : null);
    }

    /// <summary>One that is named twice is run once.</summary>
    private void Want(string suite)
    {
        if (!Suites.Contains(suite))
        {
            Suites.Add(suite);
        }
    }
}
