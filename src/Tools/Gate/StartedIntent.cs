using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>
/// Proof that a call was decided and its intent is on disk: a tool cannot be called without one, and only <see cref="IntentLedger"/>, which makes that
/// append, can make one. Taking the append away takes this away, and with it the program.
/// </summary>
internal sealed class StartedIntent
{
    private readonly CallProposed _proposed;
    private readonly WorkflowState _state;

    private StartedIntent(WorkflowState state, CallState call, CallStarted started, bool isResumed) =>
        (_state, Workflow, _proposed, Args, Key, IsRepeatable, IsResumed) = (state, state.Id.ToString(), call.Proposed, call.Args, started.IdempotencyKey, started.IsRepeatable, isResumed);

    /// <summary>The workflow's stream.</summary>
    public string Workflow { get; }

    /// <summary>The call.</summary>
    public CallId Call => _proposed.Call;

    /// <summary>Its task; null for the system's own checks.</summary>
    public TaskId? Task => _proposed.Task;

    /// <summary>Whose call it is: an agent, or the system for its own checks.</summary>
    public Actor Caller => _proposed.Agent == Actor.System.Value ? Actor.System : Actor.Agent(_proposed.Agent);

    /// <summary>Exactly what was decided on.</summary>
    public JsonText Args { get; }

    /// <summary>The idempotency key.</summary>
    public string Key { get; }

    /// <summary>True when sending it again cannot do it twice.</summary>
    public bool IsRepeatable { get; }

    /// <summary>True when it may have been sent before: by a process that died, by a try that came to no end, or before a person said to do it again.</summary>
    public bool IsResumed { get; }

    /// <summary>Whether a blob is the result of a call of the same workflow.</summary>
    public bool IsResult(string blob) => ResultPages.Origin(_state, blob) is not null;

    /// <summary>Puts a call's intent on record, and only then lets anybody have it.</summary>
    internal static class IntentLedger
    {
        /// <summary>Appends <paramref name="before"/> (what comes first in the journal, the proposal among it), the decision and the start in one go. Null with the log's answer when that did not happen.</summary>
        public static Task<(StartedIntent? Intent, LogResult Result)> StartAsync(
            IWorkflowLog log, ImmutableArray<WorkflowEvent> before, CallDecided decided, CallStarted started, ImmutableArray<Guard> guards, Actor actor, CancellationToken cancellationToken) =>
            AppendAsync(log, started, [.. before, decided, started], guards, actor, isResumed: false, cancellationToken);

        /// <summary>Appends that an unknown call is sent once more, under the key and the reservations that it has. The fold takes it only after a person said so.</summary>
        public static Task<(StartedIntent? Intent, LogResult Result)> StartAgainAsync(
            IWorkflowLog log, CallState unknown, ImmutableArray<Guard> guards, Actor by, CancellationToken cancellationToken) =>
            AppendAsync(log, unknown.Started!, [unknown.Started!], guards, by, isResumed: true, cancellationToken);

        /// <summary>An intent that is on disk already: the call was started before, and is taken up again.</summary>
        public static StartedIntent Resume(IWorkflowLog log, CallId id) => log.State.Calls[id] is { Status: CallStatus.Started, Started: { } started } call
            ? new StartedIntent(log.State, call, started, isResumed: true)
            : throw new InvalidOperationException($"{id} has not been started.");

        private static async Task<(StartedIntent? Intent, LogResult Result)> AppendAsync(
            IWorkflowLog log, CallStarted started, ImmutableArray<WorkflowEvent> events, ImmutableArray<Guard> guards, Actor actor, bool isResumed,
            CancellationToken cancellationToken)
        {
            var result = await log.AppendAsync(events, guards, actor, cancellationToken);
            return (result is LogResult.Appended ? new StartedIntent(log.State, log.State.Calls[started.Call], started, isResumed) : null, result);
        }
    }
}
