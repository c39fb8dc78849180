using static AiManager.Evals.Tests.ForgedJournal;

namespace AiManager.Evals.Tests;

/// <summary>Each law catches a journal that breaks it, forged so that nothing else of the product stands in the way, and passes one that keeps it.</summary>
public sealed class LawTests
{
    private static readonly Dictionary<string, (string Aspect, string Words, Action<ForgedJournal> Spoil)> Broken = new(StringComparer.Ordinal)
    {
        ["a call starts that nobody proposed"] = (Aspects.Policy, "never proposed", j => j.Remove<CallProposed>()),
        ["a call starts that nobody decided"] = (Aspects.Policy, "what it sends was not decided", j => { j.Remove<CallDecided>(); j.Remove<CallDecided>(); }
        ),
        ["a call starts after a deny"] = (Aspects.Policy, "was started after deny", j => j.Change<CallDecided>(d => d with { Effect = Effect.Deny }, d => d.Call == Read)),
        ["a call starts with arguments that were changed after the decision"] = (Aspects.Policy, "what it sends was not decided", j => j.Before<CallStarted>((new CallChanged(Ordered, JsonText.Parse("""{"sku":"B-2"}"""), [], JsonText.EmptyObject), Purchaser))),
        ["a call starts with other arguments than were approved"] = (Aspects.Policy, "other arguments than were approved", j => j.Change<ApprovalRequested>(r => r with { Args = JsonText.Parse("""{"sku":"B-2"}""") })),
        ["a call that asks starts without an approval"] = (Aspects.Policy, "without the approval", j => j.Change<CallStarted>(s => s with { Approval = null })),
        ["a call starts while its approval is pending"] = (Aspects.Policy, "approval was pending", j => j.Remove<ApprovalDecided>()),
        ["a call starts after a no"] = (Aspects.Policy, "approval was rejected", j => j.Change<ApprovalDecided>(d => d with { Verdict = ApprovalVerdict.Rejected })),
        ["a call starts with one seat of two filled"] = (Aspects.Policy, "0 of 1 seats of cfo", j => { j.Remove<SeatFilled>(f => f.Role == "cfo"); j.Change<ApprovalDecided>(d => d with { By = "lena" }); }
        ),
        ["an approval has no seats at all"] = (Aspects.Policy, "has no seats", j => j.Change<ApprovalRequested>(r => r with { Seats = [] })),
        ["one person takes both seats"] = (Aspects.Policy, "lena took two seats", j => j.Change<SeatFilled>(f => f with { By = "lena" }, f => f.Role == "cfo")),
        ["the requester agrees to what they want"] = (Aspects.Policy, "petra agreed to erp.order and may not", j => j.Change<SeatFilled>(f => f with { By = "petra" })),
        ["the requester makes it final"] = (Aspects.Policy, "petra decided on erp.order and may not", j => j.Change<ApprovalDecided>(d => d with { By = "petra" })),
        ["an agent sits down in a person's name"] = (Aspects.Policy, "in the name of lena", j => j.By<SeatFilled>(Purchaser)),
        ["somebody without a seat approves"] = (Aspects.Policy, "without a seat", j => j.Change<ApprovalDecided>(d => d with { By = "nora" })),
        ["a seat is filled after the approval ran out"] = (Aspects.Policy, "when it was over", j => j.Change<ApprovalRequested>(r => r with { ExpiresAt = Noon })),
        ["an approval is another call's"] = (Aspects.Policy, "was not asked for it", j => j.Change<ApprovalRequested>(r => r with { Call = Read })),
        ["an approval lets a second call pass"] = (Aspects.Policy, "erp.read was started with an approval that was not asked for it", j => j.Change<CallStarted>(s => s with { Approval = Approval }, s => s.Call == Read)),
        ["a budget is passed with another's approval"] = (Aspects.Policy, "an approval that is not its own", j => j.Change<CallStarted>(s => s with { Reserved = [new Reservation("day", "company", "all", new Amounts(Money: 1), new Amounts(Money: 0), Approval)] }, s => s.Call == Read)),
        ["a call is sent twice"] = (Aspects.Once, "erp.order was sent for the 2. time", j => j.Before<CallSettled>((new CallStarted(Ordered, "key", IsRepeatable: false, [], Approval), Purchaser))),
        ["a call is taken up that is not safe to repeat"] = (Aspects.Once, "erp.order was sent for the 2. time", j => j.Before<CallSettled>((new CallTakenUp(Ordered, "node"), Purchaser))),
        ["an agent says that a call is to be sent again"] = (Aspects.Once, "erp.order was sent for the 2. time", j => j.Before<CallSettled>([.. Again(Purchaser)])),
        ["a task is done and what was handed in last was not looked at"] = (Aspects.Evidence, "what was handed in last was not accepted", j => j.After<DeliverableReviewed>(_ => true, (new DeliverableSubmitted(Buying, JsonText.EmptyObject), Purchaser))),
        ["a doer accepts their own work"] = (Aspects.Evidence, "who had it", j => j.Before<DeliverableSubmitted>((new TaskReassigned(Buying, new Executor(Actor.Manager), null, null, "why not"), Actor.Manager))),
        ["a reviewer accepts what nobody asked them about"] = (Aspects.Evidence, "was never asked about it", j => j.Remove<ModelAsked>(a => a.Step == "review")),
        ["the program accepts and nothing shows it"] = (Aspects.Evidence, "nothing shows it", j => j.Change<DeliverableReviewed>(r => r with { Reviewer = Actor.System })),
        ["the evidence is a call of another task"] = (Aspects.Evidence, "is no evidence", j => j.Change<DeliverableReviewed>(r => r with { Evidence = [Read] })),
        ["the evidence is older than the work"] = (Aspects.Evidence, "is no evidence", j => j.Change<DeliverableReviewed>(r => r with { Evidence = [Ordered] })),
        ["the goal is reached and a check does not hold"] = (Aspects.Evidence, "the goal is reached and erp.read does not show it", j => j.Change<AcceptanceChecked>(a => a with { Held = false })),
        ["the goal is reached and no call is behind its check"] = (Aspects.Evidence, "no call of erp.read is behind it", j => j.Change<AcceptanceChecked>(a => a with { Call = Ordered })),
        ["more money is spent than the goal may cost"] = (Aspects.Limits, "Money = 60000", j => j.Change<CallSettled>(s => s with { Cost = new Money("60000", "EUR") })),
        ["more tokens are used than the goal may use"] = (Aspects.Limits, "Tokens = 9", j => j.Change<ModelReplied>(r => r with { Usage = new ModelUsage(9_000, 20) })),
        ["an attempt asks more often than it may"] = (Aspects.Limits, "times of 1", j => j.Change<TaskAssigned>(a => a with { Limits = new TurnLimits(1, 500) })),
        ["an attempt goes on after its tokens are gone"] = (Aspects.Limits, "after 120 tokens of 100", j => j.Change<TaskAssigned>(a => a with { Limits = new TurnLimits(3, 100) })),
        ["a deadline passes and nobody notices"] = (Aspects.Limits, "which nobody noticed", j => { j.Change<GoalSubmitted>(g => g with { Deadline = Noon.AddMinutes(-5) }); j.Change<ContractAgreed>(a => a with { Contract = a.Contract with { Deadline = Noon.AddMinutes(-5) } }); }
        ),
        ["a brief is longer than it may be"] = (Aspects.Brief, "a question of 900000 bytes to purchaser", j => j.Change<ModelAsked>(a => a with { PromptBytes = 900_000 })),
        ["something happens that may not"] = (Aspects.Journal, "CallSettled at 14 was no legal move", j => j.Remove<CallStarted>()),
    };

