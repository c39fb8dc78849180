using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AiManager.Host;

/// <summary>What a client sends to be answered; more fields are passed over.</summary>
/// <param name="Model"><c>ai-manager</c>.</param>
/// <param name="Messages">The conversation, oldest first; the last one of the role <c>user</c> is the goal.</param>
/// <param name="Stream">True for pieces as they come.</param>
/// <param name="StreamOptions">With <c>stream</c>.</param>
internal sealed record ChatBody(
    string Model, ImmutableArray<ChatMessageResource> Messages, bool Stream = false, [property: JsonPropertyName("stream_options")] ChatStreamBody? StreamOptions = null);

/// <summary>How a streamed answer ends.</summary>
/// <param name="IncludeUsage">True for a last piece with what was used.</param>
internal sealed record ChatStreamBody([property: JsonPropertyName("include_usage")] bool IncludeUsage);

/// <summary>An answer, or a piece of one.</summary>
/// <param name="Id">The same in all pieces.</param>
/// <param name="Object"><c>chat.completion</c> or <c>chat.completion.chunk</c>.</param>
/// <param name="Created">Seconds since 1970.</param>
/// <param name="Model"><c>ai-manager</c>.</param>
/// <param name="Choices">One; none in the piece that says the usage.</param>
/// <param name="Usage">What the models behind the workflow used while this was told, by the journal.</param>
internal sealed record ChatCompletionResource(string Id, string Object, long Created, string Model, ImmutableArray<ChatChoiceResource> Choices, ChatUsageResource? Usage = null);

/// <summary>A piece of an answer whose usage is counted: the field stands in each, null until the last.</summary>
internal sealed record ChatCountedResource(
    string Id, string Object, long Created, string Model, ImmutableArray<ChatChoiceResource> Choices, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] ChatUsageResource? Usage)
{
    /// <summary>The same piece.</summary>
    public static ChatCountedResource Of(ChatCompletionResource piece) => new(piece.Id, piece.Object, piece.Created, piece.Model, piece.Choices, piece.Usage);
}

/// <summary>The one answer.</summary>
/// <param name="Index">0.</param>
/// <param name="Message">The whole; null in a piece.</param>
/// <param name="Delta">What is new; null in a whole.</param>
/// <param name="FinishReason">At the end <c>stop</c>, or <c>length</c> where the answer took as long as it may and the workflow goes on.</param>
internal sealed record ChatChoiceResource(
    int Index,
    ChatMessageResource? Message,
    ChatMessageResource? Delta,
    [property: JsonPropertyName("finish_reason"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? FinishReason);

/// <summary>What somebody says.</summary>
/// <param name="Role">Null in a piece that goes on.</param>
/// <param name="Content">Words.</param>
internal sealed record ChatMessageResource(string? Role, string? Content);

/// <summary>Tokens of the models behind a workflow.</summary>
/// <param name="Prompt">Asked with.</param>
/// <param name="Completion">Replied.</param>
/// <param name="Total">Both.</param>
internal sealed record ChatUsageResource(
    [property: JsonPropertyName("prompt_tokens")] long Prompt, [property: JsonPropertyName("completion_tokens")] long Completion, [property: JsonPropertyName("total_tokens")] long Total)
{
    /// <summary>As journaled.</summary>
    public static ChatUsageResource Of(ModelUsage usage) => new(usage.InputTokens, usage.OutputTokens, usage.Total);
}

/// <summary>The models that there are.</summary>
/// <param name="Object"><c>list</c>.</param>
/// <param name="Data">One.</param>
internal sealed record ModelListResource(string Object, ImmutableArray<ChatModelResource> Data);

/// <summary>A model that a client can name.</summary>
/// <param name="Id"><c>ai-manager</c>.</param>
/// <param name="Object"><c>model</c>.</param>
/// <param name="Created">Seconds since 1970.</param>
/// <param name="OwnedBy">The company.</param>
internal sealed record ChatModelResource(string Id, string Object, long Created, [property: JsonPropertyName("owned_by")] string OwnedBy);

/// <summary>An error.</summary>
internal sealed record OpenAiErrorResource(OpenAiErrorBody Error);

/// <summary>What an error says.</summary>
/// <param name="Message">For people.</param>
/// <param name="Type">What kind.</param>
/// <param name="Param">The field that is wrong; null for none.</param>
/// <param name="Code">For programs; null for none.</param>
internal sealed record OpenAiErrorBody(
    string Message,
    string Type,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Param,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Code);
