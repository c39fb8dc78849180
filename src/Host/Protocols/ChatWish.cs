namespace AiManager.Host;

/// <summary>What somebody wants with a message of a conversation.</summary>
internal enum ChatWish
{
    /// <summary>Anything: a goal, or what is to be done differently.</summary>
    Say,

    /// <summary>To know how it stands.</summary>
    Ask,

    /// <summary>Nothing yet: a greeting, a thank-you, a client that tries its connection.</summary>
    Greet,

    /// <summary>It to stop for now.</summary>
    Pause,

    /// <summary>It to go on.</summary>
    GoOn,

    /// <summary>It to end.</summary>
    Cancel,
}

/// <summary>
/// Understands the few words that are no goal. A closed list and no model: a message that is one of these and nothing else. Everything else is a goal, or goes to
/// the manager word for word.
/// </summary>
internal static class ChatWishes
{
    private static readonly Dictionary<string, ChatWish> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["status"] = ChatWish.Ask,
        ["progress"] = ChatWish.Ask,
        ["report"] = ChatWish.Ask,
        ["how does it stand"] = ChatWish.Ask,
        ["how is it going"] = ChatWish.Ask,
        ["what is the status"] = ChatWish.Ask,
        ["any news"] = ChatWish.Ask,
        ["hi"] = ChatWish.Greet,
        ["hello"] = ChatWish.Greet,
        ["test"] = ChatWish.Greet,
        ["ping"] = ChatWish.Greet,
        ["help"] = ChatWish.Greet,
        ["ok"] = ChatWish.Greet,
        ["thanks"] = ChatWish.Greet,
        ["thank you"] = ChatWish.Greet,
        ["pause"] = ChatWish.Pause,
        ["wait"] = ChatWish.Pause,

        // Whoever says no more than that may mean this moment, or what is being told; "cancel" says that it is to end.
        ["stop"] = ChatWish.Pause,
        ["go on"] = ChatWish.GoOn,
        ["continue"] = ChatWish.GoOn,
        ["resume"] = ChatWish.GoOn,
        ["cancel"] = ChatWish.Cancel,
    };

    /// <summary>What the words want.</summary>
    public static ChatWish Of(string words) => Known.GetValueOrDefault(words.Trim().TrimEnd('.', '!', '?', ' '), ChatWish.Say);
}
