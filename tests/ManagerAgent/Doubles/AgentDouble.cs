using System.Collections.Immutable;

namespace AiManager.ManagerAgent.Tests;

/// <summary>An agent that does what its turn decides and nothing else: questions to the model gate, calls to the tool gate.</summary>
internal sealed class AgentDouble(IModelGate models, IToolGate tools) : IExecutor
{
    public bool Serves(Executor executor) => !executor.IsPerson;

    public async Task<ImmutableArray<WorkflowEvent>> StepAsync(TaskId task, TurnMove move, IWorkflowLog log, CancellationToken cancellationToken)
    {
        var state = log.State.Task(task)!;
        switch (move)
        {
            case TurnMove.AskModel ask:
                var name = state.Executor!.Actor.AgentName!;
                var question = new ModelQuestion(ask.Ask, task, "act", name, state.Model ?? "default", [new ModelMessage.System(name), new ModelMessage.User(state.Task.Instruction)], [], JsonText.Null);
                var reply = await models.AskAsync(question, log, cancellationToken);
                return reply.Outcome == ModelOutcome.Replied
                    ? []
                    : [new TaskBlocked(task, reply.Error ?? "The model did not answer.", Final: false)];
            case TurnMove.CallTool call:
                await tools.CallAsync(new ToolCall(call.Call.Call, task, state.Executor!.Actor, call.Call.Proposed.Tool, call.Call.Proposed.Args, state.Task.Grant), log, cancellationToken);
                return [];
            case TurnMove.Correct correct:
                return [new ReplyCorrected(task, correct.Ask, correct.Errors)];
            case TurnMove.SubmitDeliverable submit:
                return [new DeliverableSubmitted(task, submit.Deliverable)];
            case TurnMove.Stop stop:
                return [new TaskBlocked(task, stop.Reason, stop.Final)];
            default:
                throw new InvalidOperationException();
        }
    }
}
