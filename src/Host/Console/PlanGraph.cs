using System.Collections.Immutable;
using System.Globalization;

namespace AiManager.Host;

/// <summary>A task as the drawing of a plan needs it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Title">For people.</param>
/// <param name="Status">In the contract's words.</param>
/// <param name="Who">Who does it; empty for nobody yet.</param>
/// <param name="Flag">A word of warning; null for none.</param>
/// <param name="Needs">Ids of what it builds on.</param>
/// <param name="Parent">The template that it came from; null for none.</param>
internal sealed record PlanItem(string Id, string Title, string Status, string Who, string? Flag, ImmutableArray<string> Needs, string? Parent);

/// <summary>A box of the drawing.</summary>
/// <param name="Item">What it stands for.</param>
/// <param name="Layer">Its column, from 0.</param>
/// <param name="X">Left.</param>
/// <param name="Y">Top.</param>
internal sealed record PlanBox(PlanItem Item, int Layer, int X, int Y);

/// <summary>A line of the drawing.</summary>
/// <param name="From">An item.</param>
/// <param name="To">An item to its right.</param>
/// <param name="IsLoose">True from a template to what it became.</param>
/// <param name="Path">As SVG draws it.</param>
internal sealed record PlanLink(string From, string To, bool IsLoose, string Path);

/// <summary>
/// A plan drawn in layers from left to right: every task stands to the right of all that it needs, and tasks of one layer in an order that keeps lines short. Pure:
/// equal plans are drawn equally.
/// </summary>
/// <param name="Boxes">In the plan's order.</param>
/// <param name="Lines">In the plan's order.</param>
/// <param name="Width">Of the drawing.</param>
/// <param name="Height">Of the drawing.</param>
internal sealed record PlanGraph(ImmutableArray<PlanBox> Boxes, ImmutableArray<PlanLink> Lines, int Width, int Height)
{
    /// <summary>Width of a box.</summary>
    public const int BoxWidth = 166;

    /// <summary>Height of a box.</summary>
    public const int BoxHeight = 66;

    /// <summary>Children of one template that are drawn; of more, the last box says how many.</summary>
    public const int MostChildren = 8;

    private const int GapX = 28;
    private const int GapY = 14;
    private const int Margin = 3;
    private const int Sweeps = 4;
    private const string Folded = "more:";
    private const int MostBelow = 25;

    /// <summary>True for the box that stands for several.</summary>
    public static bool IsFolded(PlanItem item) => item.Id.StartsWith(Folded, StringComparison.Ordinal);

    /// <summary>What stands below a title: state and doer, and where that is too long for the box the state, whole.</summary>
    public static string Below(PlanItem item) =>
        IsFolded(item) ? Written.Short(item.Who, MostBelow)
        : Written.Status(item.Status) is var status && $"{status} · {item.Who}" is { Length: <= MostBelow } both ? both
        : status;

    /// <summary>Draws it.</summary>
    public static PlanGraph Of(ImmutableArray<PlanItem> all)
    {
        var items = Fold(all);
        var layers = LayersOf(items);
        var columns = items.GroupBy(i => layers[i.Id]).OrderBy(g => g.Key).Select(g => g.ToList()).ToList();
        var links = Links(items, layers).ToList();
        Untangle(columns, links);
        var tallest = columns.Count == 0 ? 0 : columns.Max(c => c.Count);
        var height = Margin * 2 + Math.Max(0, tallest * (BoxHeight + GapY) - GapY);
        var boxes = new Dictionary<string, PlanBox>(StringComparer.Ordinal);
        for (var x = 0; x < columns.Count; x++)
        {
            // From the top on, so that a narrow page, which begins on the left, does not begin with nothing.
            for (var y = 0; y < columns[x].Count; y++)
            {
                boxes[columns[x][y].Id] = new PlanBox(columns[x][y], x, Margin + x * (BoxWidth + GapX), Margin + y * (BoxHeight + GapY));
            }
        }

        return new PlanGraph(
            [.. items.Select(i => boxes[i.Id])],
            [.. links.Select(l => new PlanLink(l.From, l.To, l.IsLoose, Curve(boxes[l.From], boxes[l.To])))],
            Margin * 2 + Math.Max(0, columns.Count * (BoxWidth + GapX) - GapX),
            height);
    }

    /// <summary>A title on at most two lines of a box.</summary>
    public static ImmutableArray<string> TitleLines(string title)
    {
        const int Most = 21;
        if (title.Length <= Most)
        {
            return [title];
        }

        var cut = title.LastIndexOf(' ', Most);
        return cut <= 0 ? [Written.Short(title, Most)] : [title[..cut], Written.Short(title[(cut + 1)..], Most)];
    }

