namespace AiManager.Tools;

/// <summary>Nobody knows what a workflow may do.</summary>
internal sealed class PermitsException() : Exception("The configuration that this goal began under cannot be had or used any more, so that nobody knows what it may do. Submit the goal again.");
