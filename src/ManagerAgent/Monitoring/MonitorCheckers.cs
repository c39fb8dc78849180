using System.Collections.Immutable;
using System.Globalization;

namespace AiManager.ManagerAgent;

/// <summary>Reads a monitor's condition: in code, through the gate, before any model is asked anything.</summary>
internal sealed class MonitorCheckers(IToolGate gate)
{
    /// <summary>Makes the check of an open run.</summary>
    public async Task<MonitorCheck> CheckAsync(MonitorDefinition definition, MonitorSession session, CancellationToken cancellationToken)
    {
        if (session.Run?.Fired is not { } fired || definition.Condition is not { } condition)
        {
            return new MonitorCheck.Holds(null, JsonText.Null);
        }

        if (condition.Tool is null)
        {
            return Judge(condition, fired.Run, null, fired.Body);
        }

        var call = PrefixedId.Derive<CallId>(definition.Id.Value, string.Create(CultureInfo.InvariantCulture, $"check/{fired.Run}"));
        return await gate.CallAsync(new ToolCall(call, null, Actor.System, condition.Tool, condition.Args, null), session, cancellationToken) switch
        {
            CallResult.Settled { Outcome: CallOutcome.Succeeded } settled => Judge(condition, fired.Run, call, settled.Result),
            CallResult.Settled settled => new MonitorCheck.Failed($"{condition.Tool} could not be read: {settled.Result.Text}"),
            CallResult.Refused refused => new MonitorCheck.Failed($"{condition.Tool} may not be read: {refused.Reason}"),
            _ => new MonitorCheck.Failed($"{condition.Tool} gave no answer."),
        };
    }

    private MonitorCheck Judge(MonitorCondition condition, int run, CallId? call, JsonText result)
    {
        var (holds, seen) = gate.Holds(condition.Is, condition.Args, result);
        var made = new MonitorChecked(run, call, holds, seen);
        return holds ? new MonitorCheck.Holds(made, result) : new MonitorCheck.HoldsNot(made);
    }
}

/// <summary>What a check came to.</summary>
internal abstract record MonitorCheck
{
    private MonitorCheck()
    {
    }

    /// <summary>There is something to do.</summary>
    /// <param name="Made">To be written down; null when there was nothing to check.</param>
    /// <param name="Result">What was read.</param>
    public sealed record Holds(MonitorChecked? Made, JsonText Result) : MonitorCheck
    {
        public ImmutableArray<WorkflowEvent> Events => Made is null ? [] : [Made];
    }

    /// <summary>There is not.</summary>
    public sealed record HoldsNot(MonitorChecked Made) : MonitorCheck;

    /// <summary>Nobody knows.</summary>
    public sealed record Failed(string Reason) : MonitorCheck;
}
