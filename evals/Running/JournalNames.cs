using System.Globalization;

namespace AiManager.Evals;

/// <summary>What the ids of a workflow are called in every run of it: after the task, the question and the place in its reply that they come from, which its ids follow from too.</summary>
internal sealed class JournalNames
{
    private const string Goal = "(goal)";

    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _threads = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    public JournalNames(WorkflowRecord workflow)
    {
        foreach (var task in workflow.State.Tasks)
        {
            _names[task.Task.Id.ToString()] = task.Task.Key;
        }

        foreach (var fact in workflow.Events.Select(e => e.Event))
        {
            Read(fact);
        }
    }

    /// <summary>The name of an id; null for one that has none in every run.</summary>
    public string? Of(string id) => _names.GetValueOrDefault(id);

    /// <summary>To what an event belongs, and what it is called together with all that cannot be told from it by name.</summary>
    public (string Thread, string Group) ThreadOf(WorkflowEvent fact)
    {
        switch (fact)
        {
            case ModelAsked { Step: not "act" } asked:
                var group = $"{Task(asked.Task)} {asked.Step} by {asked.Role}";
                _threads[asked.Ask.ToString()] = group;
                return (asked.Ask.ToString(), group);
            case ModelReplied replied when _threads.TryGetValue(replied.Ask.ToString(), out var known):
                return (replied.Ask.ToString(), known);
            case ModelAskedAgain again when _threads.TryGetValue(again.Ask.ToString(), out var known):
                return (again.Ask.ToString(), known);
        }

        var name = IdOf(fact) is { } id && _names.TryGetValue(id, out var found) ? found : Goal;
        return (name, name);
    }

    private static string? IdOf(WorkflowEvent fact) => fact switch
    {
        CallProposed e => e.Call.ToString(),
        CallChanged e => e.Call.ToString(),
        CallDecided e => e.Call.ToString(),
        CallDeferred e => e.Call.ToString(),
        DeferralEnded e => e.Call.ToString(),
        CallShadowed e => e.Call.ToString(),
        CallAnswered e => e.Call.ToString(),
        CallStarted e => e.Call.ToString(),
        CallTakenUp e => e.Call.ToString(),
        CallSettled e => e.Call.ToString(),
        CallEndedLate e => e.Call.ToString(),
        LookAsked e => e.Call.ToString(),
        ApprovalRequested e => e.Call.ToString(),
        SeatFilled e => e.Approval.ToString(),
        ApprovalDecided e => e.Approval.ToString(),
        ApprovalReminded e => e.Approval.ToString(),
        StandInsAdmitted e => e.Approval.ToString(),
        ApprovalEscalated e => e.Approval.ToString(),
        StandingSettled e => e.Approval.ToString(),
        EscalationAnswered e => e.Escalation.ToString(),
        Escalated e => e.Escalation.ToString(),
        ModelAsked e => e.Task?.ToString(),
        ModelReplied e => e.Task?.ToString(),
        ModelAskedAgain e => e.Task?.ToString(),
        TaskExpanded e => e.Task.ToString(),
        TaskAssigned e => e.Task.ToString(),
        AssignmentPutOff e => e.Task.ToString(),
        TaskRetried e => e.Task.ToString(),
        TaskReassigned e => e.Task.ToString(),
        TaskBlocked e => e.Task.ToString(),
        TaskFailed e => e.Task.ToString(),
        ReplyCorrected e => e.Task.ToString(),
        HistorySummarised e => e.Task.ToString(),
        DeliverableSubmitted e => e.Task.ToString(),
        DeliverableReviewed e => e.Task.ToString(),
        GrantRevoked e => e.Task.ToString(),
        WorkHeld e => e.Task?.ToString(),
        WorkReleased e => e.Task?.ToString(),
        DeadlinePassed e => e.Task?.ToString(),
        DeadlineExtended e => e.Task?.ToString(),
        _ => null,
    };

    private void Read(WorkflowEvent fact)
    {
        switch (fact)
        {
            case ModelAsked { Step: "act" } asked:
                _names[asked.Ask.ToString()] = $"{Task(asked.Task)} question {Next($"{asked.Task} question")}";
                break;
            case ModelReplied replied when _names.TryGetValue(replied.Ask.ToString(), out var question):
                for (var place = 0; place < replied.Calls.Length; place++)
                {
                    _names[PrefixedId.Derive<CallId>(replied.Ask.Value, place.ToString(CultureInfo.InvariantCulture)).ToString()] = string.Create(CultureInfo.InvariantCulture, $"{question} call {place + 1}");
                }

                break;
            case CallProposed proposed when !_names.ContainsKey(proposed.Call.ToString()):
                var prefix = $"{Task(proposed.Task)} {proposed.Agent} {proposed.Tool}";
                _names[proposed.Call.ToString()] = $"{prefix} {Next(prefix)}";
                break;
            case ApprovalRequested requested:
                var call = _names.GetValueOrDefault(requested.Call.ToString(), Goal);
                _names[requested.Approval.ToString()] = call;
                _names.TryAdd(PrefixedId.Derive<CallId>(requested.Approval.Value, "preview").ToString(), $"{call} preview {Next(call + " preview")}");
                break;
            case Escalated raised:
                _names[raised.Escalation.ToString()] = raised.Call is { } about && _names.TryGetValue(about.ToString(), out var known) ? known : Task(raised.Task);
                break;
            case LookAsked look:
                _names[look.Escalation.ToString()] = _names.GetValueOrDefault(look.Call.ToString(), Goal);
                break;
        }
    }

    private string Task(TaskId? task) => task is { } id ? _names.GetValueOrDefault(id.ToString(), Goal) : Goal;

    private string Next(string of) => (_counts[of] = _counts.GetValueOrDefault(of) + 1).ToString(CultureInfo.InvariantCulture);
}
