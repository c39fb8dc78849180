namespace AiManager.Domain.Tests;

public sealed class RelatedWorkTests
{
    [Theory]
    [InlineData("Where is order 4464?", "4464")]
    [InlineData("Deliver PO-4464 and inv_2031.", "po-4464,inv_2031")]
    [InlineData("A-1 is low, and so is item 10.000.3", "a-1,10.000.3")]
    [InlineData("Pay 1,250.00 or €4500 by 2026-11-26, in 30 days, 3 times, at 14h, in 2026", "")]
    [InlineData("Nothing with a number", "")]
    [InlineData("PO-4464 po-4464", "po-4464")]
    public void What_a_text_names_by_a_number(string text, string names) => Assert.Equal(names, string.Join(',', EntityNames.Of(text)));

    [Fact]
    public void What_is_the_same_and_open_comes_first_then_what_is_the_same_then_what_is_alike_and_no_other()
    {
        var related = RelatedWork.Of(
            "Where is order 4464?",
            [Found("alike", "Where is order 7001?", false, 0.6), Found("over", "Order 4464 is late", false, 0.3), Found("open", "4464 must be cancelled", true, null), Found("far", "Restock pallets", true, 0.2)]);
        Assert.Equal(["4464 must be cancelled", "Order 4464 is late", "Where is order 7001?"], related.Select(r => r.Goal));
        Assert.Equal([true, true, false], related.Select(r => r.IsSame));
        Assert.Equal(["4464"], related[0].Shared.AsEnumerable());
    }

    [Fact]
    public void Two_goals_that_say_almost_the_same_are_the_same_without_naming_anything() =>
        Assert.True(Assert.Single(RelatedWork.Of("Restock all", [Found("a", "Restock everything", true, 0.95)])).IsSame);

    [Fact]
    public void Of_a_workflow_its_goal_its_results_and_what_people_decided_are_remembered_with_whose_words_went_in()
    {
        var story = Story.Planned(Given.WorkTask("a")).Then(
            new MessagePosted(Given.Words("Hurry.", "omar")), Given.Assigned("a"), new DeliverableSubmitted(Given.Task("a"), Given.Json("""{"answer":"42 pallets"}""")),
            new DeliverableReviewed(Given.Task("a"), Actor.System, true, [], []));
        var entries = Memorable.Of(story.State);
        Assert.Equal([MemoryKind.Workflow, MemoryKind.Task], entries.Select(e => e.Kind));
        Assert.All(entries, e => Assert.Equal(["omar", "petra"], e.People.AsEnumerable()));
        Assert.Contains("42 pallets", entries[1].Text, StringComparison.Ordinal);
        Assert.True(entries[0].IsOpen);
        Assert.Equal(entries.Select(e => e.Text), Memorable.Of(story.State).Select(e => e.Text));
    }

    private static FoundMemory Found(string name, string goal, bool isOpen, double? likeness)
    {
        var id = Given.Id<WorkflowId>(name);
        return new(new MemoryEntry(id.ToString(), MemoryKind.Workflow, id, [], isOpen, goal, string.Empty, [], Given.Noon), 1, likeness);
    }
}
