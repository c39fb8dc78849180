using System.Runtime.CompilerServices;
using static AiManager.Evals.Tests.ForgedJournal;

namespace AiManager.Evals.Tests;

/// <summary>To what an event belongs is read off its fields, so that a new kind of event is not taken for one about the goal.</summary>
public sealed class EventSubjectTests
{
    public static TheoryData<string> InWorkflows => [.. typeof(WorkflowEvent).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(WorkflowEvent)) && IsInWorkflows(t)).Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(InWorkflows))]
    public void Every_event_of_a_workflow_is_about_something(string name)
    {
        var type = typeof(WorkflowEvent).Assembly.GetTypes().Single(t => t.Name == name && t.IsSubclassOf(typeof(WorkflowEvent)));
        Assert.Null(Record.Exception(() => EventSubject.Of((WorkflowEvent)RuntimeHelpers.GetUninitializedObject(type))));
    }

    [Fact]
    public void An_event_of_which_nobody_has_said_what_it_is_about_is_no_event_of_the_goal()
    {
        var fault = Assert.Throws<InvalidOperationException>(() => EventSubject.Of(new KeyRevoked("k")));
        Assert.Equal("KeyRevoked names no call, approval, escalation or task, and is not among the events of a goal.", fault.Message);
    }

    [Fact]
    public void The_narrowest_of_what_an_event_names_is_what_it_is_about()
    {
        Assert.Equal(Ordered.ToString(), EventSubject.Of(new CallStarted(Ordered, "key", IsRepeatable: false, [], Approval)));
        Assert.Equal(Approval.ToString(), EventSubject.Of(new ApprovalReminded(Approval)));
        Assert.Equal(Unknown.ToString(), EventSubject.Of(new EscalationAnswered(Unknown, "yes", null)));
        Assert.Equal(Buying.ToString(), EventSubject.Of(new TaskFailed(Buying, "no")));
        Assert.Null(EventSubject.Of(new GoalCompleted("Done.")));
        Assert.Null(EventSubject.Of(new AcceptanceChecked(0, 1, null, true, "It is.")));
    }

    /// <summary>What a call was when something happened to it, seen in one pass over the journal.</summary>
    [Fact]
    public void What_happens_to_a_call_is_seen_with_its_arguments_as_they_stood_then()
    {
        var journal = Sound();
        journal.Before<CallStarted>((new CallChanged(Ordered, JsonText.Parse("""{"sku":"B-2"}"""), [], JsonText.EmptyObject), Purchaser));
        var record = journal.ToRecord();
        Assert.Equal(["A-1", "A-1", ""], JoinedEvent.Of(record, nameof(CallDecided)).Select(e => Sku(e.Value)));
        Assert.Equal(["B-2", ""], JoinedEvent.Of(record, nameof(CallStarted)).Select(e => Sku(e.Value)));
        Assert.Equal(["B-2", ""], JoinedEvent.Of(record, nameof(CallSettled)).Select(e => Sku(e.Value)));
        Assert.Equal(record.Stored.Where(e => e.Type == nameof(CallDecided)), JoinedEvent.Of(record, nameof(CallDecided)).Select(e => e.Stored));
    }

    private static string Sku(WhenValue value) => ((WhenRecord)((WhenRecord)value).Fields["args"]).Fields.TryGetValue("sku", out var sku) ? ((WhenText)sku).Value : string.Empty;

    private static bool IsInWorkflows(Type type)
    {
        if (type == typeof(GoalSubmitted))
        {
            return true;
        }

        var fact = (WorkflowEvent)RuntimeHelpers.GetUninitializedObject(type);
        return Enum.GetValues<WorkflowStatus>().Any(status => WorkflowLifecycle.Next(status, fact) is not null);
    }
}
