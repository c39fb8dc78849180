using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Where data would go: a tool or a model.</summary>
/// <param name="Name">The tool's name, or <c>model:NAME</c>.</param>
/// <param name="Effect">What it does.</param>
/// <param name="IsOutward">It reaches beyond the company.</param>
/// <param name="Audience">Who gets to see what goes there.</param>
internal sealed record FlowSink(string Name, EffectClass Effect, bool IsOutward, ImmutableArray<string> Audience)
{
    private static readonly ImmutableArray<string> Everybody = ["everybody"];
    private static readonly ImmutableArray<string> Inside = ["company"];

    /// <summary>A tool. One that tells somebody outside reaches beyond the company whether or not it says that it is open.</summary>
    public static FlowSink Of(ToolInfo tool)
    {
        var outward = tool.IsOpenWorld || tool.Effect == EffectClass.CommunicateOut;
        return new FlowSink(tool.Name, tool.Effect, outward, outward ? Everybody : Inside);
    }

    /// <summary>A model.</summary>
    public static FlowSink OfModel(string sink, bool isInside) => new(sink, EffectClass.Compute, !isInside, isInside ? Inside : [sink]);
}

/// <summary>One of <c>flows</c> in <c>authority.yaml</c>: data with one of these labels may not go there, or not without being asked.</summary>
/// <param name="Id">Unique among rules, budgets and flows.</param>
/// <param name="Effect">Deny or ask.</param>
/// <param name="Labels">Names of integrity or of what is confidential; one of them is enough.</param>
/// <param name="IsAboutAuthority">Only the arguments count that decide whom or what the call reaches.</param>
/// <param name="To">Where to; one of them is enough.</param>
/// <param name="Approvers">For an ask: who has to agree.</param>
/// <param name="Reason">The author's words; null for none.</param>
internal sealed record FlowRule(
    string Id, Effect Effect, ImmutableSortedSet<string> Labels, bool IsAboutAuthority, ImmutableArray<NamePattern> To, Approvers Approvers, string? Reason)
{
    public const string OpenWorld = "openWorld";

    public bool IsAbout(FlowSink sink)
    {
        foreach (var to in To)
        {
            if (to.Text == OpenWorld ? sink.IsOutward : EffectClassNames.Read(to.Text) is { } effect ? sink.Effect == effect : to.Matches(sink.Name))
            {
                return true;
            }
        }

        return false;
    }

    public bool IsAbout(ArgumentLabel argument) => (argument.IsAuthority || !IsAboutAuthority) && argument.Names.Any(Labels.Contains);
}

/// <summary>What the flow of data says of a call.</summary>
/// <param name="Effect">The verdict.</param>
/// <param name="Rules">The flows that it rests on, by id; <c>readers</c> for a value's own.</param>
/// <param name="Reason">For people and for the agent: which argument, what it is, where it was seen.</param>
/// <param name="Approvers">For an ask: who has to agree.</param>
internal sealed record FlowDecision(Effect Effect, ImmutableArray<string> Rules, string Reason, Approvers Approvers)
{
    public static FlowDecision Free { get; } = new(Effect.Allow, [], "Nothing in it may not go there.", Approvers.None);
}
