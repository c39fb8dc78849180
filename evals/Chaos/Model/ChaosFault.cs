namespace AiManager.Evals;

/// <summary>How a model or its endpoint misbehaves.</summary>
internal enum ChaosFault
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>What should be JSON is cut or has a word too many.</summary>
    InvalidJson,

    /// <summary>A tool is called that the task has not got, or that nobody has.</summary>
    WrongTool,

    /// <summary>Numbers are words, texts are numbers, lists are objects.</summary>
    WrongTypes,

    /// <summary>Chatter around the answer.</summary>
    ExtraText,

    /// <summary>It will not.</summary>
    Refusal,

    /// <summary>Nothing at all comes back.</summary>
    EmptyReply,

    /// <summary>The last call again, whatever came of it.</summary>
    EndlessLoop,

    /// <summary>The reply breaks off: on the wire, or at the most tokens.</summary>
    TruncatedStream,

    /// <summary>Each call twice in one reply.</summary>
    DuplicateCalls,

    /// <summary>The endpoint takes no more questions (429), for some attempts.</summary>
    TooManyRequests,

    /// <summary>The endpoint is in trouble (500), for some attempts.</summary>
    ServerErrors,

    /// <summary>Nothing is heard for seconds or minutes.</summary>
    Silence,

    /// <summary>One part of the reply takes back what another says.</summary>
    Contradiction,

    /// <summary>A plausible "done" without having done anything; as a reviewer, a yes without having looked.</summary>
    FalseDone,

    /// <summary>What a tool's result tells it to do, it does.</summary>
    ObeysData,
}
