using System.Diagnostics;
using AiManager.ManagerAgent;

namespace AiManager.Host;

/// <summary>
/// Makes of a conversation's last message a goal, with what was said beside it as inputs, or something that is said to the workflow that the conversation is about. Nothing is kept between two requests: the
/// client sends the whole conversation each time, and the answers in it name the workflow. Whoever writes such an answer themselves can do no more than
/// <c>POST /api/workflows/{id}/messages</c> lets them.
/// </summary>
internal sealed class ChatDesk(WorkflowDesk desk, LoadedCompany company, PlainWords plain, TimeProvider time)
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

        // What is over cannot be steered: whoever goes on talking wants something new, unless it was said in time and comes a second time.
        return wish == ChatWish.Say && found.State.IsFinal && (key is null || await SayAsync(id, request.Words, key, person, cancellationToken) is OutsideResult.Refused { IsReusedKey: false })
            ? await SubmitAsync(request, key, person, cancellationToken)
            : await SteerAsync(found, wish, request.Words, key, person, cancellationToken);
    }

    private async Task<ChatTurn> SteerAsync(WorkflowSnapshot found, ChatWish wish, string words, string? key, string person, CancellationToken cancellationToken)
    {
        var id = found.State.Id;
        var (note, doing) = wish switch
        {
            ChatWish.Say when key is null && SecondTries.WasJustSaid(found.Events, words, person, time.GetUtcNow()) => (ChatWords.Noted, null),
            ChatWish.Say => (ChatWords.Noted, SayAsync(id, words, key, person, cancellationToken)),
            ChatWish.Pause when !found.State.IsFinal => ("Paused.", desk.PauseAsync(id, words, person, cancellationToken)),
            ChatWish.GoOn when found.State.Status == WorkflowStatus.Paused => ("It goes on.", desk.ResumeAsync(id, person, cancellationToken)),
            ChatWish.Cancel when !found.State.IsFinal => ("Cancelled.", desk.CancelAsync(id, words, person, cancellationToken)),
            _ => (ChatWords.Standing(found.State, plain), null),
        };
        return doing is null
            ? new ChatTurn.Follow(id, found.State.Seq, note)
            : await doing switch
            {
                OutsideResult.Appended => new ChatTurn.Follow(id, found.State.Seq, note),
                OutsideResult.Refused { IsReusedKey: true } reused => Reused(reused.Reason),
                OutsideResult.Refused refused => new ChatTurn.Follow(id, found.State.Seq, ChatWords.Plain(refused.Reason)),
                _ => throw new UnreachableException(),
            };
    }

    private Task<OutsideResult> SayAsync(WorkflowId id, string words, string? key, string person, CancellationToken cancellationToken) =>
        desk.MessageAsync(id, words, person, key is null ? null : "chat/" + key, cancellationToken);

    private async Task<ChatTurn> SubmitAsync(ChatRequest request, string? key, string person, CancellationToken cancellationToken)
    {
        var goal = new SubmitRequest(request.Words, person, company.Bundle.Hash) { Budget = company.Settings.Budget, Inputs = request.Inputs() };
        if (key is not null)
        {
            return await SubmitAsync(goal with { IdempotencyKey = "chat/" + key, KeepsKey = true }, cancellationToken);
        }

        for (var attempt = 0; ; attempt++)
        {
            if (await JustSubmittedAsync(goal, request, attempt, cancellationToken) is not { } found)
            {
                return await SubmitAsync(goal with { IdempotencyKey = Key(request, attempt, 0) }, cancellationToken);
            }

            // What came to nothing and is asked for again is asked for anew: no client repeats a request whose answer it has.
            if (found.State.Status is not (WorkflowStatus.Failed or WorkflowStatus.Cancelled) && time.GetUtcNow() - found.State.SubmittedAt < SecondTries.Within)
            {
                return new ChatTurn.Follow(found.State.Id, 0, ChatWords.Already);
            }
        }
    }

    private async Task<ChatTurn> SubmitAsync(SubmitRequest goal, CancellationToken cancellationToken) => await desk.SubmitAsync(goal, cancellationToken) switch
    {
        SubmitResult.Created created => new ChatTurn.Follow(created.Workflow, 0, null),
        SubmitResult.Joined joined => new ChatTurn.Follow(joined.Workflow, 0, ChatWords.Already),
        SubmitResult.Reused reused => Reused(reused.Reason),
        SubmitResult.Invalid invalid => new ChatTurn.Refused(new OpenAiFault(StatusCodes.Status400BadRequest, invalid.Reason) { Param = "messages" }),
        _ => throw new UnreachableException(),
    };

    private static ChatTurn.Refused Reused(string reason) => new(new OpenAiFault(StatusCodes.Status422UnprocessableEntity, reason) { Code = "idempotency_key_reused" });

    /// <summary>The workflow of the same conversation and attempt, of these ten minutes or of those before: a client's second try may come when the next have begun.</summary>
    private async Task<WorkflowSnapshot?> JustSubmittedAsync(SubmitRequest goal, ChatRequest request, int attempt, CancellationToken cancellationToken)
    {
        for (var slotsAgo = 0; slotsAgo <= 1; slotsAgo++)
        {
            var id = (goal with { IdempotencyKey = Key(request, attempt, slotsAgo) }).KeyedId!.Value;
            if (await desk.FindAsync(id, cancellationToken) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private string Key(ChatRequest request, int attempt, int slotsAgo) => $"chat/{request.Fingerprint()}/{(time.GetUtcNow().UtcTicks / SecondTries.Within.Ticks) - slotsAgo}/{attempt}";
}