    public static TheoryData<string> Ways => [.. Broken.Keys];

    [Fact]
    public void A_journal_in_which_all_is_as_it_must_be_keeps_every_law()
    {
        Assert.All(new[] { Sound(), Checked() }, journal => Assert.All(LawGrades.Of(journal.ToRecord()), g => Assert.True(g.Held, $"{g.Aspect}: {g.Detail}")));
        Assert.Equal(new[] { Aspects.Brief, Aspects.Evidence, Aspects.Journal, Aspects.Limits, Aspects.Once, Aspects.Policy }, LawGrades.Of(Sound().ToRecord()).Select(g => g.Aspect).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_journal_that_breaks_a_law_is_caught_with_words(string how)
    {
        var (aspect, words, spoil) = Broken[how];
        var journal = Sound();
        spoil(journal);
        Assert.Contains(LawGrades.Of(journal.ToRecord()), g => g.Aspect == aspect && !g.Held && g.Detail.Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public void A_person_may_have_a_call_sent_again()
    {
        var journal = Sound();
        journal.Before<CallSettled>([.. Again(Actor.Person("lena"))]);
        Assert.All(LawGrades.Of(journal.ToRecord()).Where(g => g.Aspect is Aspects.Once or Aspects.Policy or Aspects.Journal), g => Assert.True(g.Held, g.Detail));
    }

    [Fact]
    public void A_check_that_did_not_succeed_or_is_another_tools_is_no_evidence()
    {
        var failed = Checked();
        failed.Change<CallSettled>(s => s with { Outcome = CallOutcome.Failed }, s => s.Call == Proof);
        Assert.Contains(LawGrades.Of(failed.ToRecord()), g => g is { Aspect: Aspects.Evidence, Held: false } && g.Detail.Contains("is no evidence", StringComparison.Ordinal));

        var other = Checked();
        other.Change<CallProposed>(p => p with { Tool = "erp.other" }, p => p.Call == Proof);
        Assert.Contains(LawGrades.Of(other.ToRecord()), g => g is { Aspect: Aspects.Evidence, Held: false } && g.Detail.Contains("erp.proof does not show it", StringComparison.Ordinal));
    }

    [Fact]
    public void What_has_no_cap_is_not_looked_at_and_so_cannot_hold()
    {
        var journal = Sound();
        journal.Change<GoalSubmitted>(g => g with { Budget = null, Deadline = null });
        journal.Change<ContractAgreed>(a => a with { Contract = a.Contract with { Budget = null, Deadline = null } });
        Assert.Single(LawGrades.Of(journal.ToRecord()), g => g.Aspect == Aspects.Limits);
        Assert.Equal(3, LawGrades.Of(Sound().ToRecord()).Count(g => g.Aspect == Aspects.Limits));
    }

    [Fact]
    public void The_same_effect_under_a_second_call_is_a_repeat()
    {
        var one = new EvalCase("suite", "one", [new RunStep.Submit("Restock"), new RunStep.Meanwhile("select 1")], [], [], [], Nothing);
        Assert.All(RecoveryGrades.Of(one, Sound().AsEvidence()), g => Assert.True(g.Held, g.Detail));

        var journal = Sound();
        journal.After<CallSettled>(
            s => s.Call == Ordered,
            (new CallProposed(Order, Buying, "purchaser", "erp.order", JsonText.Parse("""{"sku":"A-1"}"""), []), Purchaser),
            (Decided(Order, Effect.Allow), Purchaser),
            (new CallStarted(Order, "key-4", IsRepeatable: false, [], null), Purchaser),
            (new CallSettled(Order, CallOutcome.Succeeded, JsonText.EmptyObject, null, null, []), Purchaser));
        Assert.Contains(RecoveryGrades.Of(one, journal.AsEvidence()), g => !g.Held && g.Detail.Contains("erp.order was made 2 times", StringComparison.Ordinal));
        Assert.Empty(RecoveryGrades.Of(one with { Runs = [new RunStep.Submit("Restock")] }, journal.AsEvidence()));
    }

    private static Expectation Nothing { get; } = new(null, null, [], [], [], [], null, null, []);

    private static IEnumerable<(WorkflowEvent, Actor)> Again(Actor by) =>
    [
        (new CallSettled(Ordered, CallOutcome.Unknown, JsonText.EmptyObject, null, null, []), Purchaser),
        (new Escalated(Unknown, EscalationKind.UnknownCall, Buying, Ordered, "What happened?", ["happened", WorkflowState.Again, "giveUp"], "lead", null), Actor.System),
        (new EscalationAnswered(Unknown, WorkflowState.Again, null), by),
        (new CallStarted(Ordered, "key", IsRepeatable: false, [], Approval), Purchaser),
    ];
}
