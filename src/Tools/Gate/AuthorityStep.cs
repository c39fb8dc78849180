using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>
/// Step 4 of the gate: the facts, what is known of the data, and what authority says on both. What rules change is checked against the tool's schema and decided anew, with the facts of
/// what is left.
/// </summary>
internal sealed class AuthorityStep(Policy policy, Permits permits, FlowDesk flows, TimeProvider time)
{
    /// <summary>
    /// Decides, by the permits of the configuration that the workflow began under and by everything that is said against it today. A fact that cannot be read is a
    /// <see cref="FactException"/>, permits that nobody knows are a <see cref="PermitsException"/>.
    /// </summary>
    public async Task<Weighed> WeighAsync(ToolCall call, Tool tool, JsonText args, WorkflowState state, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var began = await permits.OfAsync(state, cancellationToken);
        var facts = await FactReader.ReadAsync(tool, args, time, cancellationToken);
        var look = await flows.LookAsync(tool, args, call.Grant, state, cancellationToken);
        var request = Request(call, tool, args, facts, look, state, now);
        var first = policy.Decide(request, began?.Policy);
        if (first.Args is not { } changed)
        {
            return new Weighed(first, request, args, facts, null) { Known = state.Seq, Look = look, Permits = began?.Bundle, LooksBack = LooksBack(tool, began?.Policy) };
        }

        if (tool.Schema.Validate(changed) is { IsEmpty: false } errors)
        {
            var misfit = first with { Effect = Effect.Deny, Reason = "As rules change the arguments they do not fit the tool: " + string.Join("; ", errors), Obligations = Obligations.None };
            return new Weighed(misfit, request, args, facts, null) { Known = state.Seq, Said = first, Look = look, Permits = began?.Bundle };
        }

        var anew = await FactReader.ReadAsync(tool, changed, time, cancellationToken);
        var lookAnew = await flows.LookAsync(tool, changed, call.Grant, state, cancellationToken);
        var second = Request(call, tool, changed, anew, lookAnew, state, now);
        return new Weighed(policy.DecideAnew(first, second, began?.Policy), second, changed, anew, facts.Json) { Known = state.Seq, Look = lookAnew, LookBefore = look, Permits = began?.Bundle, LooksBack = LooksBack(tool, began?.Policy) };
    }

    private bool LooksBack(Tool tool, Policy? began) => policy.LooksBack(tool) || began?.LooksBack(tool) == true;

    /// <summary>What the policy is asked about a call.</summary>
    public static AuthorityRequest Request(ToolCall call, Tool tool, JsonText args, PinnedFacts facts, FlowLook? look, WorkflowState state, DateTimeOffset now) => new(
        tool.Name,
        tool.Traits,
        call.Caller.AgentName ?? call.Caller.Value,
        WhenValue.FromJson(args.ToElement()),
        facts.Values,
        call.Task is { } id ? state.Task(id)?.Task : null,
        state.Submitted,
        state.Agreed?.Playbook,
        now)
    {
        ArgsJson = args,
        FoundOut = tool.IsFoundOut ? tool.Governed : null,
        Labels = look is null ? null : LabelNames.Value(look.Arguments),
        History = CallHistory.Of(state, call.Call),
    };
}

/// <summary>What authority said, and on what.</summary>
/// <param name="Decision">The verdict.</param>
/// <param name="Request">What it was asked last.</param>
/// <param name="Args">The arguments that would be sent.</param>
/// <param name="Facts">The facts about them.</param>
/// <param name="Before">The facts about what was wanted, when rules changed it; null when they did not.</param>
internal sealed record Weighed(PolicyDecision Decision, AuthorityRequest Request, JsonText Args, PinnedFacts Facts, JsonText? Before)
{
    /// <summary>What rules changed of the arguments that would be sent; empty when nothing.</summary>
    public ImmutableArray<ArgumentChange> Changes => Before is null ? [] : Decision.Changes;

    /// <summary>Seq of the last event that was known.</summary>
    public required int Known { get; init; }

    /// <summary>What the data of the arguments is; null when the company says nothing about data.</summary>
    public FlowLook? Look { get; init; }

    /// <summary>The same of the arguments as they were wanted, when rules changed them.</summary>
    public FlowLook? LookBefore { get; init; }

    /// <summary>Digest of the configuration by whose permits, where that is not the one in force; null where it is.</summary>
    public string? Permits { get; init; }

    /// <summary>Whether a rule asked what happened before.</summary>
    public bool LooksBack { get; init; }

    /// <summary>What the policy itself said, where the gate made a no of it.</summary>
    public PolicyDecision? Said { get; init; }

    /// <summary>As the journal keeps it.</summary>
    public PolicyVerdict Verdict => new((Said ?? Decision).Effect, (Said ?? Decision).Rules, Request.Now, Request.Digest()) { Labels = NamesOf(Look), LabelsBefore = NamesOf(LookBefore), Known = Known };

    private static ImmutableArray<string>? NamesOf(FlowLook? look) => look is null ? null : LabelNames.Of(look.Arguments);
}
