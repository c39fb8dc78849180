using System.Collections.Immutable;
using AiManager.ManagerAgent;

namespace AiManager.Host;

/// <summary>Takes people's answers to questions, from a program or from a page, to the desk that knows who may answer what.</summary>
internal sealed class EscalationAnswers(IReadModels lists, IWorkflowOutside workflows, AnswerDesk desk, LoadedCompany company)
{
    /// <summary>Gives an answer.</summary>
    /// <param name="id">To which question.</param>
    /// <param name="answer">One of its choices; a finding takes any words.</param>
    /// <param name="words">The person's own; null for none.</param>
    /// <param name="caller">Who answers, and how.</param>
    /// <param name="cancellationToken">Stops waiting; the answer may still have landed.</param>
    public async Task<AnswerResult> GiveAsync(EscalationId id, string answer, string? words, Caller caller, CancellationToken cancellationToken) =>
        caller.IsUnprovenTerminal(company.Settings) ? new AnswerResult.Forbidden(ChangeBody.NoTerminal)
        : await lists.OwnerAsync(id.ToString(), cancellationToken) is { } workflow ? await desk.AnswerAsync(workflow, id, answer, words, caller.Person, caller.Via, cancellationToken)
        : new AnswerResult.NotFound();

    /// <summary>
    /// Takes note of several, each by itself and in their order: what is in the way of one is not in the way of the others, and one that somebody else noted meanwhile is
    /// noted.
    /// </summary>
    /// <param name="ids">Which.</param>
    /// <param name="caller">Who notes them, and how.</param>
    /// <param name="cancellationToken">Stops before the next one; those before it are noted.</param>
    /// <returns>Those that are not noted, by what they ask, and why; empty when all are.</returns>
    public async Task<ImmutableArray<(string Question, string Reason)>> NoteAsync(ImmutableArray<EscalationId> ids, Caller caller, CancellationToken cancellationToken)
    {
        var left = ImmutableArray.CreateBuilder<(string, string)>();
        foreach (var id in ids)
        {
            var result = await GiveAsync(id, EscalationState.Noted, null, caller, cancellationToken);
            if (result.Why is not { } why)
            {
                continue;
            }

            var asked = await lists.OwnerAsync(id.ToString(), cancellationToken) is { } workflow ? (await workflows.ReadAsync(workflow, cancellationToken))?.Escalations.GetValueOrDefault(id) : null;
            if (result is AnswerResult.Conflict && asked?.Choice == EscalationState.Noted)
            {
                continue;
            }

            left.Add((asked?.Raised.Question ?? id.ToString(), why));
        }

        return left.DrainToImmutable();
    }
}
