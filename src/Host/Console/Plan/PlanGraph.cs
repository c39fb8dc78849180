using System.Collections.Immutable;
using System.Globalization;

namespace AiManager.Host;

/// <summary>A task as the drawing of a plan needs it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Title">For people.</param>
/// <param name="Status">In the contract's words.</param>
/// <param name="Who">Who does it; empty for nobody yet.</param>
/// <param name="Flags">Words of warning, the worst first.</param>
/// <param name="Needs">Ids of what it builds on.</param>
/// <param name="Parent">The template that it came from; null for none.</param>
internal sealed record PlanItem(string Id, string Title, string Status, string Who, ImmutableArray<string> Flags, ImmutableArray<string> Needs, string? Parent);

/// <summary>A box of the drawing: a task, or a template with what it became inside.</summary>
/// <param name="Item">What it stands for.</param>
/// <param name="Layer">Its place from the beginning, from 0.</param>
/// <param name="Below">What stands below its title.</param>
/// <param name="X">Left.</param>
/// <param name="Y">Top.</param>
/// <param name="Width">Of the box.</param>
/// <param name="Height">Of the box.</param>
/// <param name="Cells">What stands inside; none for a task.</param>
internal sealed record PlanBox(PlanItem Item, int Layer, string Below, int X, int Y, int Width, int Height, ImmutableArray<PlanCell> Cells);

/// <summary>One of several alike, in the box of the template that it came from.</summary>
/// <param name="Item">What it stands for.</param>
/// <param name="Title">As short as it is understood there.</param>
/// <param name="Note">A word on what is up with it; null for nothing.</param>
/// <param name="X">Left.</param>
/// <param name="Y">Top.</param>
/// <param name="Width">Of it.</param>
/// <param name="Height">Of it.</param>
internal sealed record PlanCell(PlanItem Item, string Title, string? Note, int X, int Y, int Width, int Height)
{
    /// <summary>True where its note stands below its title, and not beside it.</summary>
    public bool HasNoteBelow => Height > PlanGraph.CellHeight;
}

/// <summary>A line of the drawing.</summary>
/// <param name="From">An item.</param>
/// <param name="To">An item behind it.</param>
/// <param name="Path">As SVG draws it.</param>
internal sealed record PlanLink(string From, string To, string Path);

/// <summary>
/// A plan drawn in layers, from left to right where there is room and from top to bottom on a phone: every task stands behind all that it needs, and tasks of one layer in an
/// order that keeps lines short. Pure: equal plans are drawn equally.
/// </summary>
/// <param name="Boxes">In the plan's order.</param>
/// <param name="Lines">In the plan's order.</param>
/// <param name="Width">Of the drawing.</param>
/// <param name="Height">Of the drawing.</param>
internal sealed record PlanGraph(ImmutableArray<PlanBox> Boxes, ImmutableArray<PlanLink> Lines, int Width, int Height)
{
    /// <summary>Children of one template that are drawn; of more, the last place says how many.</summary>
    public const int MostChildren = 12;

    /// <summary>Height of one of several alike.</summary>
    public const int CellHeight = 24;

    /// <summary>Width of one of several alike, at least.</summary>
    private const int CellWidth = 165;

    /// <summary>Width of a box, at least.</summary>
    private const int BoxWidth = 166;

    /// <summary>Beyond this a box is wider than what stands in it.</summary>
    private const int MostBoxWidth = 250;

    /// <summary>Height of one whose note stands below its title, because beside it there is no room for both.</summary>
    private const int TallCell = 38;

    /// <summary>Of more rows, tall ones would be higher than a third of a screen.</summary>
    private const int MostTallRows = 5;

    private const int MostCellWidth = 330;
    private const int WidthStep = 15;

    /// <summary>What a page at 1280 has room for.</summary>
    private const int Room = 960;

    // A letter of a title, in tenths: the widest of the typefaces that browsers take for it.
    private const int TitleLetter = 79;

    // The same of what stands below it, and in one of several alike.
    private const int SmallLetter = 66;

    private const int GapX = 24;
    private const int GapY = 14;
    private const int CellGap = 6;
    private const int Padding = 8;
    private const int Margin = 3;

    // Flags lie on the upper edge of a box, clear of its title.
    private const int MarginAbove = 10;
    private const int WidthOnPhone = Padding * 2 + CellWidth * 2 + CellGap;
    private const int LineHeight = 16;
    private const int Sweeps = 4;
    private const string Folded = "more:";

    /// <summary>True for what stands for several.</summary>
    public static bool IsFolded(PlanItem item) => item.Id.StartsWith(Folded, StringComparison.Ordinal);

