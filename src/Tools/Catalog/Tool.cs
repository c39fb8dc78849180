using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>One tool of the catalogue, with everything that the gate needs about it.</summary>
internal sealed record Tool(ToolInfo Info, JsonSchema Schema, IToolImplementation Implementation)
{
    /// <summary>Beside the tools and not in them: a copy of a tool that differs is another one.</summary>
    private static readonly ConditionalWeakTable<Tool, GovernedTool> KnownToRules = [];

    public string Name => Info.Name;

    /// <summary>What <c>args</c> looks like to a condition.</summary>
    public required WhenType ArgsType { get; init; }

    /// <summary>The kind of its source, as <c>tools.yaml</c> has it.</summary>
    public string Kind { get; init; } = "sql";

    /// <summary>True where its arguments were not known when rules were bound: which rules are about it is found when it is called.</summary>
    public bool IsFoundOut { get; init; }

    /// <summary>What rules know of it; of one tool always the same object.</summary>
    public GovernedTool Governed => KnownToRules.GetValue(
        this, tool => new GovernedTool(tool.Name, tool.Traits, tool.ArgsType, tool.FactsType) { Parameters = tool.Info.Parameters, Money = tool.Info.Money, Authority = tool.Authority });

    /// <summary>Computed by the gate before it decides.</summary>
    public ImmutableArray<ToolFact> Facts { get; init; } = [];

    /// <summary>Must give a row just before the call; null when nothing must.</summary>
    public Precondition? Precondition { get; init; }

    /// <summary>What each field of its result is, by who can write it.</summary>
    public OutputContract Returns { get; init; } = OutputContract.None;

    /// <summary>Which of its arguments decide whom or what a call reaches.</summary>
    public AuthorityArguments Authority { get; init; } = AuthorityArguments.None;

    /// <summary>The amount that a call spends; null when it spends none.</summary>
    public WhenExpression? Money { get; init; }

    /// <summary>Where those stand whom a call addresses; null when it addresses nobody.</summary>
    public WhenExpression? Recipients { get; init; }

    /// <summary>How hard it may be leaned on, and how much it is tried.</summary>
    public ToolLimits Limits { get; init; } = ToolLimits.Inside;

    /// <summary>What shows what a call would do; null when nothing does.</summary>
    public ToolPreview? Preview { get; init; }

    /// <summary>What a call touches; null when the tool does not say.</summary>
    public ToolResource? Resource { get; init; }

    /// <summary>The record that a call changes; null when the tool does not say.</summary>
    public ToolRecord? Record { get; init; }

    /// <summary>What <c>facts</c> looks like to a condition.</summary>
    public WhenType FactsType => new WhenType.Record(Facts.ToDictionary(f => f.Name, f => FactValues.TypeOf(f.Kind), StringComparer.Ordinal));

    /// <summary>What a call spends; null when it spends nothing, or nobody can say what.</summary>
    public decimal? AmountOf(JsonText args, JsonText facts) =>
        Money?.Value(new WhenFacts { Args = WhenValue.FromJson(args.ToElement()), Facts = FactsReading.Read(FactsType, facts) }) is WhenNumber { Value: >= 0 and var amount } ? amount : null;

    /// <summary>
    /// How many people a call addresses; null when it addresses nobody, or nobody can say how many. One text counts once for each of its parts between commas,
    /// semicolons and line ends: several addresses written into one are still several.
    /// </summary>
    public long? RecipientsOf(JsonText args, JsonText facts) =>
        Recipients?.Value(new WhenFacts { Args = WhenValue.FromJson(args.ToElement()), Facts = FactsReading.Read(FactsType, facts) }) switch
        {
            WhenList list => list.Items.Sum(item => item is WhenText text ? PartsOf(text) : 1L),
            WhenText text => PartsOf(text),
            null or WhenError or WhenNull => null,
            _ => 1,
        };

    /// <summary>
    /// The longest that one call can take, with its further tries, the pauses between them and the wait for its turn. What may be sent twice, because its key or
    /// its nature tells what became of the first, may take at least twice as long.
    /// </summary>
    public TimeSpan Longest => ((Info.Timeout + Limits.LongestWait) * (1 + (Info.IsReadOnly ? Limits.Retries : Math.Max(1, Limits.Retries)))) + (ToolLimits.LongestPause * Limits.Retries);

    /// <summary>The longest that one try can take, with the wait for its turn.</summary>
    public TimeSpan LongestTry => Info.Timeout + Limits.LongestWait;

    private static long PartsOf(WhenText text) =>
        Math.Max(1, text.Value.Split([',', ';', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Length);

    /// <summary>What <c>tool</c> is to a condition.</summary>
    public WhenRecord Traits { get; } = ToolTraits.Of(Info);
}

/// <summary>A value that the gate computes itself.</summary>
/// <param name="Name">As in <c>facts.NAME</c>.</param>
/// <param name="Kind">What it must be.</param>
/// <param name="Query">Gives it, in the first column of its only row.</param>
internal sealed record ToolFact(string Name, FactKind Kind, IFactQuery Query)
{
    /// <summary>How people are told of it.</summary>
    public FactWords Words { get; init; } = new(Name, null, IsMoney: false);
}

/// <summary>What must still be so when a call is made.</summary>
/// <param name="Query">Gives a row when it is so.</param>
/// <param name="Reason">What to say when it is not; null for a plain sentence.</param>
internal sealed record Precondition(IFactQuery Query, string? Reason)
{
    /// <summary>What is said when it is not so.</summary>
    public string Words => Reason ?? "What the tool needs is not so, or not any more: its precondition gives no row.";
}
