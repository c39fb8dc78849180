namespace AiManager.Host;

/// <summary>What keeps a call from being made although somebody may say yes to it.</summary>
internal static class HoldWords
{
    /// <summary>For whoever decides; null where nothing does.</summary>
    /// <param name="state">The workflow.</param>
    /// <param name="asked">The call.</param>
    /// <param name="company">What is suspended.</param>
    /// <param name="who">People by their names.</param>
    public static string? Of(WorkflowState state, ApprovalRequested asked, CompanyState company, Func<string?, string> who) =>
        state.IsFinal ? null
        : (company.StopOf(state) ?? company.StopOf(asked.Agent)) is { } stop ? $"{Subject(stop)}Suspended by {who(stop.By.Value)}{Because(stop.Reason.Words)}. A yes is kept until it goes on."
        : company.StopOfTool(asked.Tool) is { } tool ? $"{asked.Tool}: Suspended by {who(tool.By.Value)}{Because(tool.Reason.Words)}. Unless that is lifted first, a call with your yes is refused."
        : state is { Status: WorkflowStatus.Paused, PausedBy: { } pause } ? $"Paused by {who(pause.Person)}{Because(pause.Words)}. A yes is kept until it goes on."
        : null;

    private static string Subject(Suspension stop) => stop.Kind switch
    {
        Suspension.All => "Everything here: ",
        Suspension.Agent => $"The agent {stop.Name}: ",
        _ => string.Empty,
    };

    private static string Because(string words) => words.Trim().TrimEnd('.') is { Length: > 0 } why ? $": {why}" : string.Empty;
}
