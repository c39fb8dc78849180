namespace AiManager.Host;

/// <summary>Shows how a workflow gets on.</summary>
internal interface IProgressView
{
    /// <summary>Shows it until <paramref name="done"/>, looking again now and then, and once more at the end. Answers the last look.</summary>
    /// <param name="look">Reads the workflow.</param>
    /// <param name="done">Completes when nothing more will happen.</param>
    /// <param name="cancellationToken">Stops showing.</param>
    Task<WorkflowResource> ShowAsync(Func<CancellationToken, Task<WorkflowResource>> look, Task done, CancellationToken cancellationToken);
}
