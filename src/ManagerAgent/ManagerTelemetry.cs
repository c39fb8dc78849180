using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace AiManager.ManagerAgent;

/// <summary>What this project tells about its work; source and meter <c>AiManager.ManagerAgent</c>. Costs next to nothing while nobody listens.</summary>
internal static class ManagerTelemetry
{
    private const string Name = "AiManager.ManagerAgent";

    private static readonly ActivitySource Source = new(new ActivitySourceOptions(Name) { TelemetrySchemaUrl = GenAi.SchemaUrl });
    private static readonly Meter Meter = new(new MeterOptions(Name) { TelemetrySchemaUrl = GenAi.SchemaUrl });

    /// <summary>Workflows that this host took the lease of.</summary>
    public static readonly Counter<long> LeasesClaimed = Meter.CreateCounter<long>("aimanager.leases.claimed", "{lease}", "Leases of workflows that this host took");

    /// <summary>Workflows that another host took over while this one drove them.</summary>
    public static readonly Counter<long> LeasesLost = Meter.CreateCounter<long>("aimanager.leases.lost", "{lease}", "Leases that another host took while this one drove");

    /// <summary>A workflow driven from its claim until it waits: a root span of the workflow's trace.</summary>
    public static Activity? StartDrive(Claim claim) => Source.HasListeners() && PrefixedId.TryRead<WorkflowId>(claim.Stream, out var workflow)
        ? Source.StartActivity("drive", ActivityKind.Internal, WorkflowTrace.Of(workflow))?
            .SetTag(WorkflowTrace.Workflow, claim.Stream).SetTag("aimanager.node", claim.Node).SetTag("aimanager.epoch", claim.Epoch)
        : null;

    /// <summary>One command carried out: an agent's turn is named as the conventions do, everything else is a step of the manager's own.</summary>
    public static Activity? StartStep(WorkflowCommand command, WorkflowState state)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        var kind = command.GetType().Name;
        var agent = command is WorkflowCommand.Step step ? state.Task(step.Task)?.Executor?.Actor.AgentName : null;
        var span = Source.StartActivity(agent is null ? "step " + kind : "invoke_agent " + agent)?
            .SetTag("aimanager.command", kind)
            .SetTag(WorkflowTrace.Workflow, state.Id.ToString());
        if (agent is not null)
        {
            span?.SetTag(GenAi.Operation, "invoke_agent").SetTag(GenAi.AgentName, agent).SetTag(GenAi.Conversation, state.Id.ToString());
        }

        if (command is WorkflowCommand.Step { Task: var task })
        {
            span?.SetTag(WorkflowTrace.Task, task.ToString());
        }

        return span;
    }
}
