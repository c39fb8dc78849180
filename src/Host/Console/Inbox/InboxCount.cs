namespace AiManager.Host;

/// <summary>
/// How much waits for somebody, as far as lists say: by their roles, without reading a workflow, because every page shows it. What they asked for themselves is not
/// theirs to decide and does not count. Who may stand in, and whose words a call was made of, only the workflow itself says, and the inbox does.
/// </summary>
/// <param name="Approvals">Calls that a role of theirs may decide.</param>
/// <param name="Questions">Escalations that they may answer.</param>
/// <param name="Tasks">Tasks that are theirs to do.</param>
/// <param name="IsMore">True when there are more than were counted.</param>
internal sealed record InboxCount(int Approvals, int Questions, int Tasks, bool IsMore)
{
    private static readonly string WaitsForPerson = StatusNames.Write(WorkTaskStatus.WaitingPerson);

    /// <summary>All together.</summary>
    public int Total => Approvals + Questions + Tasks;

    /// <summary>As it stands beside a word: empty for nothing.</summary>
    public string Words => Total == 0 ? string.Empty : IsMore ? $"{Total}+" : $"{Total}";

    /// <summary>Counts, by three queries.</summary>
    public static async Task<InboxCount> ReadAsync(IReadModels lists, IDirectory directory, Person person, CancellationToken cancellationToken)
    {
        var scope = InboxScope.Of(person, directory);
        var approvals = await lists.ApprovalsAsync(scope.Decidable, cancellationToken);
        var questions = await lists.EscalationsAsync(scope.Questions(), cancellationToken);
        var tasks = await lists.TasksAsync(Actor.Person(person.Id).Value, cancellationToken);
        return new InboxCount(
            approvals.Items.Length,
            questions.Items.Length,
            tasks.Count(t => t.Status == WaitsForPerson),
            approvals.Next is not null || questions.Next is not null);
    }
}
