using System.Diagnostics;
using AiManager.ManagerAgent;

namespace AiManager.Host;

/// <summary>
/// Makes of a conversation's last message a goal, or something that is said to the workflow that the conversation is about. Nothing is kept between two requests: the
/// client sends the whole conversation each time, and the answers in it name the workflow. Whoever writes such an answer themselves can do no more than
/// <c>POST /api/workflows/{id}/messages</c> lets them.
/// </summary>
internal sealed class ChatDesk(WorkflowDesk desk, LoadedCompany company, TimeProvider time)
{
    /// <summary>Takes it.</summary>
    /// <param name="request">The conversation.</param>
    /// <param name="key">The request's idempotency key; null for none.</param>
    /// <param name="person">Who says it.</param>
    /// <param name="cancellationToken">Stops waiting; it may have been taken all the same, and a second try finds it.</param>
    public async Task<ChatTurn> TakeAsync(ChatRequest request, string? key, string person, CancellationToken cancellationToken)
    {
        var wish = ChatWishes.Of(request.Words);
        if (request.Workflow is not { } id)
        {
            return wish == ChatWish.Say ? await SubmitAsync(request, key, person, cancellationToken) : new ChatTurn.Answer(ChatWords.Help);
        }

        if (await desk.FindAsync(id, cancellationToken) is not { } found)
        {
            return new ChatTurn.Refused(new OpenAiFault(StatusCodes.Status404NotFound, $"This conversation is about {id}, and there is no such workflow here. Begin a new conversation.")
            {
                Param = "messages",
                Code = "workflow_not_found",
            });
        }

        // What is over cannot be steered: whoever goes on talking wants something new.
        return wish == ChatWish.Say && found.State.IsFinal
            ? await SubmitAsync(request, key, person, cancellationToken)
            : await SteerAsync(found, wish, request.Words, person, cancellationToken);
    }

    private async Task<ChatTurn> SteerAsync(WorkflowSnapshot found, ChatWish wish, string words, string person, CancellationToken cancellationToken)
    {
        var id = found.State.Id;
        var (note, doing) = wish switch
        {
            ChatWish.Say when SecondTries.WasJustSaid(found.Events, words, person, time.GetUtcNow()) => (ChatWords.Noted, null),
            ChatWish.Say => (ChatWords.Noted, desk.MessageAsync(id, words, person, cancellationToken)),
            ChatWish.Pause when !found.State.IsFinal => ("Paused.", desk.PauseAsync(id, words, person, cancellationToken)),
            ChatWish.GoOn when found.State.Status == WorkflowStatus.Paused => ("It goes on.", desk.ResumeAsync(id, person, cancellationToken)),
            ChatWish.Cancel when !found.State.IsFinal => ("Cancelled.", desk.CancelAsync(id, words, person, cancellationToken)),
            _ => (ChatWords.Standing(found.State), null),
        };
        return doing is null
            ? new ChatTurn.Follow(id, found.State.Seq, note)
            : await doing switch
            {
                OutsideResult.Appended => new ChatTurn.Follow(id, found.State.Seq, note),
                OutsideResult.Refused refused => new ChatTurn.Follow(id, found.State.Seq, ChatWords.Plain(refused.Reason)),
                _ => throw new UnreachableException(),
            };
    }

    private async Task<ChatTurn> SubmitAsync(ChatRequest request, string? key, string person, CancellationToken cancellationToken)
    {
        var goal = new SubmitRequest(request.Words, person, company.Bundle.Hash) { Budget = company.Settings.Budget, IdempotencyKey = key is null ? Key(request, 0) : "chat/" + key };
        if (key is null)
        {
            // A second try may come when the next ten minutes have begun.
            var before = goal with { IdempotencyKey = Key(request, 1) };
            if (await desk.FindAsync(before.KeyedId!.Value, cancellationToken) is { } found && time.GetUtcNow() - found.State.SubmittedAt < SecondTries.Within)
            {
                return new ChatTurn.Follow(found.State.Id, 0, ChatWords.Already);
            }
        }

        return await desk.SubmitAsync(goal, cancellationToken) switch
        {
            SubmitResult.Created created => new ChatTurn.Follow(created.Workflow, 0, null),
            SubmitResult.Joined joined => new ChatTurn.Follow(joined.Workflow, 0, ChatWords.Already),
            SubmitResult.Invalid invalid => new ChatTurn.Refused(new OpenAiFault(StatusCodes.Status400BadRequest, invalid.Reason) { Param = "messages" }),
            _ => throw new UnreachableException(),
        };
    }

    private string Key(ChatRequest request, int slotsAgo) => $"chat/{request.Fingerprint()}/{(time.GetUtcNow().UtcTicks / SecondTries.Within.Ticks) - slotsAgo}";
}
