using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AiManager.Domain;

/// <summary>One message of a conversation with a model, in the product's own words; clients translate it to their wire.</summary>
public abstract record ModelMessage
{
    private ModelMessage()
    {
    }

    /// <summary>Our own instructions. Untrusted text never goes here.</summary>
    public sealed record System(string Text) : ModelMessage;

    /// <summary>The brief, data and feedback.</summary>
    public sealed record User(string Text) : ModelMessage;

    /// <summary>What the model said before.</summary>
    public sealed record Assistant(string? Text, ImmutableArray<ModelToolCall> Calls) : ModelMessage;

    /// <summary>What came of a tool call. Data, whatever it says.</summary>
    public sealed record Tool(string CallId, string ToolName, string Text) : ModelMessage;
}

/// <summary>A call that a model proposes.</summary>
/// <param name="Id">The model's own id for it, echoed with the result.</param>
/// <param name="Tool">The tool's name in the catalogue (clients map dots to what their wire allows).</param>
/// <param name="Args">The arguments as the model wrote them; not yet checked. Not an object when the model wrote rubbish.</param>
public sealed record ModelToolCall(string Id, string Tool, JsonText Args);

/// <summary>What a model is told about a tool: never the tool itself.</summary>
/// <param name="Name">As in the catalogue.</param>
/// <param name="Description">One or two sentences.</param>
/// <param name="Parameters">JSON Schema of the arguments.</param>
public sealed record ToolDescription(string Name, string Description, JsonText Parameters)
{
    /// <summary>It is known to change nothing.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Calls may spend money; false only where it is known that none does.</summary>
    public bool MaySpend { get; init; } = true;

    /// <summary>Calls may address people; false only where it is known that none does.</summary>
    public bool MayAddress { get; init; } = true;
}

/// <summary>What a model call used.</summary>
/// <param name="InputTokens">Tokens of the prompt.</param>
/// <param name="OutputTokens">Tokens of the reply.</param>
public sealed record ModelUsage(long InputTokens, long OutputTokens)
{
    /// <summary>Both together.</summary>
    [JsonIgnore]
    public long Total => InputTokens + OutputTokens;
}

/// <summary>How a model call ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ModelOutcome>))]
public enum ModelOutcome
{
    /// <summary>With a reply, which may still be rubbish.</summary>
    [JsonStringEnumMemberName("replied")]
    Replied,

    /// <summary>The scripted model knows nothing that fits (<c>no_script</c>).</summary>
    [JsonStringEnumMemberName("noScript")]
    NoScript,

    /// <summary>No answer after all retries: the endpoint is away or overloaded.</summary>
    [JsonStringEnumMemberName("unavailable")]
    Unavailable,

    /// <summary>The model refused or its filter did.</summary>
    [JsonStringEnumMemberName("declined")]
    Declined,

    /// <summary>The gate did not let the question out: a rule or a budget.</summary>
    [JsonStringEnumMemberName("refused")]
    Refused,
}
