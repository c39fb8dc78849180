using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AiManager.ManagerAgent.Tests;

/// <summary>A tool as the gate double knows it.</summary>
internal sealed record ToolRule(string Name, bool IsReadOnly, Func<JsonElement, JsonText> Run)
{
    /// <summary>What authority says of it.</summary>
    public Func<JsonElement, Effect> Decide { get; init; } = _ => Effect.Allow;

    /// <summary>How a call of it ends.</summary>
    public Func<JsonElement, CallOutcome> Ends { get; init; } = _ => CallOutcome.Succeeded;

    /// <summary>What a call of it costs.</summary>
    public Func<JsonElement, decimal?> Cost { get; init; } = _ => null;

    /// <summary>The labels for which its result is kept from the task; null when the task is told.</summary>
    public ImmutableArray<string>? Withheld { get; init; }

    /// <summary>What shows whoever is asked what it would do.</summary>
    public Func<JsonText, EffectPreview>? Preview { get; init; }

    /// <summary>Whether the catalogue takes it for something that may spend.</summary>
    public bool MaySpend { get; init; } = true;

    /// <summary>The tool that undoes it.</summary>
    public string? Undo { get; init; }
}

/// <summary>A gate without authority: a table of tools. Appends as the real one must: the intent before the effect, the outcome after it.</summary>
internal sealed partial class ToolDouble(TimeProvider time) : IToolGate
{
    /// <summary>The tools, by name.</summary>
    public ConcurrentDictionary<string, ToolRule> Tools { get; } = new();

    /// <summary>Effects that happened, by idempotency key.</summary>
    public ConcurrentDictionary<string, int> Effects { get; } = new();

    /// <summary>Called just before a tool runs.</summary>
    public Func<ToolCall, Task>? BeforeRun { get; set; }

    public async Task<CallResult> CallAsync(ToolCall call, IWorkflowLog log, CancellationToken cancellationToken)
    {
        if (log.State.Calls.TryGetValue(call.Call, out var known))
        {
            return await GoOnAsync(call, known, log, cancellationToken);
        }

        var tool = Tools.GetValueOrDefault(call.Tool);
        var effect = tool is null || (call.Grant is { } grant && (grant with { Limits = null }).WhyNot(call.Tool, call.Args, [], time.GetUtcNow()) is not null) ? Effect.Deny : tool.Decide(call.Args.ToElement());
        ImmutableArray<WorkflowEvent> before =
        [
            new CallProposed(call.Call, call.Task, call.Caller.AgentName ?? "system", call.Tool, call.Args, []),
            Decided(call.Call, effect),
        ];
        if (log.State.Shadow is not null && effect != Effect.Deny && !(tool!.IsReadOnly && effect == Effect.Allow))
        {
            var cost = tool!.Cost(call.Args.ToElement()) is { } money ? new Money(money.ToString(CultureInfo.InvariantCulture), "EUR") : null;
            await log.AppendAsync(before.Add(new CallShadowed(call.Call, effect == Effect.Ask ? [new Seat("lead", 1)] : [], cost)), [], call.Caller, cancellationToken);
            return new CallResult.Refused("In shadow.");
        }

        switch (effect)
        {
            case Effect.Deny:
                await log.AppendAsync(before, [], call.Caller, cancellationToken);
                return new CallResult.Refused("Denied.");
            case Effect.Defer:
                await log.AppendAsync(before.Add(new CallDeferred(call.Call, DeferralKind.Defer, time.GetUtcNow().AddMinutes(15))), [], call.Caller, cancellationToken);
                return new CallResult.Suspended();
            case Effect.Ask:
                return await log.AppendAsync(before.Add(Ask(call, 1)), [], call.Caller, cancellationToken) is LogResult.Appended
                    ? new CallResult.Suspended()
                    : new CallResult.Refused("The workflow has moved on.");
            default:
                return await StartAsync(call, tool!, before, null, log, cancellationToken);
        }
    }

