using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>The only way to a tool: decides, reserves, journals the intent, calls, journals the outcome, settles.</summary>
public interface IToolGate
{
    /// <summary>
    /// Takes a call as far as it can go now. Called again with the same id after a crash or an approval, it goes on from what the journal says.
    /// Fails closed: an error in deciding is a refusal. Never throws for what a tool or a policy does; throws <see cref="LeaseLostException"/>
    /// and <see cref="StoreUnavailableException"/>.
    /// </summary>
    Task<CallResult> CallAsync(ToolCall call, IWorkflowLog log, CancellationToken cancellationToken);

    /// <summary>
    /// Carries out what a person answered about an unknown call: <c>happened</c> settles it as succeeded, <c>giveUp</c> as failed, <c>again</c> sends it
    /// once more under its own key. Called again after a crash it does no more than is left to do. Throws as <see cref="CallAsync"/>.
    /// </summary>
    Task<CallResult> ResolveUnknownAsync(EscalationId escalation, IWorkflowLog log, CancellationToken cancellationToken);

    /// <summary>What an agent may be told about the tools in <paramref name="names"/>; unknown and stopped ones are left out.</summary>
    ImmutableArray<ToolDescription> Describe(IEnumerable<string> names);

    /// <summary>
    /// Whether a condition holds for the result of a call: for acceptance and evidence checks.
    /// </summary>
    /// <param name="condition">In the <c>when</c> language, over <c>result</c> and <c>args</c>.</param>
    /// <param name="args">The call's arguments.</param>
    /// <param name="result">Its result.</param>
    /// <returns>True or false, and what was seen; an error is false.</returns>
    (bool Holds, string Seen) Holds(string condition, JsonText args, JsonText result);
}

/// <summary>A wanted call.</summary>
/// <param name="Call">Its id, always the same for the same intent.</param>
/// <param name="Task">For which task; null for acceptance checks.</param>
/// <param name="Caller">An agent, or <c>system</c> for a check, which may only read.</param>
/// <param name="Tool">The tool's name as the model wrote it.</param>
/// <param name="Args">The arguments as the model wrote them.</param>
/// <param name="Grant">The task's grant; null for the system's own checks.</param>
public sealed record ToolCall(CallId Call, TaskId? Task, Actor Caller, string Tool, JsonText Args, Grant? Grant)
{
    /// <summary>What the gate found its arguments to be, by name; empty before it looked, and if nothing is known.</summary>
    public ImmutableArray<string> Labels { get; init; } = [];
}

/// <summary>How far a call came.</summary>
public abstract record CallResult
{
    private CallResult()
    {
    }

    /// <summary>It was made; the journal has what came of it.</summary>
    public sealed record Settled(CallOutcome Outcome, JsonText Result) : CallResult;

    /// <summary>It was not made.</summary>
    public sealed record Refused(string Reason) : CallResult;

    /// <summary>It waits for people (an approval, or an answer about an unknown call). Let go.</summary>
    public sealed record Suspended : CallResult;
}

/// <summary>The workflow being driven, as the gates and executors see it: its state, and the way to append to it.</summary>
public interface IWorkflowLog
{
    /// <summary>Everything appended or deferred so far.</summary>
    WorkflowState State { get; }

    /// <summary>Which host drives it.</summary>
    string Node { get; }

    /// <summary>False where nobody can be waited for: a call that people would have to approve is refused then. Default true.</summary>
    bool CanWait => true;

    /// <summary>
    /// Appends, together with everything deferred, and answers when it is on disk. When somebody else appended first, their events are folded in
    /// and these go behind them if they are still legal moves.
    /// Throws <see cref="LeaseLostException"/> when another host drives the workflow now.
    /// </summary>
    Task<LogResult> AppendAsync(ImmutableArray<WorkflowEvent> events, ImmutableArray<Guard> guards, Actor actor, CancellationToken cancellationToken);

    /// <summary>
    /// Folds events in at once and writes them with the next append. Only for what can be found out again after a crash:
    /// a model's reply, the result of a read.
    /// </summary>
    /// <returns>False when they are not legal moves any more.</returns>
    Task<bool> DeferAsync(ImmutableArray<WorkflowEvent> events, Actor actor, CancellationToken cancellationToken);

    /// <summary>
    /// Sees to it that the lease holds until <paramref name="until"/>, so that it outlives a call. Who was frozen meanwhile cannot know, and asks the store.
    /// Throws <see cref="LeaseLostException"/>.
    /// </summary>
    Task HoldAsync(DateTimeOffset until, CancellationToken cancellationToken);
}

/// <summary>What came of an append to a driven workflow.</summary>
public abstract record LogResult
{
    private LogResult()
    {
    }

    /// <summary>On disk.</summary>
    public sealed record Appended : LogResult;

    /// <summary>What happened meanwhile (a pause, a cancel, an answer) makes these events illegal; nothing was written.</summary>
    public sealed record Overtaken : LogResult;

    /// <summary>A guard does not hold; nothing was written.</summary>
    public sealed record Refused(Guard Guard, string Detail) : LogResult;
}

/// <summary>Another host drives this workflow now. Stop at once, without an effect.</summary>
/// <param name="stream">Its workflow.</param>
/// <param name="cause">What kept it from being renewed; null where somebody else has it.</param>
public sealed class LeaseLostException(string stream, Exception? cause = null)
    : Exception(cause is null ? $"The lease of {stream} is somebody else's by now." : $"The lease of {stream} could not be renewed.", cause)
{
    /// <summary>Which workflow.</summary>
    public string Stream { get; } = stream;
}
