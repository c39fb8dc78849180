using System.Globalization;

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

    /// <summary>Reads a command line. The second is what is wrong with it, for people; null when nothing is.</summary>
    public static (ChaosOptions Options, string? Problem) Read(string[] args)
    {
        var options = new ChaosOptions();
        string? url = null;
        string? name = null;
        for (var at = 0; at < args.Length; at += 2)
        {
            if (args[at] == "--serial")
            {
                options.IsSerial = true;
                at--;
                continue;
            }

            if (at + 1 == args.Length)
            {
                return (options, $"'{args[at]}' needs a value, or is unknown.");
            }

            var value = args[at + 1];
            switch (args[at])
            {
                case "--workflows" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var workflows) && workflows is > 0 and <= MostWorkflows:
                    options.Workflows = workflows;
                    break;
                case "--workflows":
                    return (options, $"'--workflows' takes a whole number from 1 to {MostWorkflows}.");
                case "--rate" when double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var rate) && rate is >= 0 and <= 1:
                    options.Rate = rate;
                    break;
                case "--rate":
                    return (options, "'--rate' takes a share from 0 to 1.");
                case "--seed" when long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seed):
                    options.Seed = seed;
                    break;
                case "--seed":
                    return (options, "'--seed' takes a whole number.");
                case "--out":
                    options.Out = value;
                    break;
                case "--model-url" when Uri.TryCreate(value, UriKind.Absolute, out _):
                    url = value;
                    break;
                case "--model-url":
                    return (options, "'--model-url' takes an address.");
                case "--model":
                    name = value;
                    break;
                default:
                    return (options, $"Unknown option '{args[at]}'.");
            }
        }

        options.Model = url is null || name is null ? null : new ModelChoice(url, name);
        return (options, url is null != name is null ? "'--model-url' and '--model' go together." : null);
    }
}