    public async Task<CallResult> ResolveUnknownAsync(EscalationId escalation, IWorkflowLog log, CancellationToken cancellationToken)
    {
        var answered = log.State.Escalations[escalation];
        var call = log.State.Calls[answered.Raised.Call!.Value];
        var id = call.Proposed.Call;
        switch (answered.Choice)
        {
            case "again" when log.State.IsFinal || (call.Proposed.Task is { } task && log.State.Task(task) is { IsFinal: true }):
                return await SettleAsync(id, CallOutcome.Failed, JsonText.Parse("""{"error":"it is over"}"""), null, log, cancellationToken);
            case "again":
                var wanted = new ToolCall(id, call.Proposed.Task, Actor.Agent(call.Proposed.Agent), call.Proposed.Tool, call.Proposed.Args, null);
                return await StartAsync(wanted, Tools[call.Proposed.Tool], [], null, log, cancellationToken);
            case "happened":
                return await SettleAsync(id, CallOutcome.Succeeded, JsonText.Parse("""{"order":"as a person says"}"""), null, log, cancellationToken);
            default:
                return await SettleAsync(id, CallOutcome.Failed, JsonText.Parse("""{"error":"given up"}"""), null, log, cancellationToken);
        }
    }

    public ImmutableArray<ToolDescription> Describe(IEnumerable<string> names) =>
        [.. names.Where(Tools.ContainsKey).Select(n => new ToolDescription(n, n, JsonText.Parse("""{"type":"object"}""")) { IsReadOnly = Tools[n].IsReadOnly, MaySpend = Tools[n].MaySpend })];

    public (bool Holds, string Seen) Holds(string condition, JsonText args, JsonText result)
    {
        if (Size().Match(condition) is not { Success: true } size || !result.ToElement().TryGetProperty("rows", out var rows))
        {
            return (condition == "true", condition);
        }

        var count = rows.GetArrayLength();
        return (count == int.Parse(size.Groups[1].Value, CultureInfo.InvariantCulture), $"there are {count}");
    }

    private async Task<CallResult> GoOnAsync(ToolCall call, CallState known, IWorkflowLog log, CancellationToken cancellationToken)
    {
        var tool = Tools.GetValueOrDefault(call.Tool);
        switch (known.Status)
        {
            case CallStatus.Succeeded or CallStatus.Failed:
                return new CallResult.Settled(known.Settled!.Outcome, known.Settled.Result);
            case CallStatus.Refused:
                return new CallResult.Refused(known.Refusal ?? "Refused.");
            case CallStatus.Proposed when known.Deferrals > 0:
                return await StartAsync(call, tool!, [Decided(call.Call, Effect.Allow)], null, log, cancellationToken);
            case CallStatus.Proposed when known.Edited is { } edited:
                return await StartAsync(call with { Args = edited.Args }, tool!, [Decided(call.Call, Effect.Allow)], null, log, cancellationToken);
            case CallStatus.Approved:
                return await StartAsync(call, tool!, [Decided(call.Call, Effect.Ask)], known.Approval, log, cancellationToken);
            case CallStatus.Started when known.Started!.IsRepeatable:
                return await RunAsync(call, tool!, log, cancellationToken);
            case CallStatus.Unknown when log.State.LastEscalationOf(known) is null:
                await log.AppendAsync([Unknown(log.State, call.Call)], [], Actor.System, cancellationToken);
                return new CallResult.Suspended();
            case CallStatus.Started:
                return await SettleAsync(call.Call, CallOutcome.Unknown, JsonText.Parse("""{"error":"the process ended"}"""), null, log, cancellationToken);
            default:
                return new CallResult.Suspended();
        }
    }

