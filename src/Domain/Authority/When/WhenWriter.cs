using System.Text;

namespace AiManager.Domain;

/// <summary>Writes trees and values in the one canonical way: double quotes, single spaces, only the parentheses that are needed.</summary>
internal static class WhenWriter
{
    private const int LongestNameShown = 80;

    private enum Level { Or, And, Relation, Unary, Member }

    public static string Write(WhenSyntax node)
    {
        var text = new StringBuilder();
        Write(text, node, Level.Or);
        return text.ToString();
    }

    public static string Write(WhenValue value)
    {
        var text = new StringBuilder();
        Write(text, value);
        return text.ToString();
    }

    public static string Write(WhenPath path)
    {
        var text = new StringBuilder(WhenRoots.NameOf(path.Root));
        foreach (var field in path.Fields)
        {
            var isName = WhenLexer.Read(field) is [{ Kind: WhenTokenKind.Name }, { Kind: WhenTokenKind.End }];
            text.Append(isName ? "." + field : "[" + Write(new WhenText(field)) + "]");
        }
        return text.ToString();
    }

    /// <summary>A name from the outside as messages show it: a hostile one must not flood them.</summary>
    public static string Shown(string name) => name.Length <= LongestNameShown ? $"'{name}'" : $"'{name[..LongestNameShown]}…'";

    public static string SignOf(WhenLogicKind kind) => kind == WhenLogicKind.And ? "&&" : "||";

    private static string SignOf(WhenRelationKind kind) => kind switch
    {
        WhenRelationKind.Equal => "==",
        WhenRelationKind.NotEqual => "!=",
        WhenRelationKind.Less => "<",
        WhenRelationKind.LessOrEqual => "<=",
        WhenRelationKind.Greater => ">",
        WhenRelationKind.GreaterOrEqual => ">=",
        _ => "in",
    };

    private static Level LevelOf(WhenSyntax node) => node switch
    {
        WhenLogic { Kind: WhenLogicKind.Or } => Level.Or,
        WhenLogic => Level.And,
        WhenRelation => Level.Relation,
        WhenNot => Level.Unary,
        _ => Level.Member,
    };

    /// <param name="loosest">The loosest level that may stand here without parentheses.</param>
    private static void Write(StringBuilder text, WhenSyntax node, Level loosest)
    {
        var level = LevelOf(node);
        if (level < loosest)
            text.Append('(');
        WriteBare(text, node, level);
        if (level < loosest)
            text.Append(')');
    }

    private static void WriteBare(StringBuilder text, WhenSyntax node, Level level)
    {
        switch (node)
        {
            case WhenLiteral literal:
                Write(text, literal.Value);
                break;
            case WhenRootName name:
                text.Append(WhenRoots.NameOf(name.Root));
                break;
            case WhenListing listing:
                WriteJoined(text.Append('['), listing.Items, ", ", Level.Or);
                text.Append(']');
                break;
            case WhenMember member:
                Write(text, member.Target, level);
                text.Append('.').Append(member.Name);
                break;
            case WhenIndex index:
                Write(text, index.Target, level);
                WriteJoined(text.Append('['), [index.Key], "", Level.Or);
                text.Append(']');
                break;
            case WhenSize size:
                WriteJoined(text.Append("size("), [size.Of], "", Level.Or);
                text.Append(')');
                break;
            case WhenTextTest test:
                WriteCall(text, test.Target, test.Kind.ToString(), test.Argument);
                break;
            case WhenMatch match:
                WriteCall(text, match.Target, "matches", new WhenLiteral(match.Span, new WhenText(match.Pattern)));
                break;
            case WhenNot not:
                Write(text.Append('!'), not.Operand, level);
                break;
            case WhenRelation relation:
                Write(text, relation.Left, level);
                Write(text.Append(' ').Append(SignOf(relation.Kind)).Append(' '), relation.Right, level + 1);
                break;
            case WhenLogic logic:
                WriteJoined(text, logic.Operands, $" {SignOf(logic.Kind)} ", level + 1);
                break;
        }
    }

    private static void WriteCall(StringBuilder text, WhenSyntax target, string name, WhenSyntax argument)
    {
        Write(text, target, Level.Member);
        text.Append('.').Append(char.ToLowerInvariant(name[0])).Append(name, 1, name.Length - 1).Append('(');
        Write(text, argument, Level.Or);
        text.Append(')');
    }

    private static void WriteJoined(StringBuilder text, IReadOnlyList<WhenSyntax> nodes, string separator, Level loosest)
    {
        for (var index = 0; index < nodes.Count; index++)
            Write(text.Append(index == 0 ? "" : separator), nodes[index], loosest);
    }

    private static void Write(StringBuilder text, WhenValue value)
    {
        switch (value)
        {
            case WhenNumber number:
                text.Append(number.Value);
                break;
            case WhenText content:
                WriteQuoted(text, content.Value);
                break;
            case WhenBoolean truth:
                text.Append(truth.Value ? "true" : "false");
                break;
            case WhenTimestamp time:
                text.Append(time.Value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"));
                break;
            case WhenNull:
                text.Append("null");
                break;
            case WhenList list:
                text.Append('[').AppendJoin(", ", list.Items).Append(']');
                break;
            case WhenRecord record:
                text.Append('{').AppendJoin(", ", record.Fields.Select(field => $"{new WhenText(field.Key)}: {field.Value}")).Append('}');
                break;
            case WhenError error:
                text.Append("error: ").Append(error.Reason);
                break;
        }
    }

    private static void WriteQuoted(StringBuilder text, string content)
    {
        text.Append('"');
        foreach (var character in content)
        {
            _ = character switch
            {
                '"' or '\\' => text.Append('\\').Append(character),
                '\n' => text.Append(@"\n"),
                '\r' => text.Append(@"\r"),
                '\t' => text.Append(@"\t"),
                _ when char.IsControl(character) => text.Append($@"\u{(int)character:x4}"),
                _ => text.Append(character),
            };
        }
        text.Append('"');
    }
}
