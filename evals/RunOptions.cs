using System.Globalization;

namespace AiManager.Evals;

/// <summary>What a run of suites was asked for.</summary>
internal sealed class RunOptions
{
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
        for (var at = 0; at < args.Length; at++)
        {
            if (args[at] == "--mutants")
            {
                options.RunsMutants = true;
                continue;
            }

            if (args[at] == "--control")
            {
                options.RunsControl = true;
                continue;
            }

            if (args[at] == "--fresh")
            {
                options.IsFresh = true;
                continue;
            }

            if (args[at] == "--write-baseline")
            {
                options.WritesBaseline = true;
                continue;
            }

            if (at + 1 == args.Length)
            {
                return (options, $"'{args[at]}' needs a value, or is unknown.");
            }

            var value = args[++at];
            switch (args[at - 1])
            {
                case "--suite" when options.Suites.Contains(value):
                    break;
                case "--suite":
                    options.Suites.Add(value);
                    break;
                case "--case":
                    options.Filter = value;
                    break;
                case "--out":
                    options.Out = value;
                    break;
                case "--model-url":
                    url = value;
                    break;
                case "--model":
                    name = value;
                    break;
                case "--record":
                    options.Record = Path.GetFullPath(value);
                    break;
                case "--replay":
                    options.Replay = Path.GetFullPath(value);
                    break;
                case "--prompts":
                    options.Prompts = Path.GetFullPath(value);
                    break;
                case "--compare":
                    options.Compare = value;
                    break;
                case "--baseline":
                    options.Baseline = value;
                    break;
                case "--seed" when long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seed):
                    options.Seed = seed;
                    break;
                case "--seed":
                    return (options, "'--seed' takes a whole number.");
                case "--requests-per-minute" or "--tokens-per-minute" or "--concurrency" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most > 0:
                    options.Limits = args[at - 1] switch
                    {
                        "--requests-per-minute" => options.Limits with { RequestsPerMinute = most },
                        "--tokens-per-minute" => options.Limits with { TokensPerMinute = most },
                        _ => options.Limits with { Concurrency = most },
                    };
                    break;
                case "--requests-per-minute" or "--tokens-per-minute" or "--concurrency":
                    return (options, $"'{args[at - 1]}' takes a whole number above 0.");
                case "--parallel" when int.TryParse(value, out var parallel) && parallel is > 0 and <= 64:
                    options.Parallel = parallel;
                    break;
                case "--parallel":
                    return (options, "'--parallel' takes a whole number from 1 to 64.");
                default:
                    return (options, $"Unknown option '{args[at - 1]}'.");
            }
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
}
