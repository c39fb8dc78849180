using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>A field that calls differ in: names and places of items below a root, or the size of what is there.</summary>
/// <param name="Links">Names (text) and places in lists (whole numbers), outermost first.</param>
internal sealed record FieldPath(WhenRoot Root, ImmutableArray<WhenValue> Links, bool IsSize)
{
    /// <returns>Null when it is no such chain.</returns>
    public static FieldPath? Of(WhenSyntax node) => node switch
    {
        WhenRootName name => new FieldPath(name.Root, [], false),
        WhenMember member => Of(member.Target) is { IsSize: false } target ? target.Below(member.Name) : null,
        WhenIndex { Key: WhenLiteral { Value: WhenText name } } index => Of(index.Target) is { IsSize: false } target ? target.Below(name.Value) : null,
        WhenIndex { Key: WhenLiteral { Value: WhenNumber { Value: >= 0 and < 1000 } place } } index when decimal.IsInteger(place.Value) =>
            Of(index.Target) is { IsSize: false } target ? target with { Links = target.Links.Add(place) } : null,
        WhenSize size => Of(size.Of) is { IsSize: false } target ? target with { IsSize = true } : null,
        _ => null,
    };

    public FieldPath Below(string name) => this with { Links = Links.Add(new WhenText(name)) };

    /// <summary>What tells it from others; for a field of names only, as a condition writes it.</summary>
    public string Key
    {
        get
        {
            var names = Links.TakeWhile(link => link is WhenText).Select(link => ((WhenText)link).Value).ToList();
            var rest = string.Concat(Links.Skip(names.Count).Select(link => $"[{link}]"));
            var path = WhenWriter.Write(new WhenPath(Root, names, WhenPosition.Start)) + rest;
            return IsSize ? $"size({path})" : path;
        }
    }
}
