using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace AiManager.Host;

/// <summary>A scalar of a call's arguments, and where it was seen before.</summary>
/// <param name="Leaf">The scalar.</param>
/// <param name="Origin">Where it was seen.</param>
internal sealed record ArgumentField(ArgumentLeaf Leaf, ValueOrigin Origin);

/// <summary>An argument as it is shown: one value, or a list of objects as a table.</summary>
/// <param name="Name">The argument.</param>
/// <param name="Value">The one value; empty for a list.</param>
/// <param name="Origin">Of the one value; null for a list.</param>
/// <param name="Columns">Of a list, each with where all its values were seen; null where they differ.</param>
/// <param name="Rows">Of a list; a cell is null where an element lacks the field.</param>
internal sealed record ArgumentGroup(
    string Name, string Value, ValueOrigin? Origin, ImmutableArray<(string Name, ValueOrigin? Origin)> Columns, ImmutableArray<ImmutableArray<ArgumentField?>> Rows)
{
    /// <summary>Its name in words.</summary>
    public string Title { get; init; } = string.Empty;

    /// <summary>The one value; null for a list.</summary>
    public ArgumentField? Field { get; init; }

    /// <summary>Of a list of values that are no objects, in its order; else empty.</summary>
    public ImmutableArray<ArgumentField> Items { get; init; } = [];

    /// <summary>Where most of those values were seen; null for no such list.</summary>
    public ValueOrigin? UsualOrigin => Items.GroupBy(i => i.Origin).MaxBy(g => g.Count())?.Key;

    /// <summary>Letters of what is short.</summary>
    private const int MostShort = 16;

    /// <summary>From here on the thousands of a number stand apart.</summary>
    private const int LeastApart = 1000;

    private int? _named;

    /// <summary>The column that says what a row is about: the first that is no number, else the first.</summary>
    private int NameColumn => _named ??= Enumerable.Range(0, Columns.Length).FirstOrDefault(column => !IsNumeric(column));

    /// <summary>Fields as they are shown, in their order; none is left out. Pure.</summary>
    /// <param name="fields">The scalars.</param>
    /// <param name="schema">
    /// What the tool says of them: its columns go in that order, but for what names a row, which is first. Null for a result, which comes in an order of its own.
    /// </param>
    public static IEnumerable<ArgumentGroup> Of(ImmutableArray<ArgumentField> fields, ArgumentSchema? schema = null)
    {
        foreach (var group in fields.GroupBy(f => (Place: f.Leaf.List ?? f.Leaf.Pointer, IsList: f.Leaf.List is not null, IsRow: f.Leaf.Element is not null)))
        {
            if (!group.Key.IsRow)
            {
                if (group.Key.IsList)
                {
                    yield return new ArgumentGroup(group.Key.Place, string.Empty, null, [], []) { Title = group.First().Leaf.ListWords, Items = [.. group] };
                    continue;
                }

                foreach (var field in group)
                {
                    yield return One(field);
                }

                continue;
            }

            var columns = group.Select(f => f.Leaf.Column).Distinct(StringComparer.Ordinal).ToList();
            if (schema is not null)
            {
                columns = [.. columns.OrderBy(c => schema.PlaceOf(group.Key.Place, c))];
                var first = columns.Find(c => group.Any(f => f.Leaf.Column == c && f.Leaf.Kind != JsonValueKind.Number)) ?? columns[0];
                columns = [first, .. columns.Where(c => c != first)];
            }

            var rows = group.GroupBy(f => f.Leaf.Element).Select(row => columns.Select(c => row.FirstOrDefault(f => f.Leaf.Column == c)).ToImmutableArray()).ToImmutableArray();
            yield return new ArgumentGroup(
                group.Key.Place,
                string.Empty,
                null,
                [.. columns.Select(c => (c, group.Where(f => f.Leaf.Column == c).Select(f => f.Origin).Distinct().ToList() is [var only] ? only : null))],
                rows)
            { Title = group.First().Leaf.ListWords };

            // A name that stands in an object twice: a cell holds one value, and none is left out.
            var placed = rows.SelectMany(r => r).OfType<ArgumentField>().ToHashSet(ReferenceEqualityComparer.Instance);
            foreach (var field in group.Where(f => !placed.Contains(f)))
            {
                yield return One(field);
            }
        }
    }

    private static ArgumentGroup One(ArgumentField field) => new(field.Leaf.Path, field.Leaf.Said, field.Origin, [], []) { Title = field.Leaf.Words, Field = field };

    /// <summary>Columns whose values were all seen in one place, by that place.</summary>
    public IEnumerable<IGrouping<ValueOrigin, string>> Origins => from column in Columns where column.Origin is not null group column.Name by column.Origin!;

    /// <summary>True for a column of numbers, which stand below one another by their last digit.</summary>
    public bool IsNumeric(int column) => Rows.Any(r => r[column] is not null) && Rows.All(r => r[column] is null or { Leaf.Kind: JsonValueKind.Number });

    /// <summary>A cell as it is told: of a column of numbers that count something, with the thousands apart.</summary>
    public string? Told(int column, ArgumentField? cell) =>
        cell is null ? null
        : IsNumeric(column) && !BriefArguments.IsId(Written.Words(Columns[column].Name)) && decimal.TryParse(cell.Leaf.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) >= LeastApart
            ? Written.Amount(number)
            : cell.Leaf.Said;

    /// <summary>How a cell of a column stands: numbers to the right, what is short, such as an article's number, on one line, and where rows are folded the row's name first. Null for none of them.</summary>
    public string? ClassOf(int column, ArgumentField? cell)
    {
        var kind = IsNumeric(column) ? "number" : cell?.Leaf.Text.Length <= MostShort ? "short" : null;
        return column != NameColumn ? kind : kind is null ? "name" : $"{kind} name";
    }
}
