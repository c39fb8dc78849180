using System.Collections.Immutable;
using System.Diagnostics;
using AiManager.ManagerAgent;

namespace AiManager.Host;

/// <summary>Takes people's answers to questions, from a program or from a page.</summary>
internal sealed class EscalationAnswers(IReadModels lists, IWorkflowOutside workflows, IDirectory directory, WorkflowDesk desk, TimeProvider time)
{
    private const string Extend = "extend";

    /// <summary>Gives an answer.</summary>
    /// <param name="id">To which question.</param>
    /// <param name="answer">One of its choices; a finding takes any words.</param>
    /// <param name="words">The person's own; null for none.</param>
    /// <param name="person">Who answers: a person's id.</param>
    /// <param name="cancellationToken">Stops waiting; the answer may still have landed.</param>
    public async Task<AnswerResult> GiveAsync(EscalationId id, string answer, string? words, string person, CancellationToken cancellationToken)
    {
        if (answer.Length > WorkflowDesk.LongestGoal || words?.Length > WorkflowDesk.LongestGoal)
        {
            return new AnswerResult.Invalid(answer.Length > WorkflowDesk.LongestGoal ? "answer" : "words", $"has more than {WorkflowDesk.LongestGoal} characters.");
        }

        if (await lists.OwnerAsync(id.ToString(), cancellationToken) is not { } workflow
            || (await workflows.ReadAsync(workflow, cancellationToken))?.Escalations.GetValueOrDefault(id) is not { } open)
        {
            return new AnswerResult.NotFound();
        }

        var (role, choices) = (open.Raised.Role, open.Raised.Choices);
        if (directory.People.Any(p => p.Roles.Contains(role)) && directory.Person(person)?.Roles.Contains(role) != true)
        {
            return new AnswerResult.Forbidden($"Only somebody with the role '{role}' may answer.");
        }

        if (!choices.Contains(answer))
        {
            if (open.Raised.Kind != EscalationKind.Finding || !choices.Contains(EscalationState.Noted) || string.IsNullOrWhiteSpace(answer))
            {
                return new AnswerResult.Invalid("answer", $"must be one of: {string.Join(", ", choices)}.");
            }

            (answer, words) = (EscalationState.Noted, words is null ? answer : $"{answer}\n{words}");
        }

        if (open.Raised.Kind == EscalationKind.MissedDeadline && answer == Extend && WorkflowDesk.ReadDeadline(words, time.GetUtcNow()).Fault is { } fault)
        {
            return new AnswerResult.Invalid("words", "must say the new deadline. " + fault);
        }

        return await desk.AnswerAsync(workflow, id, answer, words, person, cancellationToken) switch
        {
            OutsideResult.Appended appended => new AnswerResult.Given(appended.State),
            OutsideResult.NotFound => new AnswerResult.NotFound(),
            OutsideResult.Refused refused => new AnswerResult.Conflict(refused.Reason),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>
    /// Takes note of several, each by itself and in their order: what is in the way of one is not in the way of the others, and one that somebody else noted meanwhile is
    /// noted.
    /// </summary>
    /// <param name="ids">Which.</param>
    /// <param name="person">Who notes them: a person's id.</param>
    /// <param name="cancellationToken">Stops before the next one; those before it are noted.</param>
    /// <returns>Those that are not noted, by what they ask, and why; empty when all are.</returns>
    public async Task<ImmutableArray<(string Question, string Reason)>> NoteAsync(ImmutableArray<EscalationId> ids, string person, CancellationToken cancellationToken)
    {
        var left = ImmutableArray.CreateBuilder<(string, string)>();
        foreach (var id in ids)
        {
            if (await GiveAsync(id, EscalationState.Noted, null, person, cancellationToken) is var result && result is AnswerResult.Given)
            {
                continue;
            }

            var asked = await lists.OwnerAsync(id.ToString(), cancellationToken) is { } workflow ? (await workflows.ReadAsync(workflow, cancellationToken))?.Escalations.GetValueOrDefault(id) : null;
            if (result is AnswerResult.Conflict && asked?.Choice == EscalationState.Noted)
            {
                continue;
            }

            left.Add((asked?.Raised.Question ?? id.ToString(), result switch
            {
                AnswerResult.NotFound => "there is no such question.",
                AnswerResult.Forbidden forbidden => forbidden.Reason,
                AnswerResult.Invalid invalid => $"'{invalid.Field}' {invalid.Reason}",
                AnswerResult.Conflict conflict => conflict.Reason,
                _ => throw new UnreachableException(),
            }));
        }

        return left.DrainToImmutable();
    }
}

/// <summary>What came of an answer.</summary>
internal abstract record AnswerResult
{
    private AnswerResult()
    {
    }

    /// <summary>It counts.</summary>
    /// <param name="State">The workflow with it.</param>
    public sealed record Given(WorkflowState State) : AnswerResult;

    /// <summary>There is no such question.</summary>
    public sealed record NotFound : AnswerResult;

    /// <summary>This person may not answer.</summary>
    public sealed record Forbidden(string Reason) : AnswerResult;

    /// <summary>The answer is none.</summary>
    /// <param name="Field">Which part of it.</param>
    /// <param name="Reason">What about it; follows the field's name.</param>
    public sealed record Invalid(string Field, string Reason) : AnswerResult;

    /// <summary>It was answered already, or is over.</summary>
    public sealed record Conflict(string Reason) : AnswerResult;
}
