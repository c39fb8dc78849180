using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AiManager.Domain;

/// <summary>
/// What one argument of one tool may be: an interval, a set, a beginning, or several of them, all of which must hold. Only forms of which it can be proved
/// that one lies within another. Where the argument is a list, each of its elements must fit; an argument that is left out does not.
/// </summary>
/// <param name="Tool">The tool's name.</param>
/// <param name="Arg">The argument: names separated by dots, through lists as if they were not there, such as <c>lines.quantity</c>.</param>
/// <param name="AtLeast">Inclusive; null for no bound.</param>
/// <param name="AtMost">Inclusive; null for no bound.</param>
/// <param name="OneOf">The only values; null for any.</param>
/// <param name="StartsWith">Text that it begins with, ordinal; null for any. Text that climbs out of a folder (<c>..</c>) begins with nothing.</param>
public sealed record ArgumentLimit(
    string Tool,
    string Arg,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] decimal? AtLeast = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] decimal? AtMost = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<JsonText>? OneOf = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? StartsWith = null)
{
    /// <summary>Why the arguments of a call lie outside; null when they lie inside.</summary>
    public string? WhyNot(JsonText args)
    {
        List<JsonElement> found = [];
        return !Collect(args.ToElement(), Arg.Split('.'), found) || found.Count == 0
            ? $"The task's grant limits '{Arg}' of {Tool}, and the call does not say it everywhere."
            : found.Find(v => !Holds(v)) is { ValueKind: not JsonValueKind.Undefined } outside ? $"The task's grant does not reach {Arg} = {Clip(outside.GetRawText())} of {Tool}." : null;
    }

    /// <summary>True when nothing at all fits.</summary>
    public bool IsEmpty => OneOf is { IsEmpty: true } || (AtLeast is { } least && AtMost is { } most && least > most);

    /// <summary>What fits both, in one form; of values that both name, those that fit everything else. Null when no form says it: then nothing is proved and nothing is granted.</summary>
    internal static ArgumentLimit? Meet(ArgumentLimit left, ArgumentLimit right)
    {
        var (start, other) = (left.StartsWith ?? right.StartsWith, right.StartsWith ?? left.StartsWith);
        if (other?.Length > start?.Length)
        {
            (start, other) = (other, start);
        }

        if (start?.StartsWith(other!, StringComparison.Ordinal) == false)
        {
            return null;
        }

        var met = new ArgumentLimit(left.Tool, left.Arg, Larger(left.AtLeast, right.AtLeast), Smaller(left.AtMost, right.AtMost), null, start);
        var values = (left.OneOf, right.OneOf) switch
        {
            (null, var only) => only,
            (var only, null) => only,
            ({ } a, { } b) => [.. a.Where(v => b.Any(o => JsonElement.DeepEquals(v.ToElement(), o.ToElement())))],
        };
        return met with { OneOf = values is { } named ? [.. named.Where(v => met.Holds(v.ToElement()))] : null };
    }

    /// <summary>True for text with a <c>..</c> between separators of folders, plain or percent-encoded.</summary>
    internal static bool Climbs(string text)
    {
        var plain = text.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(text) : text;
        return plain.Split('/', '\\', ':').Any(part => part.Trim() == "..");
    }

    private bool Holds(JsonElement value) =>
        (OneOf is not { } values || values.Any(v => JsonElement.DeepEquals(v.ToElement(), value)))
        && ((AtLeast is null && AtMost is null) || (value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number) && number >= (AtLeast ?? number) && number <= (AtMost ?? number)))
        && (StartsWith is not { } start || (value.ValueKind == JsonValueKind.String && value.GetString() is { } text && text.StartsWith(start, StringComparison.Ordinal) && !Climbs(text)));

    /// <summary>The values under a path; false when one is missing.</summary>
    private static bool Collect(JsonElement at, ReadOnlySpan<string> path, List<JsonElement> found)
    {
        if (at.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in at.EnumerateArray())
            {
                if (!Collect(item, path, found))
                {
                    return false;
                }
            }

            return true;
        }

        if (path.IsEmpty)
        {
            found.Add(at);
            return true;
        }

        return at.ValueKind == JsonValueKind.Object && at.TryGetProperty(path[0], out var field) && Collect(field, path[1..], found);
    }

    private static decimal? Larger(decimal? left, decimal? right) => left is { } a && right is { } b ? Math.Max(a, b) : left ?? right;

    private static decimal? Smaller(decimal? left, decimal? right) => left is { } a && right is { } b ? Math.Min(a, b) : left ?? right;

    private static string Clip(string text) => text.Length <= 100 ? text : text[..100] + "…";
}