    /// <summary>Draws it.</summary>
    /// <param name="all">The plan's tasks, and what they became.</param>
    /// <param name="isNarrow">From top to bottom, as wide as a phone.</param>
    public static PlanGraph Of(ImmutableArray<PlanItem> all, bool isNarrow = false)
    {
        var byId = all.ToDictionary(i => i.Id, StringComparer.Ordinal);
        var children = all.Where(i => i.Parent is { } parent && byId.ContainsKey(parent)).ToLookup(i => i.Parent!, StringComparer.Ordinal);
        var inside = children.SelectMany(c => c).Select(c => c.Id).ToHashSet(StringComparer.Ordinal);

        // What needs one of several alike stands behind the box that they are in.
        var items = all.Where(i => !inside.Contains(i.Id)).Select(i => i with { Needs = [.. i.Needs.Select(n => inside.Contains(n) ? byId[n].Parent! : n).Distinct()] }).ToImmutableArray();
        var layers = LayersOf(items);
        var columns = items.GroupBy(i => layers[i.Id]).OrderBy(g => g.Key).Select(g => g.ToList()).ToList();
        var links = (from item in items from need in item.Needs where layers.TryGetValue(need, out var layer) && layer < layers[item.Id] select (From: need, To: item.Id)).ToList();
        Untangle(columns, links);
        var boxes = (isNarrow ? Rows(columns, children) : Widest(columns, children)).ToDictionary(b => b.Item.Id, StringComparer.Ordinal);
        return new PlanGraph(
            [.. items.Select(i => boxes[i.Id])],
            [.. links.Select(l => new PlanLink(l.From, l.To, isNarrow ? Down(boxes[l.From], boxes[l.To]) : Across(boxes[l.From], boxes[l.To])))],
            isNarrow ? WidthOnPhone + Margin * 2 : boxes.Values.Select(b => b.X + b.Width + Margin).DefaultIfEmpty(0).Max(),
            boxes.Values.Select(b => b.Y + b.Height + Margin).DefaultIfEmpty(0).Max());
    }

    /// <summary>A title on at most two lines of a box.</summary>
    public static ImmutableArray<string> TitleLines(string title, int width = BoxWidth)
    {
        var most = (width - 21) * 10 / TitleLetter;
        if (title.Length <= most)
        {
            return [title];
        }

        var cut = title.LastIndexOf(' ', most);
        return cut <= 0 ? [Written.Short(title, most)] : [title[..cut], Written.Short(title[(cut + 1)..], most)];
    }

    /// <summary>As wide as there is room for: names are cut only where there is none.</summary>
    private static List<PlanBox> Widest(List<List<PlanItem>> columns, ILookup<string, PlanItem> children)
    {
        for (var cell = MostCellWidth; ; cell -= WidthStep)
        {
            List<PlanBox> boxes = [.. Columns(columns, children, Math.Clamp(BoxWidth * cell / CellWidth, BoxWidth, MostBoxWidth), cell)];
            if (cell <= CellWidth || boxes.TrueForAll(b => b.X + b.Width + Margin <= Room))
            {
                return boxes;
            }
        }
    }

    /// <summary>From the top on, so that a page does not begin with nothing.</summary>
    private static IEnumerable<PlanBox> Columns(List<List<PlanItem>> columns, ILookup<string, PlanItem> children, int width, int cellWidth)
    {
        var left = Margin;
        for (var layer = 0; layer < columns.Count; layer++)
        {
            var (top, widest) = (MarginAbove, 0);
            foreach (var item in columns[layer])
            {
                var box = Box(item, layer, left, top, children[item.Id].Any() ? 0 : width, cellWidth, [.. children[item.Id]]);
                top += box.Height + GapY;
                widest = Math.Max(widest, box.Width);
                yield return box;
            }

            left += widest + GapX;
        }
    }

    /// <summary>Two beside one another where a layer has several.</summary>
    private static IEnumerable<PlanBox> Rows(List<List<PlanItem>> layers, ILookup<string, PlanItem> children)
    {
        var top = MarginAbove;
        for (var layer = 0; layer < layers.Count; layer++)
        {
            var (plain, groups) = (layers[layer].Where(i => !children[i.Id].Any()).ToList(), layers[layer].Where(i => children[i.Id].Any()).ToList());
            foreach (var row in plain.Chunk(2).Concat(groups.Select(g => new[] { g })))
            {
                var width = row.Length == 1 ? WidthOnPhone : (WidthOnPhone - GapY) / 2;
                var boxes = row.Select((item, place) => Box(item, layer, Margin + place * (width + GapY), top, width, CellWidth, [.. children[item.Id]])).ToList();
                top += boxes.Max(b => b.Height) + GapY;
                foreach (var box in boxes)
                {
                    yield return box;
                }
            }

            top += GapY; // room for lines from one layer to the next
        }
    }

