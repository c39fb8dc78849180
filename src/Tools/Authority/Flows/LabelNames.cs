using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Labels as names, for the journal and for conditions.</summary>
internal static class LabelNames
{
    /// <summary>The names of all labels among the arguments, each once, ordinal.</summary>
    public static ImmutableArray<string> Of(ImmutableArray<ArgumentLabel> arguments) =>
        [.. arguments.SelectMany(a => a.Names).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>What <c>labels</c> is to a condition.</summary>
    public static WhenValue Value(ImmutableArray<ArgumentLabel> arguments) => Value(Of(arguments));

    /// <summary>The same of names.</summary>
    public static WhenValue Value(ImmutableArray<string> names) => new WhenList([.. names.Select(n => (WhenValue)new WhenText(n))]);
}
