using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;

namespace AiManager.Host;

/// <summary>A piece of an answer.</summary>
internal abstract record ChatPiece
{
    private ChatPiece()
    {
    }

    /// <summary>More words.</summary>
    public sealed record Said(string Words) : ChatPiece;

    /// <summary>Nothing new, and still here.</summary>
    public sealed record Silence : ChatPiece;

    /// <summary>The end, with what models used meanwhile.</summary>
    /// <param name="Usage">By the journal.</param>
    /// <param name="IsCut">True where the workflow goes on and the answer took as long as it may.</param>
    public sealed record Ended(ModelUsage Usage, bool IsCut) : ChatPiece;
}

/// <summary>Tells a workflow in plain words, from the events that pages are made of, until it rests: it is over, it is paused, or only people can go on.</summary>
internal sealed class ChatTeller(WorkflowFollower follower, WorkflowMapper mapper, IDirectory directory, PlainWords words)
{
    /// <summary>Tells it.</summary>
    /// <param name="turn">What, and from where on.</param>
    /// <param name="url">Where people look at the workflow.</param>
    /// <param name="longest">How long an answer may take.</param>
    /// <param name="cancellationToken">Ends when the listener goes. The workflow goes on.</param>
    public async IAsyncEnumerable<ChatPiece> TellAsync(ChatTurn.Follow turn, string url, TimeSpan longest, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (state, told, usage, isClosed) = (WorkflowFold.Start(turn.Workflow), 0, new ModelUsage(0, 0), false);
        yield return new ChatPiece.Said(ChatWords.Opening(turn.Workflow, url) + (turn.Note is { } note ? note + "\n\n" : string.Empty));
        await foreach (var seen in follower.FollowAsync(turn.Workflow, longest, cancellationToken))
        {
            if (seen is null)
            {
                yield return new ChatPiece.Silence();
                continue;
            }

            var untold = seen.Events[told..].Where(e => e.Seq > turn.After).ToImmutableArray();
            (state, told, usage) = (seen.State, seen.Events.Length, Add(usage, untold));
            if (Lines(state, untold) is { Length: > 0 } lines)
            {
                yield return new ChatPiece.Said(lines);
            }

            if (state.IsFinal || state.ShownStatus is WorkflowStatus.Waiting or WorkflowStatus.Paused)
            {
                yield return new ChatPiece.Said(ChatWords.Closing(mapper.Map(seen), id => Subject(state, id), Holders, url));
                isClosed = true;
                break;
            }
        }

        if (!isClosed)
        {
            yield return new ChatPiece.Said(ChatWords.StillAtIt(state, words));
        }

        yield return new ChatPiece.Ended(usage, IsCut: !isClosed);
    }

    private string Lines(WorkflowState state, ImmutableArray<Recorded> events)
    {
        var lines = new StringBuilder();
        foreach (var line in new Story(state, words).Tell(events.Where(e => IsTold(e.Event))).Where(l => l.Weight != StoryWeight.Detail))
        {
            lines.Append(ChatWords.Line(line));
        }

        return lines.ToString();
    }

    /// <summary>What the person said is known to them, what was only looked up is for the timeline, and that something is asked is said by the question.</summary>
    private static bool IsTold(WorkflowEvent happened) =>
        happened is not (GoalSubmitted or MessagePosted or DeliverableSubmitted or CallSettled { Outcome: CallOutcome.Succeeded, Cost: null } or CallDecided { Effect: Effect.Ask });

    private static ModelUsage Add(ModelUsage usage, ImmutableArray<Recorded> events) => events.Select(e => e.Event).OfType<ModelReplied>().Select(r => r.Usage).OfType<ModelUsage>()
        .Aggregate(usage, (sum, one) => new ModelUsage(sum.InputTokens + one.InputTokens, sum.OutputTokens + one.OutputTokens));

    /// <summary>What a person is to decide about: the action and the task; null where the question says all.</summary>
    private static string? Subject(WorkflowState state, string id) =>
        PrefixedId.TryRead<ApprovalId>(id, out var approval) && state.Approvals.GetValueOrDefault(approval) is { } found
            ? Written.Action(found.Requested.Tool) + (found.Requested.Task is { } task && state.Task(task) is { } work ? $" for “{work.Task.Title}”" : string.Empty)
            : null;

    private string Holders(string role)
    {
        var holders = directory.People.Where(p => p.Roles.Contains(role)).Select(p => p.Name).ToList();
        return holders.Count > 0 ? $"{role} ({string.Join(" or ", holders)})" : directory.Person(role)?.Name ?? role;
    }
}
