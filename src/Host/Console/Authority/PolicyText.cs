using System.Collections.Immutable;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>A file of rules as a page shows it. Each line has an id of its own, and so has each rule.</summary>
internal sealed record PolicyText(string File, ImmutableArray<string> Lines)
{
    private ImmutableDictionary<int, string> Rules => field ??= PolicyPlaces.Of(Lines);

    /// <summary>Of a company: what people wrote, and where there are some the rules that were drafted from approvals.</summary>
    public static ImmutableArray<PolicyText> Of(CompanyBundle bundle) =>
    [
        new(DraftDesk.File, Split(bundle.Texts.GetValueOrDefault(DraftDesk.File) ?? string.Empty)),
        .. bundle.Texts.TryGetValue(CompanyTools.StandingFile, out var standing) ? [new PolicyText(CompanyTools.StandingFile, Split(standing))] : ImmutableArray<PolicyText>.Empty,
    ];

    /// <summary>The id of a line's element: both texts stand on one page.</summary>
    /// <param name="file">Which text.</param>
    /// <param name="line">Counted from 1.</param>
    public static string Anchor(string file, int line) => (file == CompanyTools.StandingFile ? "s" : "l") + line.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The rule that is named in a line for the first time; null where none is.</summary>
    /// <param name="index">The line's, from 0.</param>
    public string? RuleAt(int index) => Rules.GetValueOrDefault(index);

    private static ImmutableArray<string> Split(string text) => [.. text.Split('\n')];
}
