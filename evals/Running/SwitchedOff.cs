using System.Collections.Immutable;
using AiManager.ManagerAgent;
using Microsoft.Extensions.DependencyInjection;

namespace AiManager.Evals;

/// <summary>
/// A part of the product that does not do what it is for, in this program only: the manager's own services are put together otherwise than Host does, so that cases are
/// tried against the missing feature and not against a company without the means for it. The product has no such switch.
/// </summary>
/// <param name="Name">As suites call it.</param>
/// <param name="Words">What is missing, for the table.</param>
/// <param name="Rewire">How the manager is put together; null where only people's words reach it otherwise.</param>
internal sealed record SwitchedOff(string Name, string Words, Action<IServiceCollection>? Rewire)
{
    /// <summary>What can be switched off.</summary>
    public static ImmutableArray<SwitchedOff> All { get; } =
    [
        new("mending", "the manager: a plan that is not in order is not sent back to its writer", services => services.AddSingleton(p => new PlanWriter(
            new Dialogue(new FirstReplyOnly(p.GetRequiredService<IModelGate>()), p.GetRequiredService<ManagerPrompts>()),
            p.GetRequiredService<Playbooks>(),
            p.GetRequiredService<IDirectory>(),
            p.GetRequiredService<IToolGate>()))),
        new("skills", "the manager: who does a task is chosen without a look at skills", services => services.AddSingleton(p => Delegation(p, new Jacks(p.GetRequiredService<IDirectory>())))),
        new("people", "the manager: no person is given a task", services => services
            .AddSingleton(p => Delegation(p, new AgentsOnly(p.GetRequiredService<IDirectory>())))
            .AddSingleton(p => new Supervisor(p.GetRequiredService<Delegation>(), p.GetRequiredService<Replanner>()))),
        new("reassigning", "the manager: nobody takes over what somebody could not do", services => services.AddSingleton(p => new Supervisor(Delegation(p, new Nobody()), p.GetRequiredService<Replanner>()))),
        new("final-no", "the executors: a task that ended with a person's no is blocked like any other", services =>
        {
            foreach (var known in services.Where(s => s.ServiceType == typeof(IExecutor)).ToList())
            {
                services.Remove(known);
                services.AddSingleton<IExecutor>(p => new Undeterred((IExecutor)(known.ImplementationFactory?.Invoke(p) ?? ActivatorUtilities.CreateInstance(p, known.ImplementationType!))));
            }
        }),
        new("no", "the approvals: a no is recorded as a yes", Rewire: null),
    ];

    /// <summary>By name; null when nothing is called so.</summary>
    public static SwitchedOff? Find(string? name) => All.FirstOrDefault(o => o.Name == name);

    /// <summary>What is recorded of what a person does.</summary>
    public RunStep.Person Heard(RunStep.Person act) => Name == "no" && act is RunStep.Decide decide ? decide with { Reason = null } : act;

    private static Delegation Delegation(IServiceProvider services, IDirectory directory) =>
        new(directory, services.GetRequiredService<Playbooks>(), services.GetRequiredService<ICompany>(), services.GetRequiredService<IWorkload>(), services.GetRequiredService<TimeProvider>());

    /// <summary>A question that is asked a second time, with what was wrong, is not asked.</summary>
    private sealed class FirstReplyOnly(IModelGate gate) : IModelGate
    {
        /// <summary>The system's words and the question; whatever stands behind them is about an earlier reply.</summary>
        private const int First = 2;

        public Task<ModelReplied> AskAsync(ModelQuestion question, IWorkflowLog log, CancellationToken cancellationToken) =>
            question.Messages.Length <= First
                ? gate.AskAsync(question, log, cancellationToken)
                : Task.FromResult(new ModelReplied(question.Ask, question.Task, ModelOutcome.Unavailable, null, [], null, null, "Nobody asks twice.", []));

        public bool MayTell(string model, ImmutableArray<string> labels) => gate.MayTell(model, labels);
    }

    private sealed class Jacks(IDirectory directory) : IDirectory
    {
        public ImmutableArray<Person> People => directory.People;

        public ImmutableArray<AgentProfile> Agents { get; } =
            [.. directory.Agents.Select(a => a with { Skills = [.. directory.Agents.SelectMany(o => o.Skills).Concat(directory.People.SelectMany(p => p.Skills.Keys)).Distinct()] })];
    }

    private sealed class AgentsOnly(IDirectory directory) : IDirectory
    {
        public ImmutableArray<Person> People => [];

        public ImmutableArray<AgentProfile> Agents => directory.Agents;
    }

    private sealed class Nobody : IDirectory
    {
        public ImmutableArray<Person> People => [];

        public ImmutableArray<AgentProfile> Agents => [];
    }

    private sealed class Undeterred(IExecutor executor) : IExecutor
    {
        public bool Serves(Executor of) => executor.Serves(of);

        public async Task<ImmutableArray<WorkflowEvent>> StepAsync(TaskId task, TurnMove move, IWorkflowLog log, CancellationToken cancellationToken) =>
            [.. (await executor.StepAsync(task, move, log, cancellationToken)).Select(e => e is TaskBlocked blocked ? blocked with { Final = false } : e)];
    }
}
