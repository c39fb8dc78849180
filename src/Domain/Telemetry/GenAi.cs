namespace AiManager.Domain;

/// <summary>
/// OpenTelemetry's words for generative AI, at the one version that is spoken here. 1.41.0 is the last of the common conventions that holds them; they are
/// still marked as in development, so another version is another decision (docs/decisions/0017).
/// </summary>
public static class GenAi
{
    /// <summary>The pinned version of the semantic conventions.</summary>
    public const string ConventionVersion = "1.41.0";

    /// <summary>Where that version is described for machines; goes out with every span and figure.</summary>
    public const string SchemaUrl = "https://opentelemetry.io/schemas/" + ConventionVersion;

    /// <summary><c>chat</c>, <c>execute_tool</c> or <c>invoke_agent</c>.</summary>
    public const string Operation = "gen_ai.operation.name";

    /// <summary>Whose protocol is spoken to the model.</summary>
    public const string Provider = "gen_ai.provider.name";

    /// <summary>The model's name in the company's file.</summary>
    public const string RequestModel = "gen_ai.request.model";

    /// <summary>Upper bound for the reply, in tokens.</summary>
    public const string MaxTokens = "gen_ai.request.max_tokens";

    /// <summary>Tokens of the prompt.</summary>
    public const string InputTokens = "gen_ai.usage.input_tokens";

    /// <summary>Tokens of the reply.</summary>
    public const string OutputTokens = "gen_ai.usage.output_tokens";

    /// <summary><c>input</c> or <c>output</c>.</summary>
    public const string TokenType = "gen_ai.token.type";

    /// <summary>The conversation: here the workflow's id.</summary>
    public const string Conversation = "gen_ai.conversation.id";

    /// <summary>The agent's name in the company's files.</summary>
    public const string AgentName = "gen_ai.agent.name";

    /// <summary>The tool's name in the catalogue.</summary>
    public const string ToolName = "gen_ai.tool.name";

    /// <summary>The call's id.</summary>
    public const string ToolCallId = "gen_ai.tool.call.id";

    /// <summary>Always <c>function</c> here: the gate calls it, not the model's provider.</summary>
    public const string ToolType = "gen_ai.tool.type";

    /// <summary>What kind of failure, from a closed set; absent where nothing failed.</summary>
    public const string ErrorType = "error.type";
}
