using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace AiManager.Host;

/// <summary>A message of a conversation, as the client keeps it.</summary>
/// <param name="Role">Who said it.</param>
/// <param name="Text">Its words; empty where it has none.</param>
internal sealed record ChatMessage(string Role, string Text)
{
    /// <summary>What the person says.</summary>
    public const string User = "user";

    /// <summary>What this service said before.</summary>
    public const string Assistant = "assistant";

    /// <summary>What a client's maker, or whoever set it up, wants of every answer: two names for one thing.</summary>
    public static bool Instructs(string role) => role is "system" or "developer";

    /// <summary>True for what may stand in a conversation with the manager, who calls no tools of a client.</summary>
    public static bool IsRole(string role) => role is User or Assistant || Instructs(role);
}

/// <summary>A conversation that a client sends, with what it wants to be answered.</summary>
/// <param name="Messages">All of it, oldest first; the last one is the person's.</param>
/// <param name="Streams">True for an answer in pieces, as it comes.</param>
/// <param name="CountsUsage">True when a streamed answer ends with what it used.</param>
internal sealed record ChatRequest(ImmutableArray<ChatMessage> Messages, bool Streams, bool CountsUsage)
{
    /// <summary>What the person wants now.</summary>
    public string Words => Messages[^1].Text;

    /// <summary>The workflow that the conversation is about: the one that the last answer with a name names; null for a new conversation.</summary>
    public WorkflowId? Workflow => Messages.Where(m => m.Role == ChatMessage.Assistant).Reverse().Select(m => ChatWords.Named(m.Text)).FirstOrDefault(n => n is not null);

    /// <summary>
    /// What was said beside the goal, as the goal's inputs: what is wanted of every answer, and, where no answer here came in between, what the person said before. Answers of others are left
    /// out: whoever wrote them has handed nothing in.
    /// </summary>
    public JsonText Inputs()
    {
        var inputs = new JsonObject();
        if (string.Join('\n', Messages.Where(m => ChatMessage.Instructs(m.Role)).Select(m => m.Text)) is { Length: > 0 } instructions)
        {
            inputs["instructions"] = instructions;
        }

        var earlier = Workflow is null ? Messages[..^1].Where(m => m.Role == ChatMessage.User && m.Text.Length > 0).Select(m => (JsonNode)JsonValue.Create(m.Text)).ToArray() : [];
        if (earlier.Length > 0)
        {
            inputs["saidBefore"] = new JsonArray(earlier);
        }

        return JsonText.Parse(inputs.ToJsonString());
    }

    /// <summary>Equal for the same conversation, so that a client's second try is known for one: a digest of every message.</summary>
    public string Fingerprint() => SecondTries.Fingerprint([.. Messages.SelectMany(m => new[] { m.Role, m.Text })]);
}