    private async Task<CallResult> StartAsync(
        ToolCall call, ToolRule tool, ImmutableArray<WorkflowEvent> before, ApprovalId? approval, IWorkflowLog log, CancellationToken cancellationToken)
    {
        var started = new CallStarted(call.Call, call.Call.ToString(), tool.IsReadOnly, [], approval, tool.Undo, Changes: tool.IsReadOnly ? null : true);
        ImmutableArray<Guard> guards = approval is { } used ? [new Guard.ApprovalUnused(used)] : [];
        return await log.AppendAsync(before.Add(started), guards, call.Caller, cancellationToken) is LogResult.Appended
            ? await RunAsync(call, tool, log, cancellationToken)
            : new CallResult.Refused("The workflow has moved on.");
    }

    private async Task<CallResult> RunAsync(ToolCall call, ToolRule tool, IWorkflowLog log, CancellationToken cancellationToken)
    {
        await (BeforeRun?.Invoke(call) ?? Task.CompletedTask);
        var args = call.Args.ToElement();
        var outcome = tool.Ends(args);
        var result = JsonText.Parse("""{"error":"it did not work"}""");
        if (outcome == CallOutcome.Succeeded)
        {
            result = tool.Run(args);
            if (!tool.IsReadOnly)
            {
                Effects.AddOrUpdate(call.Call.ToString(), 1, (_, n) => n + 1);
            }
        }

        var cost = outcome == CallOutcome.Succeeded && tool.Cost(args) is { } money ? new Money(money.ToString(CultureInfo.InvariantCulture), "EUR") : null;
        if (!tool.IsReadOnly || outcome == CallOutcome.Unknown)
        {
            return await SettleAsync(call.Call, outcome, result, cost, log, cancellationToken);
        }

        await log.DeferAsync([new CallSettled(call.Call, outcome, result, null, null, [], tool.Withheld)], Actor.System, cancellationToken);
        return new CallResult.Settled(outcome, result);
    }

    private static async Task<CallResult> SettleAsync(
        CallId call, CallOutcome outcome, JsonText result, Money? cost, IWorkflowLog log, CancellationToken cancellationToken)
    {
        var settled = new CallSettled(call, outcome, result, cost, null, []);
        if (outcome != CallOutcome.Unknown)
        {
            await log.AppendAsync([settled], [], Actor.System, cancellationToken);
            return new CallResult.Settled(outcome, result);
        }

        if (await log.AppendAsync([settled, Unknown(log.State, call)], [], Actor.System, cancellationToken) is LogResult.Overtaken)
        {
            // While it is paused nobody may be asked; the outcome is on record all the same.
            await log.AppendAsync([settled], [], Actor.System, cancellationToken);
        }

        return new CallResult.Suspended();
    }

    private static Escalated Unknown(WorkflowState state, CallId call) => new(
        PrefixedId.Derive<EscalationId>(call.Value, state.Escalations.Values.Count(e => e.Raised.Call == call).ToString(CultureInfo.InvariantCulture)),
        EscalationKind.UnknownCall, state.Calls[call].Proposed.Task, call, "Did it happen?", ["happened", "again", "giveUp"], "operator", null);

    private ApprovalRequested Ask(ToolCall call, int round) => new(
        PrefixedId.Derive<ApprovalId>(call.Call.Value, round.ToString(CultureInfo.InvariantCulture)),
        call.Call, call.Task, call.Caller.AgentName ?? "system", call.Tool, call.Args, JsonText.EmptyObject, "digest", ["rule"], [], "It is large.",
        [new Seat("lead", 1)], ["olga"], time.GetUtcNow() + TimeSpan.FromDays(2),
        new ApprovalLadder(time.GetUtcNow().AddHours(1), time.GetUtcNow().AddHours(2), time.GetUtcNow().AddHours(4), [new SeatEscalation("lead", "cfo")]))
    {
        Preview = Tools.GetValueOrDefault(call.Tool)?.Preview?.Invoke(call.Args),
    };

    private static CallDecided Decided(CallId call, Effect effect) => new(call, effect, ["rule"], JsonText.EmptyObject, effect == Effect.Deny ? "Denied." : "Fine.", "policy", "tool", []);

    [GeneratedRegex(@"^size\(result\.rows\) == (\d+)$")]
    private static partial Regex Size();
}
