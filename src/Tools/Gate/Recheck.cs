using AiManager.Domain;
using Microsoft.Extensions.Logging;

namespace AiManager.Tools;

/// <summary>
/// Whether a call that was decided and started may be sent once more: by whoever takes it up after a crash, or because a person said so. What permitted it then
/// still does; what has been stopped, taken back, changed or forbidden since holds at once. It is asked on the facts that it was decided on: its own first try may
/// have changed the world, and must not count against it.
/// </summary>
internal sealed class Recheck(Catalog catalog, Policy policy, FlowDesk flows, StopList stops, TimeProvider time, ILogger<Recheck> logger)
{
    /// <summary>Goes with the append before it is sent; taken before <see cref="WhyNotAsync"/> looks.</summary>
    public Guard.CompanyAt Unchanged() => stops.Unchanged();

    /// <inheritdoc cref="StopList.IsStillSo"/>
    public bool IsStillSo(Guard.CompanyAt since) => stops.IsStillSo(since);

    /// <summary>After an append was refused: reads what has been stopped meanwhile.</summary>
    public Task CatchUpAsync(LogResult result, CancellationToken cancellationToken) => stops.CatchUpAsync(result, cancellationToken);

    /// <summary>Why it is stopped now; null when it is not.</summary>
    public string? WhyStopped(CallState call, WorkflowState state) => stops.WhyNot(call.Proposed.Tool, call.Proposed.Agent, state);

    /// <summary>Whether it is held instead, until that is lifted; <see cref="StopList.HoldAsync"/>.</summary>
    public Task<bool> HoldAsync(CallState call, IWorkflowLog log, CancellationToken cancellationToken) =>
        stops.HoldAsync(call.Proposed.Agent, call.Proposed.Task, log, cancellationToken);

    /// <summary>Why it may not be sent again; null when it may. Whatever goes wrong in looking is a no.</summary>
    public async Task<string?> WhyNotAsync(CallState call, WorkflowState state, CancellationToken cancellationToken)
    {
        var tool = catalog.Find(call.Proposed.Tool);
        if (tool is null)
        {
            return catalog.WhyNot(call.Proposed.Tool) ?? "The tool is no longer there.";
        }

        if (tool.Info.Version != call.Decided!.ToolVersion)
        {
            return "The tool's definition has changed since it was started.";
        }

        if ((WhyStopped(call, state) ?? TakenBack(call, state)) is { } reason)
        {
            return reason;
        }

        try
        {
            return await ForbiddenAsync(call, tool, state, cancellationToken);
        }
        catch (Exception fault) when (fault is not (OperationCanceledException or StoreUnavailableException))
        {
            logger.DecidingFailed(fault, call.Proposed.Call, call.Proposed.Tool);
            return "It could not be decided again, so it is a no.";
        }
    }

    /// <summary>What its task may do does not change but by ending.</summary>
    private string? TakenBack(CallState call, WorkflowState state) =>
        call.Proposed.Task is not { } id || state.Task(id) is not { } task ? null
        : task.IsRevoked ? "What its task may do was taken back."
        : time.GetUtcNow() >= task.Task.Grant.Expires ? $"The task's grant ran out at {task.Task.Grant.Expires:u}."
        : null;

    /// <summary>Only what says no: that nothing permits it any more takes back no decision that was made.</summary>
    private async Task<string?> ForbiddenAsync(CallState call, Tool tool, WorkflowState state, CancellationToken cancellationToken)
    {
        var proposed = call.Proposed;
        var grant = proposed.Task is { } id ? state.Task(id)?.Task.Grant : state.GrantOfPreview(proposed.Call);
        var caller = proposed.Agent == Actor.System.Value ? Actor.System : Actor.Agent(proposed.Agent);
        var facts = call.Decided!.Facts;
        var pinned = FactsReading.Read(tool.FactsType, facts) as WhenRecord ?? throw new FactException("What it was decided on cannot be read.");
        var look = await flows.LookAsync(tool, call.Args, grant, state, cancellationToken);
        var again = new ToolCall(proposed.Call, proposed.Task, caller, proposed.Tool, call.Args, grant);
        var said = policy.Decide(AuthorityStep.Request(again, tool, call.Args, new PinnedFacts(facts, pinned), look, state, time.GetUtcNow()));
        return said is { Effect: Effect.Deny, Rules.IsEmpty: false } ? said.Reason

            // Under the policy that let it go, what the workflow has read since cannot have got into it.
            : call.Decided.PolicyHash != policy.Hash && look?.Decision.Effect == Effect.Deny ? look.Decision.Reason
            : null;
    }
}