    private static ImmutableArray<PlanItem> Fold(ImmutableArray<PlanItem> all)
    {
        var hidden = new HashSet<string>(StringComparer.Ordinal);
        var folds = new List<PlanItem>();
        foreach (var children in all.Where(i => i.Parent is not null).GroupBy(i => i.Parent!).Where(g => g.Count() > MostChildren))
        {
            // Whoever looks wants to see what is stuck before what is done.
            var rest = children.OrderBy(c => StateColour.Of(c.Status) switch { "bad" => 0, "wait" => 1, "run" => 2, "idle" => 3, _ => 4 }).Skip(MostChildren - 1).ToList();
            hidden.UnionWith(rest.Select(r => r.Id));
            var counts = string.Join(", ", rest.GroupBy(r => r.Status).OrderByDescending(g => g.Count()).Select(g => $"{g.Count()} {Written.Status(g.Key)}"));
            folds.Add(new PlanItem(Folded + children.Key, $"and {rest.Count} more", rest.Select(r => r.Status).Distinct().Count() == 1 ? rest[0].Status : "mixed", counts, null, [], children.Key));
        }

        return hidden.Count == 0 ? all : [.. all.Where(i => !hidden.Contains(i.Id)), .. folds];
    }

    private static Dictionary<string, int> LayersOf(ImmutableArray<PlanItem> items)
    {
        var byId = items.ToDictionary(i => i.Id, StringComparer.Ordinal);
        var templates = items.Where(i => i.Parent is not null).Select(i => i.Parent!).ToHashSet(StringComparer.Ordinal);
        var layers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            Layer(item, []);
        }

        return layers;

        // A plan has no cycles; a drawing of one that has must still end.
        int Layer(PlanItem item, HashSet<string> path)
        {
            if (layers.TryGetValue(item.Id, out var known))
            {
                return known;
            }

            if (!path.Add(item.Id))
            {
                return 0;
            }

            var behind = item.Parent is { } parent && byId.TryGetValue(parent, out var template) ? Layer(template, path) + 1 : 0;
            foreach (var need in item.Needs)
            {
                if (byId.TryGetValue(need, out var before))
                {
                    behind = Math.Max(behind, Layer(before, path) + (templates.Contains(need) && need != item.Parent ? 2 : 1));
                }
            }

            path.Remove(item.Id);
            return layers[item.Id] = behind;
        }
    }

    /// <summary>Lines that lead to the right. What needs a template needs what it became.</summary>
    private static IEnumerable<(string From, string To, bool IsLoose)> Links(ImmutableArray<PlanItem> items, Dictionary<string, int> layers)
    {
        var children = items.Where(i => i.Parent is not null).ToLookup(i => i.Parent!, i => i.Id, StringComparer.Ordinal);
        foreach (var item in items)
        {
            if (item.Parent is { } parent && layers.ContainsKey(parent))
            {
                yield return (parent, item.Id, true);
                continue;
            }

            foreach (var need in item.Needs.Where(layers.ContainsKey))
            {
                foreach (var from in children[need].DefaultIfEmpty(need).Where(f => layers[f] < layers[item.Id]))
                {
                    yield return (from, item.Id, false);
                }
            }
        }
    }

    /// <summary>Puts each box near the middle of those it is linked to, from the left and from the right by turns.</summary>
    private static void Untangle(List<List<PlanItem>> columns, List<(string From, string To, bool IsLoose)> links)
    {
        var from = links.ToLookup(l => l.To, l => l.From, StringComparer.Ordinal);
        var to = links.ToLookup(l => l.From, l => l.To, StringComparer.Ordinal);
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            var places = columns.SelectMany(c => c.Select((item, place) => (item.Id, Place: (place + 0.5) / c.Count))).ToDictionary(p => p.Id, p => p.Place, StringComparer.Ordinal);
            var neighbours = sweep % 2 == 0 ? from : to;
            for (var x = 0; x < columns.Count; x++)
            {
                columns[x] = [.. columns[x].OrderBy(i => neighbours[i.Id].Select(n => places[n]).DefaultIfEmpty(places[i.Id]).Average())];
            }
        }
    }

    private static string Curve(PlanBox from, PlanBox to)
    {
        var (x1, y1, x2, y2) = (from.X + BoxWidth, from.Y + BoxHeight / 2, to.X, to.Y + BoxHeight / 2);
        var middle = x1 + (x2 - x1) / 2;
        return string.Create(CultureInfo.InvariantCulture, $"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}");
    }
}
