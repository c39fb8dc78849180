using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>What a call of a tool touches: an account, a mailbox, a file, a host. Read from its arguments, so that a grant can be limited to some.</summary>
/// <param name="Type">The kind of thing, one word.</param>
/// <param name="Id">Where its id stands in <c>args</c>: text, a number, or a list of them.</param>
internal sealed record ToolResource(string Type, WhenExpression Id)
{
    /// <summary>What is said of it.</summary>
    public static readonly ImmutableArray<string> Keys = ["type", "id"];

    /// <summary>Binds <c>resource</c>; null when there is none, or after a fault.</summary>
    public static ToolResource? Optional(ConfigNode.Map tool, WhenType args, ConfigReader reader)
    {
        if (reader.OptionalMap(tool, "resource") is not { } map)
        {
            return null;
        }

        reader.Keys(map, Keys);
        return Read(map, args, reader);
    }

    /// <summary>Binds <c>type</c> and <c>id</c> of a map; null after a fault.</summary>
    public static ToolResource? Read(ConfigNode.Map map, WhenType args, ConfigReader reader)
    {
        var type = reader.Text(map, "type");
        if (map["type"] is { } typed && (type.Length == 0 || !type.All(char.IsAsciiLetterOrDigit)))
        {
            reader.Fault(typed.Place, "'type' is one word, such as account, mailbox, file or host.");
        }

        var text = reader.Text(map, "id");
        if (map["id"] is not { } node)
        {
            return null;
        }

        if (When.Parse(text, new WhenPosition(node.Place.Line, node.Place.Column)) is not WhenParsed.Sound { Expression: var id }
            || id.OnlyField is not { Root: WhenRoot.Args })
        {
            reader.Fault(node.Place, "'id' says which argument names it, such as args.account.");
            return null;
        }

        foreach (var fault in id.TypeIn(new WhenScope { Args = args }).Faults)
        {
            reader.Fault(node.Place, fault.Message);
        }

        return new ToolResource(type, id);
    }

    /// <summary>What a call touches, each <c>type:id</c>; null when that cannot be said.</summary>
    public ImmutableArray<string>? Of(WhenValue args) => Id.Value(new WhenFacts { Args = args }) switch
    {
        WhenText text => [Name(text.Value)],
        WhenNumber number => [Name(number.ToString())],
        WhenList list when list.Items.All(i => i is WhenText or WhenNumber) => [.. list.Items.Select(i => Name(i is WhenText text ? text.Value : i.ToString()))],
        _ => null,
    };

    private string Name(string id) => $"{Type}:{id}";
}
