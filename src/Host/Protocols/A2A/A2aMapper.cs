using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using AiManager.ManagerAgent;

namespace AiManager.Host;

/// <summary>Makes an A2A task from a workflow.</summary>
internal sealed class A2aMapper(WorkflowMapper mapper, PlainWords words)
{
    private const string ReportId = "report";

    /// <summary>The whole task.</summary>
    /// <param name="snapshot">The workflow.</param>
    /// <param name="history">How much of what was said, the newest; null for all, 0 for a task without that field.</param>
    public A2aTask Map(WorkflowSnapshot snapshot, int? history = null)
    {
        var (id, said) = (snapshot.State.Id.ToString(), History(snapshot));
        return new A2aTask(id, id, StatusOf(snapshot.State), Artifacts(snapshot), history == 0 ? null : history < said.Length ? said[^history.Value..] : said);
    }

    /// <summary>A task in a list.</summary>
    public static A2aTask Map(WorkflowRow row)
    {
        var id = row.Workflow.ToString();
        return new A2aTask(id, id, new A2aStatus(A2aStates.Of(StatusNames.ReadWorkflow(row.Status)!.Value), null, row.UpdatedAt));
    }

    /// <summary>Where it stands, in words and as a value.</summary>
    public A2aStatus StatusOf(WorkflowState state)
    {
        var waiting = mapper.WaitingFor(state).Select(w => Waiting(w, state)).ToImmutableArray();
        var now = NowLine.Of(state, words);
        var said = string.Join('\n', [char.ToUpperInvariant(now[0]) + now[1..] + ".", .. waiting.Select(Sentence)]);
        ImmutableArray<A2aPart> parts = waiting.IsEmpty
            ? [new A2aPart(said)]
            : [new A2aPart(said), new A2aPart(Data: JsonText.Of(JsonSerializer.SerializeToElement(new A2aWaitingList(waiting), HostJson.Default.A2aWaitingList)))];
        var id = state.Id.ToString();
        return new A2aStatus(A2aStates.Of(state.ShownStatus), new A2aMessage($"{id}-status-{state.Seq.ToString(CultureInfo.InvariantCulture)}", A2aMessage.Agent, parts, id, id), state.UpdatedAt);
    }

    /// <summary>What came out of it so far: accepted deliverables, and at the end the report.</summary>
    private ImmutableArray<A2aArtifact> Artifacts(WorkflowSnapshot snapshot)
    {
        var done = snapshot.State.Tasks.Where(t => t.Status == WorkTaskStatus.Done && !t.Deliverable.IsNull)
            .Select(t => new A2aArtifact(t.Task.Id.ToString(), t.Task.Title, [new A2aPart(Data: t.Deliverable)]));
        return snapshot.State.IsFinal && mapper.Map(snapshot).Report is { Lines: { IsEmpty: false } lines }
            ? [.. done, new A2aArtifact(ReportId, "Report", [.. lines.Select(l => new A2aPart(l.Text, Metadata: JsonText.Of(JsonSerializer.SerializeToElement(l, HostJson.Default.ReportLine))))])]
            : [.. done];
    }

    private static ImmutableArray<A2aMessage> History(WorkflowSnapshot snapshot)
    {
        var id = snapshot.State.Id.ToString();
        return
        [
            .. from recorded in snapshot.Events
               let said = recorded.Event switch
               {
                   GoalSubmitted submitted => (A2aMessage.User, submitted.Goal.Words),
                   MessagePosted posted => (A2aMessage.User, posted.Text.Words),
                   MessageAnswered answered => (A2aMessage.Agent, answered.Answer.Words),
                   _ => default((string Role, string Words)?),
               }
               where said is not null
               select new A2aMessage($"{id}-{recorded.Seq.ToString(CultureInfo.InvariantCulture)}", said.Value.Role, [new A2aPart(said.Value.Words)], id, id),
        ];
    }

    private static A2aWaiting Waiting(WaitingResource waiting, WorkflowState state) => new(
        waiting.Kind,
        waiting.Id,
        [.. waiting.Roles, .. waiting.EscalatedTo.Except(waiting.Roles)],
        waiting.Person,
        PrefixedId.TryRead<ApprovalId>(waiting.Id, out var approval) && state.Approvals.GetValueOrDefault(approval) is { } asked ? $"{asked.Requested.Tool}: {waiting.Question}" : waiting.Question,
        PrefixedId.TryRead<EscalationId>(waiting.Id, out var escalation) ? state.Escalations.GetValueOrDefault(escalation)?.Raised.Choices : null,
        waiting.Until);

    private string Sentence(A2aWaiting waiting) => waiting.Kind switch
    {
        "approval" => $"Approval {waiting.Id}: {waiting.Question} To be decided by {Roles(waiting)}; whoever asked for the goal cannot.",
        "escalation" => $"Question {waiting.Id}: {waiting.Question} To be answered by {Roles(waiting)} with one of: {string.Join(", ", waiting.Choices ?? [])}.",
        _ => $"Task {waiting.Id}: to be done by {words.Who(waiting.Person)}.",
    };

    private static string Roles(A2aWaiting waiting) => "somebody with the role " + string.Join(" or ", waiting.Roles);
}
