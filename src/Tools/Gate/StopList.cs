using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>What somebody has stopped: a tool, an agent, a workflow. Read anew each time; the company's stream says so for every host.</summary>
internal sealed class StopList(ICompany company)
{
    /// <summary>Why <paramref name="tool"/> must not run for anybody; null when it may.</summary>
    public string? WhyNot(string tool) =>
        company.Unreadable is { } unreadable ? $"Nobody knows what has been stopped: {unreadable}"
        : company.State.Suspensions.TryGetValue("tool/" + tool, out var why) ? $"{tool} is suspended: {why}"
        : null;

    /// <summary>Why it must not run for <paramref name="agent"/> (or <c>system</c>) in <paramref name="workflow"/>; null when it may.</summary>
    public string? WhyNot(string tool, string agent, WorkflowId workflow)
    {
        var stopped = company.State.Suspensions;
        return WhyNot(tool)
            ?? (stopped.TryGetValue("agent/" + agent, out var why) ? $"{agent} is suspended: {why}"
            : stopped.TryGetValue("workflow/" + workflow, out why) ? $"{workflow} is suspended: {why}"
            : null);
    }
}
