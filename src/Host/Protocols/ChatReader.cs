using System.Collections.Immutable;
using System.Text.Json;

namespace AiManager.Host;

/// <summary>
/// Reads the body of <c>/v1/chat/completions</c>. What steers a model and means nothing here (<c>temperature</c>, <c>max_tokens</c>, whatever comes next) is passed
/// over, as clients send it unasked; what would change the answer's meaning (tools of the client, several answers, a form of its own) is refused by name.
/// </summary>
internal static class ChatReader
{
    private const string Text = "text";

    private static readonly ImmutableArray<(string Name, Func<JsonElement, bool> Fits, string Words)> Kinds =
    [
        ("n", f => f.ValueKind == JsonValueKind.Number, "a number"),
        ("stream", f => f.ValueKind is JsonValueKind.True or JsonValueKind.False, "true or false"),
        ("stream_options", f => f.ValueKind == JsonValueKind.Object, "an object"),
        ("tools", f => f.ValueKind == JsonValueKind.Array, "a list"),
        ("functions", f => f.ValueKind == JsonValueKind.Array, "a list"),
        ("response_format", f => f.ValueKind == JsonValueKind.Object, "an object"),
    ];

    /// <summary>Reads it. Throws <see cref="BadHttpRequestException"/> for what is no JSON object.</summary>
    public static async Task<ChatRead> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = (await JsonBody.ReadObjectAsync(request, cancellationToken)).ToElement();
        if (Field(body, "model", JsonValueKind.String) is not { } model)
        {
            return Refuse("model", $"Name the model: \"{ChatWords.Model}\".");
        }

        if (model.GetString() != ChatWords.Model)
        {
            return OpenAiFault.UnknownModel(model.GetString()!);
        }

        if (Unfit(body) is { } fault)
        {
            return fault;
        }

        if (Field(body, "messages", JsonValueKind.Array) is not { } listed || listed.GetArrayLength() == 0)
        {
            return Refuse("messages", "'messages' must be a list with at least one message.");
        }

        var messages = ImmutableArray.CreateBuilder<ChatMessage>(listed.GetArrayLength());
        foreach (var item in listed.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Object && Field(item, "role", JsonValueKind.String)?.GetString() is { } role && !ChatMessage.IsRole(role))
            {
                return Refuse($"messages[{messages.Count}].role", $"There is no role '{RequestText.Short(role)}' here. There are: system, developer, user, assistant.");
            }

            if (Message(item) is not { } message)
            {
                return Refuse($"messages[{messages.Count}]", "A message has a 'role', and a 'content' of text: words, or parts of the type 'text'. Pictures, sound and files are not read.");
            }

            messages.Add(message);
        }

        if (messages[^1] is not { Role: ChatMessage.User } last || string.IsNullOrWhiteSpace(last.Text))
        {
            return Refuse("messages", "The last message must be of the role 'user' and say something: it is the goal, or what is to be done differently.");
        }

        var counts = Field(body, "stream_options", JsonValueKind.Object) is { } options && Field(options, "include_usage", JsonValueKind.True) is not null;
        return new ChatRead.Taken(new ChatRequest(messages.ToImmutable(), Field(body, "stream", JsonValueKind.True) is not null, counts));
    }

    private static ChatRead.Refused? Unfit(JsonElement body) =>
        WrongKind(body)
        ?? (Field(body, "n", JsonValueKind.Number) is { } n && !(n.TryGetInt32(out var count) && count == 1) ? Refuse("n", "There is one answer: leave 'n' out.")
        : Lists(body, "tools") ? Refuse("tools", "The manager works with the company's own tools, each call through its own gate; it calls none of yours. Leave 'tools' out.")
        : Lists(body, "functions") ? Refuse("functions", "The manager works with the company's own tools, each call through its own gate; it calls none of yours. Leave 'functions' out.")
        : Field(body, "response_format", JsonValueKind.Object) is { } format && Field(format, "type", JsonValueKind.String)?.GetString() is not Text
            ? Refuse("response_format", "The answer is plain words. GET /api/workflows/{id} has the same as JSON.")
            : null);

    /// <summary>A field that is read and is of another kind than it must be: taking it for nothing would answer something that nobody asked for.</summary>
    private static ChatRead.Refused? WrongKind(JsonElement body) =>
        Kinds.Where(k => body.TryGetProperty(k.Name, out var field) && field.ValueKind != JsonValueKind.Null && !k.Fits(field)).Select(k => Refuse(k.Name, $"'{k.Name}' must be {k.Words}.")).FirstOrDefault()
        ?? (Field(body, "stream_options", JsonValueKind.Object) is { } options && options.TryGetProperty("include_usage", out var counts) && counts.ValueKind is not (JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null)
            ? Refuse("stream_options.include_usage", "'stream_options.include_usage' must be true or false.") : null);

    private static bool Lists(JsonElement body, string name) => Field(body, name, JsonValueKind.Array) is { } list && list.GetArrayLength() > 0;

    private static ChatMessage? Message(JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object || Field(item, "role", JsonValueKind.String)?.GetString() is not { } role)
        {
            return null;
        }

        if (!item.TryGetProperty("content", out var content) || content.ValueKind == JsonValueKind.Null)
        {
            return new ChatMessage(role, string.Empty);
        }

        if (content.ValueKind == JsonValueKind.String)
        {
            return new ChatMessage(role, content.GetString()!);
        }

        if (content.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var parts = content.EnumerateArray().Select(PartOf).ToList();
        return parts.Contains(null) ? null : new ChatMessage(role, string.Concat(parts));
    }

    private static string? PartOf(JsonElement part) =>
        part.ValueKind == JsonValueKind.Object && Field(part, "type", JsonValueKind.String)?.GetString() == Text ? Field(part, Text, JsonValueKind.String)?.GetString() : null;

    private static JsonElement? Field(JsonElement body, string name, JsonValueKind kind) => body.TryGetProperty(name, out var field) && field.ValueKind == kind ? field : null;

    private static ChatRead.Refused Refuse(string param, string message) => new(new OpenAiFault(StatusCodes.Status400BadRequest, message) { Param = param });
}

/// <summary>What reading a conversation came to.</summary>
internal abstract record ChatRead
{
    private ChatRead()
    {
    }

    /// <summary>It can be answered.</summary>
    public sealed record Taken(ChatRequest Request) : ChatRead;

    /// <summary>It cannot.</summary>
    public sealed record Refused(OpenAiFault Fault) : ChatRead;
}
