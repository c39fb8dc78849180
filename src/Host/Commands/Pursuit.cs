using System.Collections.Immutable;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>
/// Sees one workflow through at a terminal: lets it run and shows how it gets on, has people's seats filled as far as that is allowed here, and goes on
/// until it is over or nobody here can take it further.
/// </summary>
/// <param name="desk">What the terminal can do.</param>
/// <param name="terminal">Where it reads and writes.</param>
/// <param name="view">How progress is shown.</param>
/// <param name="requester">Who sits here.</param>
/// <param name="autoApprove">Roles whose seats are filled without asking.</param>
internal sealed class Pursuit(ITerminalDesk desk, Terminal terminal, IProgressView view, string requester, ImmutableArray<string> autoApprove)
{
    private readonly HashSet<ApprovalId> _left = [];
    private readonly HashSet<EscalationId> _leftQuestions = [];

    /// <summary>Answers how it stands in the end.</summary>
    public async Task<WorkflowResource> RunAsync(WorkflowId id, CancellationToken cancellationToken)
    {
        while (true)
        {
            var current = id;
            var workflow = await view.ShowAsync(token => LookAsync(current, token), desk.DriveAsync(current, cancellationToken), cancellationToken);
            if (workflow.JoinedTo is { } joined)
            {
                await terminal.Out.WriteLineAsync($"Another workflow pursues this already: {joined}. Going on with that one.");
                id = joined;
            }
            else if (Exit.Of(workflow.Status) != Exit.Waiting || !await AnswerAsync(workflow, cancellationToken))
            {
                return workflow;
            }
        }
    }

    private async Task<WorkflowResource> LookAsync(WorkflowId id, CancellationToken cancellationToken) =>
        await desk.FindAsync(id, cancellationToken) ?? throw new UsageException($"There is no workflow {id}.");

    /// <summary>True when anything was decided, so that it can go on.</summary>
    private async Task<bool> AnswerAsync(WorkflowResource workflow, CancellationToken cancellationToken)
    {
        var isAnswered = false;
        foreach (var approval in await desk.PendingAsync(workflow.Id, cancellationToken))
        {
            isAnswered |= await FillAsync(approval, cancellationToken);
        }

        return isAnswered | await AskQuestionsAsync(workflow.Id, cancellationToken);
    }

    /// <summary>Puts what only people can answer before whoever sits here; true when anything was answered.</summary>
    private async Task<bool> AskQuestionsAsync(WorkflowId workflow, CancellationToken cancellationToken)
    {
        if (terminal.Questions is not { } questions)
        {
            return false;
        }

        var isAnswered = false;
        foreach (var escalation in (await desk.QuestionsAsync(workflow, cancellationToken)).Where(e => !_leftQuestions.Contains(e.Id)))
        {
            if (StandIns.ForQuestion(escalation.Role, desk.Company, requester) is not { } person)
            {
                continue;
            }

            _leftQuestions.Add(escalation.Id);
            if (await EscalationPrompt.AskAsync(questions, escalation, person, cancellationToken) is not { } choice)
            {
                continue;
            }

            var refusal = await desk.AnswerAsync(escalation, choice, person.Id, cancellationToken);
            await terminal.Out.WriteLineAsync(refusal is null ? $"Answered as {Printable.Line(person.Name)} ({escalation.Id}): {choice}" : Printable.Line(refusal));
            isAnswered |= refusal is null;
        }

        return isAnswered;
    }

    private async Task<bool> FillAsync(ApprovalResource approval, CancellationToken cancellationToken)
    {
        var isAnswered = false;
        while (approval.Status == "pending" && await DecideAsync(approval, cancellationToken) is { } decided)
        {
            isAnswered = true;
            approval = approval with { Status = decided.Status, Seats = decided.Seats };
        }

        return isAnswered;
    }

    /// <summary>Fills one seat, or has it filled; null when nobody here does.</summary>
    private async Task<DecideResult.Recorded?> DecideAsync(ApprovalResource approval, CancellationToken cancellationToken)
    {
        if (!desk.Company.AllowLocalStandIn)
        {
            return null;
        }

        if (StandIns.Next(approval, desk.Company.People, autoApprove, requester) is { } standIn)
        {
            return await RecordAsync(approval, standIn.Person, agrees: true, $"Answered for {standIn.Role} at the local terminal.", cancellationToken);
        }

        if (terminal.Questions is { } questions && !_left.Contains(approval.Id) && StandIns.Next(approval, desk.Company.People, null, requester) is { } asked)
        {
            switch (await ApprovalPrompt.AskAsync(questions, approval, asked.Person, asked.Role, desk.Company.ToWords(), cancellationToken))
            {
                case ApprovalPrompt.Answer.Approve:
                    return await RecordAsync(approval, asked.Person, agrees: true, null, cancellationToken);
                case ApprovalPrompt.Answer.Reject:
                    return await RecordAsync(approval, asked.Person, agrees: false, null, cancellationToken);
                default:
                    _left.Add(approval.Id);
                    return null;
            }
        }

        return null;
    }

    private async Task<DecideResult.Recorded?> RecordAsync(ApprovalResource approval, PersonResource person, bool agrees, string? reason, CancellationToken cancellationToken)
    {
        switch (await desk.DecideAsync(approval.Id, agrees ? new ApprovalAnswer.Approve(reason) : new ApprovalAnswer.Reject(reason), person.Id, cancellationToken))
        {
            case DecideResult.Recorded recorded:
                await terminal.Out.WriteLineAsync($"{(agrees ? "Approved" : "Rejected")} as {Printable.Line(person.Name)} ({approval.Id}): {recorded.Status}");
                return recorded;
            case DecideResult.Conflict conflict:
                await terminal.Out.WriteLineAsync(Printable.Line(conflict.Reason));
                return null;
            case DecideResult.Forbidden forbidden:
                await terminal.Out.WriteLineAsync(Printable.Line(forbidden.Reason));
                return null;
            case DecideResult.TooMany late:
                await terminal.Out.WriteLineAsync(Printable.Line(late.Reason));
                return null;
            default:
                return null;
        }
    }
}
