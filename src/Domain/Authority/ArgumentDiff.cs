using System.Collections.Immutable;
using System.Text.Json;

namespace AiManager.Domain;

/// <summary>One place where two sets of arguments differ.</summary>
/// <param name="Arg">Its path, such as <c>lines[0].quantity</c>; empty for the whole.</param>
/// <param name="Before">What stood there; null for nothing.</param>
/// <param name="After">What stands there; null for nothing.</param>
public sealed record ArgumentDifference(string Arg, JsonText? Before, JsonText? After)
{
    /// <summary>"100 → 50", "added 5", "removed 7".</summary>
    public string Change => (Before, After) switch
    {
        ({ } before, { } after) => $"{before.Text} → {after.Text}",
        (null, { } added) => $"added {added.Text}",
        (var removed, _) => $"removed {removed?.Text}",
    };
}

/// <summary>Where arguments differ, place by place. Pure; the same for the same two, whatever the order of their keys.</summary>
public static class ArgumentDiff
{
    /// <summary>Everything that is different, by path; empty when nothing is.</summary>
    /// <param name="before">Canonical.</param>
    /// <param name="after">Canonical.</param>
    public static ImmutableArray<ArgumentDifference> Of(JsonText before, JsonText after)
    {
        var found = ImmutableArray.CreateBuilder<ArgumentDifference>();
        Add(string.Empty, before.ToElement(), after.ToElement(), found);
        return found.ToImmutable();
    }

    /// <summary>As a journal keeps it: what a person changed, by no rule.</summary>
    public static ImmutableArray<ArgumentChange> Changes(JsonText before, JsonText after) =>
        [.. Of(before, after).Select(d => new ArgumentChange(d.Arg, d.Change, []))];

    private static void Add(string path, JsonElement? before, JsonElement? after, ImmutableArray<ArgumentDifference>.Builder found)
    {
        if (before is { ValueKind: JsonValueKind.Object } was && after is { ValueKind: JsonValueKind.Object } now)
        {
            foreach (var name in was.EnumerateObject().Concat(now.EnumerateObject()).Select(f => f.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            {
                Add(path.Length == 0 ? name : $"{path}.{name}", Field(was, name), Field(now, name), found);
            }

            return;
        }

        // Where a list grew or shrank nobody can say which element became which.
        if (before is { ValueKind: JsonValueKind.Array } old && after is { ValueKind: JsonValueKind.Array } list && old.GetArrayLength() == list.GetArrayLength())
        {
            for (var i = 0; i < old.GetArrayLength(); i++)
            {
                Add($"{path}[{i}]", old[i], list[i], found);
            }

            return;
        }

        if (before is null || after is null || !JsonElement.DeepEquals(before.Value, after.Value))
        {
            found.Add(new ArgumentDifference(path, Text(before), Text(after)));
        }
    }

    private static JsonElement? Field(JsonElement map, string name) => map.TryGetProperty(name, out var field) ? field : null;

    private static JsonText? Text(JsonElement? element) => element is { } value ? JsonText.Of(value) : null;
}
