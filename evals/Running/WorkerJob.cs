namespace AiManager.Evals;

/// <summary>A verb for a worker: one line of JSON, as is the <see cref="ProgramRun"/> that comes back.</summary>
/// <param name="Arguments">The verb and what it takes.</param>
/// <param name="Settings">Variables of its environment while it runs.</param>
internal sealed record WorkerJob(IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Settings);
