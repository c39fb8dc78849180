namespace AiManager.Host.Tests;

public sealed class PlanGraphTests
{
    [Fact]
    public void A_task_stands_to_the_right_of_all_that_it_needs()
    {
        var graph = PlanGraph.Of([Item("a"), Item("b", ["a"]), Item("c", ["a"]), Item("d", ["b", "c"]), Item("e", ["a", "d"])]);
        Assert.Equal([0, 1, 1, 2, 3], graph.Boxes.Select(b => b.Layer));
        Assert.Equal(6, graph.Lines.Length);
        Assert.All(graph.Lines, line => Assert.True(Box(graph, line.From).X + PlanGraph.BoxWidth < Box(graph, line.To).X));
    }

    [Fact]
    public void Boxes_do_not_touch_and_lie_within_the_drawing()
    {
        var graph = PlanGraph.Of([.. Enumerable.Range(0, 30).Select(i => Item($"t{i}", i < 5 ? [] : [$"t{i - 5}", $"t{i - 3}"]))]);
        Assert.All(graph.Boxes, b => Assert.True(b.X >= 0 && b.Y >= 0 && b.X + PlanGraph.BoxWidth <= graph.Width && b.Y + PlanGraph.BoxHeight <= graph.Height));
        Assert.Empty(
            from one in graph.Boxes
            from other in graph.Boxes
            where one != other && Math.Abs(one.X - other.X) < PlanGraph.BoxWidth && Math.Abs(one.Y - other.Y) < PlanGraph.BoxHeight
            select (one, other));
    }

    [Theory]
    [InlineData("done", "purchaser", "done · purchaser")]
    [InlineData("waiting_approval", "purchaser", "waiting approval")]
    public void What_stands_in_a_box_is_whole(string status, string who, string words) => Assert.Equal(words, PlanGraph.Below(Item("a", status: status) with { Who = who }));

    [Fact]
    public void What_a_template_became_stands_between_it_and_what_needs_it()
    {
        var graph = PlanGraph.Of([Item("each"), Item("each/1", parent: "each"), Item("each/2", parent: "each"), Item("sum", ["each"])]);
        Assert.Equal([0, 1, 1, 2], graph.Boxes.Select(b => b.Layer));
        Assert.Equal(["each>each/1 loose", "each>each/2 loose", "each/1>sum", "each/2>sum"], graph.Lines.Select(l => $"{l.From}>{l.To}{(l.IsLoose ? " loose" : "")}"));
    }

    [Fact]
    public void Of_many_alike_the_stuck_ones_are_drawn_and_the_rest_is_counted()
    {
        var children = Enumerable.Range(1, 20).Select(i => Item($"each/{i}", parent: "each", status: i == 20 ? "failed" : i == 19 ? "waiting_approval" : "done"));
        var graph = PlanGraph.Of([Item("each"), .. children]);
        Assert.Equal(1 + PlanGraph.MostChildren, graph.Boxes.Length);
        Assert.Contains(graph.Boxes, b => b.Item.Status == "failed");
        Assert.Contains(graph.Boxes, b => b.Item.Status == "waiting_approval");
        var rest = Assert.Single(graph.Boxes, b => PlanGraph.IsFolded(b.Item)).Item;
        Assert.Equal(("and 13 more", "13 done", "done"), (rest.Title, rest.Who, rest.Status));
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
    }

    [Theory]
    [InlineData("Short", "Short")]
    [InlineData("Receive what has arrived", "Receive what has|arrived")]
    [InlineData("Donaudampfschifffahrtsgesellschaft", "Donaudampfschifffahr…")]
    [InlineData("Compare the quotes of all suppliers that are approved", "Compare the quotes of|all suppliers that a…")]
    public void A_title_has_at_most_two_lines(string title, string lines) => Assert.Equal(lines.Split('|'), PlanGraph.TitleLines(title));

    private static PlanBox Box(PlanGraph graph, string id) => graph.Boxes.Single(b => b.Item.Id == id);

    private static PlanItem Item(string id, string[]? needs = null, string? parent = null, string status = "pending") =>
        new(id, id, status, "somebody", null, [.. needs ?? []], parent);
}
