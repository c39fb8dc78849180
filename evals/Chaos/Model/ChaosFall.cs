
namespace AiManager.Evals;

/// <summary>A fault and where it fell.</summary>
/// <param name="Ask">The question, which says the workflow, the task, the step and the attempt.</param>
/// <param name="Task">For which task; null for the manager's own.</param>
/// <param name="Step">What was asked.</param>
/// <param name="Fault">What went wrong.</param>
internal sealed record ChaosFall(AskId Ask, TaskId? Task, string Step, ChaosFault Fault);
