using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AiManager.ManagerAgent;

/// <summary>Puts the manager together from the ports that the host has.</summary>
public static class ManagerServices
{
    /// <summary>
    /// Adds <see cref="WorkflowDesk"/>, <see cref="WorkflowLoop"/> and <see cref="IWorkflowOutside"/>. Needs the ports <see cref="IWorkflowJournal"/>,
    /// <see cref="IEnvelopes"/>, <see cref="IToolGate"/>, <see cref="IModelGate"/>, <see cref="IRelatedWork"/>, <see cref="IWorkload"/>, <see cref="IDirectory"/>, every <see cref="IExecutor"/>,
    /// <see cref="ICrashPoints"/>, <see cref="TimeProvider"/>, <see cref="Random"/>, <see cref="IStandingProposals"/> where there is one, and what was bound from files: <see cref="Playbooks"/>, <see cref="ManagerPrompts"/>, <see cref="KnowledgeInForce"/>.
    /// </summary>
    public static IServiceCollection AddManagerAgent(this IServiceCollection services, DriverOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(p => new EventStream(p.GetRequiredService<IWorkflowJournal>(), p.GetRequiredService<IEnvelopes>()));
        services.AddSingleton<RecentStates>().AddSingleton<IWorkflowOutside, WorkflowOutside>();
        services.AddSingleton<Dialogue>();
        services.AddSingleton<Reviewers>();
        services.AddSingleton<ContractMaker>();
        services.AddSingleton<PlanWriter>();
        services.AddSingleton<Planner>();
        services.AddSingleton<Replanner>();
        services.AddSingleton<MessageListener>();
        services.AddSingleton<Delegation>();
        services.AddSingleton<Supervisor>();
        services.AddSingleton<ApprovalClocks>();
        services.AddSingleton<Deadlines>();
        services.AddSingleton<EffectPreviews>();
        services.AddSingleton<StandingWishes>();
        services.AddSingleton<DeliverableReviewer>();
        services.AddSingleton<AcceptanceCheckers>();
        services.AddSingleton<CommandDesk>();
        services.AddSingleton<WorkflowDriver>();
        services.AddSingleton(p => new WorkflowLoop(
            p.GetRequiredService<IWorkflowJournal>(),
            p.GetRequiredService<WorkflowDriver>(),
            p.GetRequiredService<TimeProvider>(),
            options,
            p.GetRequiredService<ILogger<WorkflowLoop>>()));
        services.AddSingleton(p => new WorkflowDesk(
            p.GetRequiredService<IWorkflowJournal>(),
            p.GetRequiredService<EventStream>(),
            p.GetRequiredService<IWorkflowOutside>(),
            p.GetRequiredService<Playbooks>(),
            p.GetRequiredService<IDirectory>(),
            p.GetRequiredService<ICrashPoints>(),
            p.GetRequiredService<TimeProvider>(),
            p.GetRequiredService<Random>()));
        services.AddSingleton(p => new AnswerDesk(p.GetRequiredService<IWorkflowOutside>(), p.GetRequiredService<IDirectory>(), p.GetRequiredService<TimeProvider>()));
        return services;
    }
}
