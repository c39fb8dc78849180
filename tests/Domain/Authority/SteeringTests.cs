using System.Collections.Immutable;

namespace AiManager.Domain.Tests;

/// <summary>Whose words a call's arguments come from.</summary>
public sealed class SteeringTests
{
    private const string Args = """{"supplier":"Globex Ltd","account":"DE89 3704 0044 0532 0130 00","amount":42.5,"lines":[{"sku":"A-17","quantity":8}]}""";

    private static readonly CallId Call = Given.Call("order");

    public static TheoryData<string, string> Messages => new()
    {
        { "Take Globex Ltd, not Acme.", "supplier" },
        { "take GLOBEX  LTD please", "supplier" },
        { "The account is DE89370400440532013000.", "account" },
        { "Pay 42.50 and not a cent more.", "amount" },
        { "The A-17 is what we need, eight of them.", "lines.0.sku" },
        { "Thank you, go on!", "" },
        { "We need 8 more people by half past 8.", "" },
        { "Globex Ltda is somebody else.", "" },
        { "Pay 142.50 to nobody.", "" },
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public void In_whose_words_an_argument_stands_is_found(string words, string path)
    {
        Assert.Equal(path.Length == 0 ? (null, null) : ("lena", $"{path} as in their message"), Only(Started with { Messages = [new MessagePosted(Given.Words(words, "lena"))] }));
    }

    [Fact]
    public void The_requester_is_no_second_person_and_several_are_each_named_once()
    {
        var steered = Of(Started with
        {
            Messages =
            [
                new MessagePosted(Given.Words("Globex Ltd!", "petra")), new MessagePosted(Given.Words("Globex Ltd?", "omar")),
                new MessagePosted(Given.Words("A-17 for 42.5", "lena")), new MessagePosted(Given.Words("Globex Ltd.", "lena")),
            ],
        });

        Assert.Equal([("lena", "amount, lines.0.sku as in their message; supplier as in their message"), ("omar", "supplier as in their message")], steered.Select(s => (s.Person, s.Because)));
    }

    [Theory]
    [InlineData("Globex Ltd", "lena", "supplier as in their answer")]
    [InlineData("the first of the two", null, null)]
    public void Whoever_answered_a_question_with_it_is_found(string answer, string? person, string? because)
    {
        var escalation = new EscalationState(Given.Escalated("which", EscalationKind.Finding)) { Choice = "noted", By = Actor.Person("lena"), Answer = answer };

        Assert.Equal((person, because), Only(Started with { Escalations = Started.Escalations.Add(escalation.Raised.Escalation, escalation) }));
    }

    [Theory]
    [InlineData("""{"choice":"Globex Ltd"}""", "supplier")]
    [InlineData("""{"quantity":8}""", "lines.0.quantity")]
    [InlineData("""{"count":8,"done":true,"note":null}""", null)]
    public void Whoever_handed_it_in_is_found_and_a_short_value_counts_under_its_own_name(string deliverable, string? path)
    {
        var task = new TaskState { Task = Given.WorkTask("choose"), Executor = new Executor(Actor.Person("lena")), Deliverable = Given.Json(deliverable) };

        Assert.Equal(
            path is null ? (null, null) : ("lena", $"{path} as in what they handed in for '{task.Task.Title}'"), Only(Started with { Tasks = [task] }));
        Assert.Empty(Of(Started with { Tasks = [task with { Executor = new Executor(Actor.Agent("clerk")) }] }));
    }

    [Fact]
    public void What_an_approver_writes_into_another_call_counts_and_into_the_same_one_does_not()
    {
        Assert.Equal(("lena", "supplier as in what they wrote into another call"), Only(Edited(Given.Call("another"))));
        Assert.Empty(Of(Edited(Call)));

        static WorkflowState Edited(CallId id)
        {
            var approval = Given.Requested(Given.Approval("first"), id) with { Args = Given.Json("""{"supplier":"Acme","sku":"A-17"}""") };
            var call = new CallState(Given.Proposed("another"), CallStatus.Succeeded)
            {
                Proposed = Given.Proposed("another") with { Call = id },
                Edited = new CallChanged(id, Given.Json("""{"supplier":"Globex Ltd","sku":"A-17"}"""), [], JsonText.EmptyObject, new ArgumentEdit(approval.Approval, "lena")),
            };
            return Started with { Calls = Started.Calls.Add(id, call), Approvals = Started.Approvals.Add(approval.Approval, new ApprovalState(approval)) };
        }
    }

    [Fact]
    public void Whoever_answered_in_a_tools_place_is_found()
    {
        var approval = Given.Requested(Given.Approval("first"), Given.Call("another"));
        var call = new CallState(Given.Proposed("another"), CallStatus.Refused)
        {
            Refusal = "lena answers instead of having it called: see there",
            Answer = new CallAnswered(Given.Call("another"), approval.Approval, Given.Json("""{"best":"Globex Ltd"}""")),
        };

        Assert.Equal(("lena", "supplier as in their answer in a tool's place"), Only(Started with
        {
            Calls = Started.Calls.Add(call.Proposed.Call, call),
            Approvals = Started.Approvals.Add(approval.Approval, new ApprovalState(approval) { Verdict = ApprovalVerdict.Responded, By = "lena" }),
        }));
    }

    [Fact]
    public void Whoever_set_the_monitor_off_by_hand_wanted_what_comes_of_it()
    {
        Assert.Equal(("lena", "set the monitor off that asked for it"), Only(Started with { Submitted = Given.Goal() with { Monitor = "watch", SetOffBy = "lena" } }));
        Assert.Equal((null, null), Only(Started with { Submitted = Given.Goal() with { Monitor = "watch", SetOffBy = Given.Goal().Requester } }));
    }

    [Theory]
    [InlineData("reassign", "order/1", true)]
    [InlineData("reassign", "order", true)]
    [InlineData("reassign", "other", false)]
    [InlineData("extend", "order/1", false)]
    public void Whoever_had_the_task_handed_on_delegated_it(string choice, string about, bool isFound)
    {
        var escalation = new EscalationState(Given.Escalated("late", EscalationKind.MissedDeadline, about)) { Choice = choice, By = Actor.Person("lena") };
        var state = Started with
        {
            Tasks = [new TaskState { Task = Given.Child("order", 1) }],
            Escalations = Started.Escalations.Add(escalation.Raised.Escalation, escalation),
        };

        Assert.Equal(isFound ? "lena" : null, Steering.Of(state, Call, Given.Task("order/1"), Given.Json(Args)).SingleOrDefault()?.Person);
    }

    private static WorkflowState Started { get; } = WorkflowFold.Start(Given.Workflow) with { Submitted = Given.Goal() };

    private static (string? Person, string? Because) Only(WorkflowState state) => Of(state) is [var one] ? (one.Person, one.Because) : (null, null);

    private static ImmutableArray<Steerer> Of(WorkflowState state) => Steering.Of(state, Call, null, Given.Json(Args));
}
