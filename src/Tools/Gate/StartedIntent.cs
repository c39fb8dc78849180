using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>
/// Proof that a call was decided and its intent is on disk: a tool cannot be called without one, and only <see cref="IntentLedger"/>, which makes that
/// append, can make one. Taking the append away takes this away, and with it the program.
/// </summary>
internal sealed class StartedIntent
{
    private StartedIntent(string workflow, CallProposed proposed, CallStarted started, bool isResumed) =>
        (Workflow, Call, Task, Args, Key, IsRepeatable, IsResumed) =
            (workflow, proposed.Call, proposed.Task, proposed.Args, started.IdempotencyKey, started.IsRepeatable, isResumed);

    /// <summary>The workflow's stream.</summary>
    public string Workflow { get; }

    /// <summary>The call.</summary>
    public CallId Call { get; }

    /// <summary>Its task; null for the system's own checks.</summary>
    public TaskId? Task { get; }

    /// <summary>Exactly what was decided on.</summary>
    public JsonText Args { get; }

    /// <summary>The idempotency key.</summary>
    public string Key { get; }

    /// <summary>True when sending it again cannot do it twice.</summary>
    public bool IsRepeatable { get; }

    /// <summary>True when it may have been sent before: by a process that died, or before a person said to do it again.</summary>
    public bool IsResumed { get; }

    /// <summary>Puts a call's intent on record, and only then lets anybody have it.</summary>
    internal static class IntentLedger
    {
        /// <summary>Appends the decision and the start in one go. Null with the log's answer when that did not happen.</summary>
        public static async Task<(StartedIntent? Intent, LogResult Result)> StartAsync(
            IWorkflowLog log, CallProposed proposed, System.Collections.Immutable.ImmutableArray<WorkflowEvent> decision, CallStarted started,
            System.Collections.Immutable.ImmutableArray<Guard> guards, Actor actor, bool isResumed, CancellationToken cancellationToken)
        {
            var result = await log.AppendAsync(decision.Add(started), guards, actor, cancellationToken);
            return (result is LogResult.Appended ? new StartedIntent(log.State.Id.ToString(), proposed, started, isResumed) : null, result);
        }

        /// <summary>An intent that is on disk already: the call was started before, and is taken up again.</summary>
        public static StartedIntent Resume(IWorkflowLog log, CallState call) =>
            new(log.State.Id.ToString(), call.Proposed, call.Started ?? throw new InvalidOperationException($"{call.Proposed.Call} was never started."), isResumed: true);
    }
}
