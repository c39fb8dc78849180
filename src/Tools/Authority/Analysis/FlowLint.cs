using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>What the flow of data cannot see, because nobody said it.</summary>
internal static class FlowLint
{
    /// <summary>
    /// Tools that bring in what others can write, while there are flows, and whose <c>returns</c> says nothing of it. All that they give is unknown then: it proves
    /// nothing, and no flow about what is confidential, or about third parties, ever sees it.
    /// </summary>
    public static IEnumerable<LintFinding> Run(Catalog catalog, FlowPolicy flows) => flows.IsEmpty
        ? []
        : catalog.Tools.Where(t => FlowSink.Of(t.Info).IsOutward && t.Returns.Fields.IsEmpty).OrderBy(t => t.Name, StringComparer.Ordinal).Select(t => new LintFinding(
            t.Name,
            "unlabelled",
            false,
            $"{t.Name} reaches beyond the company, and 'returns' says of no field who can write it: to the flows all that it gives is unknown, and nothing of it confidential. Say it field by field, or of all at once: returns: {{ \".\": third-party }}.",
            null,
            null));
}
