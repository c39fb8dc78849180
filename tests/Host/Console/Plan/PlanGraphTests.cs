namespace AiManager.Host.Tests;

public sealed class PlanGraphTests
{
    [Fact]
    public void A_task_stands_to_the_right_of_all_that_it_needs()
    {
        var graph = PlanGraph.Of([Item("a"), Item("b", ["a"]), Item("c", ["a"]), Item("d", ["b", "c"]), Item("e", ["a", "d"])]);
        Assert.Equal([0, 1, 1, 2, 3], graph.Boxes.Select(b => b.Layer));
        Assert.Equal(6, graph.Lines.Length);
        Assert.All(graph.Lines, line => Assert.True(Box(graph, line.From).X + Box(graph, line.From).Width < Box(graph, line.To).X));
    }

    [Fact]
    public void On_a_phone_a_task_stands_below_all_that_it_needs_and_nothing_is_wider()
    {
        var graph = PlanGraph.Of([Item("a"), Item("b", ["a"]), Item("c", ["a"]), Item("d", ["b", "c"]), .. Children("d", 40)], isNarrow: true);
        Assert.All(graph.Lines, line => Assert.True(Box(graph, line.From).Y + Box(graph, line.From).Height < Box(graph, line.To).Y));
        Assert.Equal(358, graph.Width); // 390 less the margins of the page
        Within(graph);
        Apart(graph);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Boxes_do_not_touch_and_lie_within_the_drawing(bool isNarrow)
    {
        var tasks = Enumerable.Range(0, 30).Select(i => Item($"t{i}", i < 5 ? [] : [$"t{i - 5}", $"t{i - 3}"]));
        var graph = PlanGraph.Of([.. tasks, .. Children("t7", 5), .. Children("t22", 50)], isNarrow);
        Within(graph);
        Apart(graph);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Above_a_box_there_is_room_for_its_flags(bool isNarrow) =>
        Assert.All(PlanGraph.Of([Item("a") with { Flags = ["waiting"] }, Item("b", ["a"])], isNarrow).Boxes, b => Assert.True(b.Y >= 9, $"{b.Y}"));

    [Theory]
    [InlineData("done", "purchaser", "done · purchaser")]
    [InlineData("waiting_approval", "purchaser", "waiting approval · purchaser")]
    [InlineData("waiting_approval", "purchaser-of-raw-material", "waiting approval")]
    public void What_stands_in_a_box_is_whole(string status, string who, string words) =>
        Assert.Equal(words, Assert.Single(PlanGraph.Of([Item("a", status: status) with { Who = who }]).Boxes).Below);

    [Fact]
    public void What_a_template_became_stands_inside_its_box_and_what_needs_it_behind_the_box()
    {
        var graph = PlanGraph.Of([Item("each") with { Title = "Order" }, .. Children("each", 2), Item("sum", ["each"]), Item("after", ["each/1"])]);
        Assert.Equal([0, 1, 1], graph.Boxes.Select(b => b.Layer));
        Assert.Equal(["each>sum", "each>after"], graph.Lines.Select(l => $"{l.From}>{l.To}"));
        Assert.Equal("2 tasks: 2 done", graph.Boxes[0].Below);
        Assert.Equal(["each/1", "each/2"], graph.Boxes[0].Cells.Select(c => c.Item.Id));
        Assert.All(graph.Boxes[0].Cells, c => Assert.Null(c.Note)); // what went well needs no word
    }

    [Fact]
    public void A_plan_as_the_samples_have_it_is_no_higher_than_a_third_of_a_screen()
    {
        var graph = PlanGraph.Of([Item("receive"), Item("find", ["receive"]), Item("choose", ["find"]), Item("order", ["choose"]), .. Children("order", 7)]);
        Assert.True(graph.Height <= 300, $"{graph.Height} px");
        Assert.True(graph.Width <= 967, $"{graph.Width} px, so that it is drawn at its own size at 1280");
    }

    [Fact]
    public void Of_many_alike_the_stuck_ones_are_drawn_and_the_rest_is_counted()
    {
        var graph = PlanGraph.Of([Item("each"), .. Children("each", 40, i => i == 40 ? "failed" : i == 39 ? "waiting_approval" : "done")]);
        var box = Assert.Single(graph.Boxes);
        Assert.Equal("40 tasks: 1 failed, 1 waiting approval, 38 done", box.Below);
        Assert.Equal(PlanGraph.MostChildren, box.Cells.Length);
        Assert.Equal([("failed", "failed"), ("waiting_approval", "waiting approval")], box.Cells.Take(2).Select(c => (c.Item.Status, c.Note)));
        var rest = Assert.Single(box.Cells, c => PlanGraph.IsFolded(c.Item)).Item;
        Assert.Equal(("and 29 more", "29 tasks: 29 done", "done"), (rest.Title, rest.Who, rest.Status));
        Assert.True(graph.Height <= 300, $"{graph.Height} px");
    }

    [Fact]
    public void What_one_of_several_alike_is_called_leaves_out_what_they_share()
    {
        var graph = PlanGraph.Of([Item("o") with { Title = "Order" }, Item("1", parent: "o") with { Title = "Order: nordkabel" }, Item("2", parent: "o") with { Title = "Something else", Flags = ["late", "waiting"] }]);
        Assert.Equal([("nordkabel", null), ("Something else", "late")], graph.Boxes[0].Cells.Select(c => (c.Title, c.Note)));
    }

    [Fact]
    public void Lines_that_would_cross_are_untangled()
    {
        var graph = PlanGraph.Of([Item("a"), Item("b"), Item("x", ["b"]), Item("y", ["a"])]);
        Assert.Equal(Box(graph, "a").Y < Box(graph, "b").Y, Box(graph, "y").Y < Box(graph, "x").Y);
    }

    [Fact]
    public void An_empty_plan_and_one_with_a_cycle_are_drawn_too()
    {
        Assert.Empty(PlanGraph.Of([]).Boxes);
        Assert.Equal(2, PlanGraph.Of([Item("a", ["b"]), Item("b", ["a"])]).Boxes.Length);
        Assert.Single(PlanGraph.Of([Item("child", parent: "gone")]).Boxes);
    }

    [Theory]
    [InlineData("Short", "Short")]
    [InlineData("Receive what has arrived", "Receive what has|arrived")]
    [InlineData("Donaudampfschifffahrtsgesellschaft", "Donaudampfschifff…")]
    [InlineData("Compare the quotes of all suppliers that are approved", "Compare the quotes|of all suppliers…")]
    public void A_title_has_at_most_two_lines(string title, string lines) => Assert.Equal(lines.Split('|'), PlanGraph.TitleLines(title));

    [Fact]
    public void Names_are_cut_only_where_there_is_no_room_for_them()
    {
        var sites = Enumerable.Range(1, 9).Select(i => Item($"{i}", parent: "o", status: i == 1 ? "waiting_approval" : "done") with { Title = "Intervene: CT-101 at Mälaren University", Flags = i == 1 ? ["waiting"] : [] });
        var graph = PlanGraph.Of([Item("find") with { Title = "Find the sites behind" }, Item("o", ["find"]) with { Title = "Intervene" }, .. sites]);
        Assert.All(graph.Boxes.Single(b => b.Item.Id == "o").Cells, c => Assert.Equal("CT-101 at Mälaren University", c.Title));
        Assert.Equal("Find the sites behind", Assert.Single(PlanGraph.TitleLines("Find the sites behind", Box(graph, "find").Width)));
        Assert.True(graph.Width <= 967, $"{graph.Width} px");
        Within(graph);
        Apart(graph);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_note_that_would_cut_a_name_stands_below_it(bool isNarrow)
    {
        var children = Enumerable.Range(1, 7).Select(i => Item($"{i}", parent: "o", status: "done") with { Title = i == 1 ? "Order: bohemia-electric" : "Order: lumatek", Flags = i == 1 ? ["over budget"] : [] });
        var graph = PlanGraph.Of([Item("a"), Item("b", ["a"]), Item("c", ["b"]), Item("o", ["c"]) with { Title = "Order" }, .. children], isNarrow);
        var cell = Box(graph, "o").Cells[0];
        Assert.Equal(("bohemia-electric", "over budget", true), (cell.Title, cell.Note, cell.HasNoteBelow));
        Assert.True(isNarrow || graph.Height <= 300, $"{graph.Height} px");
        Within(graph);
        Apart(graph);
    }

    private static void Within(PlanGraph graph)
    {
        Assert.All(graph.Boxes, b => Assert.True(b.X >= 0 && b.Y >= 0 && b.X + b.Width <= graph.Width && b.Y + b.Height <= graph.Height, $"{b}"));
        Assert.All(graph.Boxes, b => Assert.All(b.Cells, c => Assert.True(c.X > b.X && c.Y > b.Y && c.X + c.Width < b.X + b.Width && c.Y + c.Height < b.Y + b.Height, $"{c}")));
    }

    private static void Apart(PlanGraph graph) => Assert.Empty(
        from one in graph.Boxes
        from other in graph.Boxes
        where one != other && one.X < other.X + other.Width && other.X < one.X + one.Width && one.Y < other.Y + other.Height && other.Y < one.Y + one.Height
        select (one, other));

    private static PlanBox Box(PlanGraph graph, string id) => graph.Boxes.Single(b => b.Item.Id == id);

    private static IEnumerable<PlanItem> Children(string parent, int count, Func<int, string>? status = null) =>
        Enumerable.Range(1, count).Select(i => Item($"{parent}/{i}", parent: parent, status: status?.Invoke(i) ?? "done"));

    private static PlanItem Item(string id, string[]? needs = null, string? parent = null, string status = "pending") =>
        new(id, id, status, "somebody", [], [.. needs ?? []], parent);
}
