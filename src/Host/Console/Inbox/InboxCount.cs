using AiManager.Tools;

namespace AiManager.Host;

/// <summary>
/// How much waits for somebody: by their roles as far as lists say, without reading a workflow, because every page shows it. What they asked for themselves is not
/// theirs to decide and does not count. Where they only stand in for somebody, the workflow itself says whether they may by now, as it does for the inbox. Whose words a
/// call was made of only the inbox says.
/// </summary>
/// <param name="Approvals">Calls that they may decide, by a role of theirs or in somebody's place.</param>
/// <param name="Questions">Escalations that they may answer.</param>
/// <param name="Tasks">Tasks that are theirs to do.</param>
/// <param name="IsMore">True when there are more than were counted.</param>
internal sealed record InboxCount(int Approvals, int Questions, int Tasks, bool IsMore)
{
    private static readonly string WaitsForPerson = StatusNames.Write(WorkTaskStatus.WaitingPerson);

    /// <summary>All together.</summary>
    public int Total => Approvals + Questions + Tasks;

    /// <summary>As it stands beside a word: empty for nothing, "+" where only others' calls may be for this person.</summary>
    public string Words => (Total, IsMore) switch { (0, false) => string.Empty, (0, true) => "+", (_, true) => $"{Total}+", _ => $"{Total}" };

    /// <summary>The same, with what a scope has.</summary>
    public static Task<InboxCount> ReadAsync(IServiceProvider services, Person person, CancellationToken cancellationToken) => ReadAsync(
        services.GetRequiredService<IReadModels>(),
        services.GetRequiredService<ApprovalDesk>(),
        services.GetRequiredService<IDirectory>(),
        services.GetRequiredService<WorkflowLook>(),
        person,
        cancellationToken);

    /// <summary>Counts, by lists that are asked for in one go; whoever is somebody's stand-in has the workflows looked at too that nobody on the page has looked at.</summary>
    public static async Task<InboxCount> ReadAsync(IReadModels lists, ApprovalDesk desk, IDirectory directory, WorkflowLook look, Person person, CancellationToken cancellationToken)
    {
        var scope = InboxScope.Of(person, directory);
        var found = await lists.ListAsync(
            new AskedLists
            {
                Approvals = scope.Deputed is { } others ? [scope.Decidable, others] : [scope.Decidable],
                Escalations = [scope.Questions()],
                TaskCounts = [Actor.Person(person.Id).Value],
            },
            cancellationToken);
        var (approvals, questions, tasks) = (found.Approvals[0], found.Escalations[0], found.TaskCounts[0]);
        var deputed = scope.Deputed is { } asked ? await desk.InContextAsync(asked, found.Approvals[1], person.Id, look, isSeeking: false, cancellationToken) : null;
        return new InboxCount(
            approvals.Items.Length + (deputed?.Items.Count(a => a.CanDecide) ?? 0),
            questions.Items.Length,
            tasks.Where(t => t.Status == WaitsForPerson).Sum(t => t.Count),
            approvals.Next is not null || deputed?.Next is not null || questions.Next is not null);
    }
}
