using System.Collections.Immutable;
using System.Text.Json;
using static AiManager.Evals.Tests.ForgedJournal;

namespace AiManager.Evals.Tests;

/// <summary>What a report says must rest on events that say it, of the very thing that the line names, as it stood in the end.</summary>
public sealed class ReportLawTests
{
    private static readonly Line Bought = new("done", "Buy: bought.", 4, 15, 18, 21);
    private static readonly Line Over = new("done", "Done and proved.", 27);

    /// <summary>Lines about the sound journal that it bears.</summary>
    public static TheoryData<string, string, long[]> Borne => new()
    {
        { "done", "Buy (6,000 EUR): bought.", [4, 7, 15, 18, 21] },
        { "done", "Proved: erp.read: result.ok.", [26] },
        { "done", "erp.order was done before the cancellation.", [7, 14, 15] },
        { "cost", "Spent.", [15] },
        { "saved", "About 5 minutes.", [4, 21] },
    };

    /// <summary>Lines that rest on something, and not on what they say.</summary>
    public static TheoryData<string, string, long[]> Unborne => new()
    {
        { "done", "Buy: proposed.", [7] },
        { "done", "Buy: a call of it succeeded.", [15] },
        { "done", "Buy: the check's call succeeded.", [25] },
        { "done", "Buy: another's call with it.", [21, 25] },
        { "done", "Sell: sold.", [21] },
        { "done", "Buy pallets: bought.", [21] },
        { "done", "erp.sell was done.", [7, 15] },
        { "done", "erp.order was done, and so was the check.", [15, 25] },
        { "done", "Proved: something else.", [26] },
        { "notDone", "Buy: it stands in the plan.", [3] },
        { "notDone", "Buy: it was assigned.", [4] },
        { "notDone", "Buy: it was handed in.", [18] },
        { "notDone", "Buy: not begun or no longer wanted.", [3, 27] },
        { "notDone", "erp.order was not made.", [7, 14] },
        { "notDone", "erp.order was refused.", [7, 8, 15] },
        { "notDone", "Not proved: erp.read: result.ok.", [26] },
        { "waiting", "Buy waits for lead.", [9] },
        { "waiting", "Buy waits for agent:purchaser.", [4] },
        { "cost", "Spent.", [15, 21] },
        { "saved", "About 5 minutes.", [4] },
        { "gossip", "Nobody knows.", [21] },
    };

    [Theory]
    [MemberData(nameof(Borne))]
    public void What_events_say_may_be_reported(string kind, string text, long[] events)
    {
        var grade = Assert.Single(ReportLaw.Of(Sound().AsEvidence(Shown(Bought, Over, new Line(kind, text, [.. events])))));
        Assert.True(grade.Held, grade.Detail);
    }