    private static PlanBox Box(PlanItem item, int layer, int x, int y, int width, int cellWidth, ImmutableArray<PlanItem> children)
    {
        if (children.IsEmpty)
        {
            var lines = TitleLines(item.Title, width).Length;
            return new PlanBox(item, layer, Below(item, width), x, y, width, 34 + lines * LineHeight, []);
        }

        var drawn = Fold(item, children);
        var across = drawn.Length > 3 ? 2 : 1;
        var wide = Math.Max(width, Padding * 2 + across * (cellWidth + CellGap) - CellGap);
        var down = (drawn.Length + across - 1) / across;
        var from = y + 50;
        var isTall = down <= MostTallRows && drawn.Any(c => TaskLine.ShortTitle(c.Title, item.Title).Length > Letters(cellWidth, NoteOf(c)) && NoteOf(c) is not null);
        var high = isTall ? TallCell : CellHeight;

        // Down one column and then the next, as one reads a list.
        var cells = drawn.Select((child, at) => Cell(child, item, x + Padding + at / down * (cellWidth + CellGap), from + at % down * (high + CellGap), cellWidth, high));
        return new PlanBox(item, layer, Written.Short(TaskLine.CountsOf([.. children.Select(c => c.Status)]), (wide - 21) * 10 / SmallLetter), x, y, wide, 50 + down * (high + CellGap) - CellGap + Padding, [.. cells]);
    }

    /// <summary>Where there are too many, those that are stuck stand before those that are done.</summary>
    private static ImmutableArray<PlanItem> Fold(PlanItem parent, ImmutableArray<PlanItem> children)
    {
        if (children.Length <= MostChildren)
        {
            return children;
        }

        var ordered = children.OrderBy(c => TaskLine.Urgency(c.Status)).ToList();
        var rest = ordered.Skip(MostChildren - 1).ToList();
        var state = rest.Select(r => r.Status).Distinct().Count() == 1 ? rest[0].Status : "mixed";
        return [.. ordered.Take(MostChildren - 1), new PlanItem(Folded + parent.Id, $"and {rest.Count} more", state, TaskLine.CountsOf([.. rest.Select(r => r.Status)]), [], [], parent.Id)];
    }

    private static PlanCell Cell(PlanItem item, PlanItem parent, int x, int y, int width, int height)
    {
        var note = NoteOf(item);
        return new PlanCell(item, Written.Short(TaskLine.ShortTitle(item.Title, parent.Title), Letters(width, height > CellHeight ? null : note)), note, x, y, width, height);
    }

    private static string? NoteOf(PlanItem item) => item.Flags.FirstOrDefault() ?? (IsFolded(item) || TaskLine.Urgency(item.Status) > 2 ? null : Written.Status(item.Status));

    /// <summary>Letters of a title that fit into one of several alike, with what stands beside it.</summary>
    private static int Letters(int width, string? beside) => (width - 24 - (beside is null ? 0 : beside.Length * 7 + 8)) * 10 / SmallLetter;

    /// <summary>State and doer, and where that is too long for the box the state, whole.</summary>
    private static string Below(PlanItem item, int width) =>
        Written.Status(item.Status) is var status && $"{status} · {item.Who}" is var both && both.Length <= (width - 18) * 10 / SmallLetter ? both : status;

    private static Dictionary<string, int> LayersOf(ImmutableArray<PlanItem> items)
    {
        var byId = items.ToDictionary(i => i.Id, StringComparer.Ordinal);
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

            var behind = 0;
            foreach (var need in item.Needs)
            {
                if (byId.TryGetValue(need, out var before))
                {
                    behind = Math.Max(behind, Layer(before, path) + 1);
                }
            }

            path.Remove(item.Id);
            return layers[item.Id] = behind;
        }
    }

    /// <summary>Puts each box near the middle of those it is linked to, from the left and from the right by turns.</summary>
    private static void Untangle(List<List<PlanItem>> columns, List<(string From, string To)> links)
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

    // At one height of every box, however high it is, so that lines between neighbours are straight.
    private static string Across(PlanBox from, PlanBox to)
    {
        var (x1, y1, x2, y2) = (from.X + from.Width, from.Y + 25, to.X, to.Y + 25);
        var middle = x1 + (x2 - x1) / 2;
        return string.Create(CultureInfo.InvariantCulture, $"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}");
    }

    private static string Down(PlanBox from, PlanBox to)
    {
        var (x1, y1, x2, y2) = (from.X + from.Width / 2, from.Y + from.Height, to.X + to.Width / 2, to.Y);
        var middle = y1 + (y2 - y1) / 2;
        return string.Create(CultureInfo.InvariantCulture, $"M{x1} {y1}C{x1} {middle} {x2} {middle} {x2} {y2}");
    }
}
