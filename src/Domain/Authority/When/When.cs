namespace AiManager.Domain;

/// <summary>
/// The language of conditions: a strict subset of the Common Expression Language (cel-spec, langdef.md), with its syntax, precedence
/// and treatment of errors. Two things are narrower than there: all numbers are one type, decimal, and there is no arithmetic,
/// choice, macro or conversion. It cannot loop, and it knows no clock and no outside world.
/// </summary>
public static class When
{
    /// <summary>The longest condition, in UTF-16 units.</summary>
    public const int LongestText = 10_000;

    /// <summary>How deep parentheses, negations, fields and comparisons may nest. A chain of <c>&amp;&amp;</c> or <c>||</c> counts once.</summary>
    public const int DeepestNesting = 50;

    /// <summary>Reads any text; never throws.</summary>
    /// <param name="text">One condition.</param>
    /// <param name="origin">Where in its file the text begins; every later line is taken to begin in the same column.</param>
    public static WhenParsed Parse(string text, WhenPosition origin) => WhenParser.Parse(new WhenSource(text, origin));
}
