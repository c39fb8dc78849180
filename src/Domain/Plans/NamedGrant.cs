namespace AiManager.Domain;

/// <summary>What one task of a playbook may do, by the task's key.</summary>
/// <param name="Task">The key that the plan must give the task.</param>
/// <param name="Grant">What it may do at most; lies within what all tasks may.</param>
public sealed record NamedGrant(string Task, Grant Grant);
