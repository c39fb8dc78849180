using AiManager.Domain;

namespace AiManager.ExecutionAgents;

/// <summary>Where a question stands: it follows from workflow, task, step and attempt, and never from the order in which questions come.</summary>
/// <param name="Workflow">Whose question it is; null where nobody says.</param>
/// <param name="Ask">The question's id in that workflow.</param>
internal sealed record AskPlace(WorkflowId? Workflow, AskId Ask);
