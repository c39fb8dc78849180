namespace AiManager.ManagerAgent;

/// <summary>What came of a firing.</summary>
/// <param name="Outcome">A word of <see cref="JobOutcome"/>.</param>
/// <param name="Detail">For people.</param>
/// <param name="Run">The run's number; null when there was none.</param>
/// <param name="Workflow">The workflow that pursues the goal; null for none.</param>
public sealed record MonitorResult(string Outcome, string Detail, int? Run, WorkflowId? Workflow);
