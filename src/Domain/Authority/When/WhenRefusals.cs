namespace AiManager.Domain;

/// <summary>What authors reach for that <c>when</c> leaves out of CEL, and what each is told.</summary>
internal static class WhenRefusals
{
    private const string NoArithmetic = "arithmetic is not part of `when`. Let a fact of the tool compute it.";

    private static readonly string[] Functions = ["size"];
    private static readonly string[] Methods = ["startsWith", "endsWith", "contains", "matches"];
    private static readonly string[] Macros = ["has", "all", "exists", "exists_one", "map", "filter", "existsOne", "transformList", "transformMap"];
    private static readonly string[] Times = ["timestamp", "duration"];
    private static readonly string[] Conversions = ["int", "uint", "double", "string", "bytes", "bool", "dyn", "type"];

    public static string Minus => "`-` " + NoArithmetic + """ It may stand before a number; a name with a dash is written args["unit-price"].""";

    /// <summary>Of the first character of <paramref name="text"/> at <paramref name="at"/> that begins no token.</summary>
    public static string Symbol(string text, int at) => text[at] switch
    {
        '/' when at + 1 < text.Length && text[at + 1] == '/' => "Comments are not part of `when`; write them beside the rule.",
        '+' or '*' or '/' or '%' => $"`{text[at]}` {NoArithmetic}",
        '?' or ':' => "The choice `a ? b : c` is not part of `when`. Write two rules, or use && and ||.",
        '{' or '}' => "Maps in braces are not part of `when`.",
        '=' => "`=` is not part of `when`; to compare, write ==.",
        '&' => "`&` is not part of `when`; for \"and\" write &&.",
        '|' => "`|` is not part of `when`; for \"or\" write ||.",
        '`' => """Names in backticks are not part of `when`; write args["unit-price"].""",
        < ' ' or '\u007F' => $"The character U+{(int)text[at]:X4} is not part of `when`.",
        var other when char.IsSurrogate(other) || !char.IsAscii(other) => "This character may stand only inside a text; texts are written in quotes.",
        var other => $"`{other}` is not part of `when`.",
    };

    public static string NumberRunsInto(char next) => next switch
    {
        'x' or 'X' => "Hexadecimal numbers are not part of `when`.",
        'u' or 'U' => "Unsigned numbers are not part of `when`: all numbers are one type, so leave the u away.",
        _ => "A number cannot run into a name. Durations and units are not part of `when`.",
    };

    public static string UnknownName(string name) =>
        $"`{name}` is not known. A condition reads {string.Join(", ", WhenRoots.All)}; a text is written in quotes." + Spelling.Suggest(name, WhenRoots.All);

    /// <summary>Of a call written <c>name(…)</c>.</summary>
    public static string Function(string name) => name switch
    {
        _ when Methods.Contains(name) => $"{name}() is called on a text: args.name.{name}(\"…\").",
        _ => Common(name, name) ?? $"{name}() is not part of `when`. There are size(x), and on texts .startsWith() .endsWith() .contains() .matches()." + Spelling.Suggest(name, Functions),
    };

    /// <summary>Of a call written <c>x.name(…)</c>.</summary>
    public static string Method(string name) => name switch
    {
        "size" => ".size() is not part of `when`; write size(x).",
        _ => Common(name, "." + name) ?? $".{name}() is not part of `when`. Texts have .startsWith() .endsWith() .contains() .matches()." + Spelling.Suggest(name, Methods),
    };

    private static string? Common(string name, string shown) => name switch
    {
        "has" => "The macro has() is not part of `when`; to ask whether a field is there, write \"name\" in args.",
        _ when Macros.Contains(name) => $"The macro {shown}() is not part of `when`: there are no macros and no loops. Let a fact of the tool compute it.",
        _ when Times.Contains(name) => $"{shown}() is not part of `when`; compare `now` with facts that are times.",
        _ when Conversions.Contains(name) => $"The conversion {shown}() is not part of `when`: there are no conversions.",
        _ => null,
    };
}