    [Theory]
    [MemberData(nameof(Unborne))]
    public void What_the_events_of_a_line_do_not_say_of_its_subject_is_caught(string kind, string text, long[] events)
    {
        var grade = Assert.Single(ReportLaw.Of(Sound().AsEvidence(Shown(Bought, Over, new Line(kind, text, [.. events])))));
        Assert.StartsWith($"'{text}' rests on events that do not say so: ", grade.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"id":"ID"}""", "it is over and there is no report")]
    [InlineData("""{"id":"ID","report":{"lines":[{"kind":"done","text":"Buy: it.","events":[21]}]}}""", "does not say how it ended")]
    [InlineData("""{"id":"ID","report":{"lines":[{"kind":"done","text":"Buy: it.","events":[]},{"kind":"done","text":"Over.","events":[27]}]}}""", "'Buy: it.' rests on nothing")]
    [InlineData("""{"id":"ID","report":{"lines":[{"kind":"done","text":"Buy: it.","events":[99]},{"kind":"done","text":"Over.","events":[27]}]}}""", "not the workflow's")]
    [InlineData("""{"id":"ID","report":{"lines":[{"kind":"done","text":"Over.","events":[27]}]}}""", "buy is done and the report does not say so")]
    [InlineData("""{"id":"wf_01k8zq0m5vf4s8r2c7d9e1g3hj"}""", "not in the journal")]
    public void A_report_says_what_there_is(string shown, string fault) =>
        Assert.Contains(fault, Assert.Single(ReportLaw.Of(Sound().AsEvidence(shown))).Detail, StringComparison.Ordinal);

    /// <summary>It was sent back once, and accepted then: the first verdict is not what became of it.</summary>
    [Fact]
    public void A_verdict_that_another_followed_bears_nothing()
    {
        var journal = Sound();
        journal.Before<DeliverableReviewed>((new DeliverableReviewed(Buying, Actor.Manager, false, ["No."], []), Actor.Manager), (new DeliverableSubmitted(Buying, JsonText.EmptyObject), Purchaser));
        Assert.False(IsBorne(journal, new Line("notDone", "Buy: No.", 21)));
        Assert.False(IsBorne(journal, new Line("done", "Buy: bought.", 21)));
        Assert.True(IsBorne(journal, new Line("done", "Buy: bought.", 4, 21, 23)));
    }

    [Fact]
    public void What_a_deliverable_left_out_stands_in_it()
    {
        var journal = Sound();
        journal.Change<DeliverableSubmitted>(d => d with { Deliverable = JsonText.Parse("""{"notDone":[{"what":"A-1","why":"no quote"}]}""") });
        Assert.True(IsBorne(journal, new Line("notDone", "A-1: no quote", 4, 18, 21)));
        Assert.False(IsBorne(journal, new Line("notDone", "B-2: no quote", 4, 18, 21)));
        Assert.False(IsBorne(journal, new Line("notDone", "A-1: no quote", 4, 18)));
    }

    /// <summary>Why it ended without the task stands where it ended, and nowhere before.</summary>
    [Fact]
    public void What_was_not_begun_rests_on_the_end_and_what_was_taken_back_on_that()
    {
        var journal = Sound();
        journal.Remove<DeliverableReviewed>();
        journal.Change<CallSettled>(s => s with { Outcome = CallOutcome.Failed }, s => s.Call == Ordered);
        Assert.True(IsBorne(journal, new Line("notDone", "Buy: not begun or no longer wanted.", 4, 18, 26)));
        Assert.False(IsBorne(journal, new Line("notDone", "Buy: not begun or no longer wanted.", 4, 18)));
        Assert.False(IsBorne(journal, new Line("done", "Buy: bought.", 4, 18, 26)));
        Assert.True(IsBorne(journal, new Line("notDone", "erp.order failed.", 7, 15)));

        var revoked = Sound();
        revoked.Remove<DeliverableReviewed>();
        revoked.Before<AcceptanceChecked>((new GrantRevoked(Buying, new PrivateText("petra", "No more.")), Actor.Person("petra")));
        Assert.True(IsBorne(revoked, new Line("notDone", "Buy: petra took back what it may do.", 4, 25)));
        Assert.False(IsBorne(revoked, new Line("notDone", "Buy: petra took back what it may do.", 4, 18)));
    }

    /// <summary>The last report says nothing of what an earlier one made people believe.</summary>
    [Fact]
    public void Each_report_of_a_case_is_looked_at_with_what_had_happened_by_then()
    {
        var journal = Sound();
        var waiting = Shown(Noon.AddSeconds(9), new Line("waiting", $"Buy waits for 1 × lead ({Approval}).", 9, 10));
        Assert.All(Grades(journal, waiting), g => Assert.True(g.Held, g.Detail));

        var mixed = Grades(journal, Shown(Noon.AddSeconds(9), new Line("waiting", $"Buy waits for 1 × lead ({Approval}).", 7, 9, 10)));
        Assert.Contains("do not say so: CallProposed", mixed[0].Detail, StringComparison.Ordinal);

        var early = Grades(journal, Shown(Noon.AddSeconds(9), Bought));
        Assert.Contains("not the workflow's", early[0].Detail, StringComparison.Ordinal);
        Assert.True(early[1].Held, early[1].Detail);

        var late = Grades(journal, Shown(Noon.AddSeconds(12), new Line("waiting", $"Buy waits for 1 × lead ({Approval}).", 9, 10)));
        Assert.Contains("do not say so: ApprovalRequested", late[0].Detail, StringComparison.Ordinal);
    }

    private static List<Grade> Grades(ForgedJournal journal, string first)
    {
        var evidence = journal.AsEvidence(Shown(Bought, Over));
        var id = evidence.Workflows[0].Id.ToString();
        return [.. ReportLaw.Of(evidence with { Runs = [new ProgramRun(3, first.Replace("ID", id, StringComparison.Ordinal), string.Empty), .. evidence.Runs] })];
    }

    private static bool IsBorne(ForgedJournal journal, Line line) =>
        !ReportLaw.Of(journal.AsEvidence(Shown(line))).Single().Detail.Contains($"'{line.Text}' rests on", StringComparison.Ordinal);

    private static string Shown(params Line[] lines) => Shown(null, lines);

    private static string Shown(DateTimeOffset? at, params Line[] lines) => JsonSerializer.Serialize(
        new { id = "ID", updatedAt = at ?? Noon.AddDays(1), report = new { lines = lines.Select(l => new { kind = l.Kind, text = l.Text, events = l.Events }) } });

    private sealed record Line(string Kind, string Text, params ImmutableArray<long> Events);
}
