using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>
/// Looks at an edit before it is taken, as the gate will when the call's turn comes: one that could only be refused then would be lost without a word, and the old call asked anew. What
/// the world says just before the call still counts.
/// </summary>
public sealed class EditCheck
{
    private readonly CallJudge _judge;
    private readonly TimeProvider _time;

    internal EditCheck(CallJudge judge, TimeProvider time) => (_judge, _time) = (judge, time);

    /// <summary>Why the call would not be made as it was written; null when it would be, or be asked about, or cannot be made at all now whatever its arguments are.</summary>
    /// <param name="asked">What is asked.</param>
    /// <param name="state">The workflow, as it is.</param>
    /// <param name="edit">What would be recorded of the edit.</param>
    /// <param name="person">Who wrote it: a person's id.</param>
    /// <param name="cancellationToken">Stops.</param>
    internal async Task<string?> WhyNotAsync(ApprovalRequested asked, WorkflowState state, ImmutableArray<WorkflowEvent> edit, string person, CancellationToken cancellationToken)
    {
        if (asked.Task is not { } task)
        {
            return null;
        }

        var now = EventHash.Cut(_time.GetUtcNow());
        var after = edit.Aggregate(state, (known, fact) => WorkflowFold.Apply(known, new Recorded(0, known.Seq + 1, now, Actor.Person(person), fact)));
        if (after.Calls.GetValueOrDefault(asked.Call) is not { Edited: { } edited } call || after.Task(task) is not { IsFinal: false, Task.Grant: { } grant })
        {
            return null;
        }

        var wanted = new ToolCall(asked.Call, asked.Task, Actor.Agent(asked.Agent), asked.Tool, edited.Args, grant);
        var judged = await _judge.JudgeAsync(wanted, call.Wanted, after, approval: null, cancellationToken);

        // What is stopped, or gone from the catalogue, is so for the old arguments too: that waits, or is said when its turn comes.
        return judged.Decided.Effect == Effect.Deny && judged.Decided.Steps.All(s => s is not { Step: "exists", Verdict: "denied" }) ? judged.Decided.Reason : null;
    }
}
