using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>An agent's conversation on one task, as far as it has come.</summary>
/// <param name="Items">In order.</param>
/// <param name="Asks">Questions asked in this assignment.</param>
/// <param name="Tokens">Tokens used in this assignment.</param>
/// <param name="Corrections">How often a reply had to be sent back since the last one that was in order.</param>
/// <param name="OpenAsk">A question without an answer yet; null when there is none.</param>
public sealed record TurnState(ImmutableArray<TurnItem> Items, int Asks, long Tokens, int Corrections, AskId? OpenAsk)
{
    /// <summary>The open question as asked, with what was set aside for it; null when there is none.</summary>
    public ModelAsked? Asked { get; init; }

    /// <summary>Where the present attempt began: how much had been asked, used and said when it was last tried again; nothing for the first.</summary>
    public (int Asks, long Tokens, int Items) Attempt { get; init; }

    /// <summary>What stands for the beginning of the conversation; null while all of it is told.</summary>
    public HistorySummarised? Summary { get; init; }

    /// <summary>Nothing said yet.</summary>
    public static TurnState Empty { get; } = new([], 0, 0, 0, null);
}

/// <summary>One thing said in a turn.</summary>
public abstract record TurnItem
{
    private TurnItem()
    {
    }

    /// <summary>The model's reply. Its calls carry the ids that the journal knows them by.</summary>
    public sealed record Reply(AskId Ask, string? Text, ImmutableArray<TurnCall> Calls) : TurnItem;

    /// <summary>Something the agent must be told: an error in its reply, a reviewer's reasons.</summary>
    public sealed record Feedback(string Text) : TurnItem;
}

/// <summary>A call in a reply.</summary>
/// <param name="Call">The journal's id, derived from the question and the call's place in the reply.</param>
/// <param name="Proposed">What the model wrote.</param>
public sealed record TurnCall(CallId Call, ModelToolCall Proposed);

/// <summary>Where an attempt ends by itself.</summary>
/// <param name="Turns">Questions to the model, at least 1. Default 20.</param>
/// <param name="Tokens">Tokens in and out. Default 60,000.</param>
public sealed record TurnLimits(int Turns = 20, long Tokens = 60_000);
