using System.Collections.Immutable;
using System.Text.Json;

namespace AiManager.Host;

/// <summary>A message that somebody sends, and how they want the answer.</summary>
/// <param name="MessageId">The sender's; the same one again is the same message, and must say the same.</param>
/// <param name="Task">The workflow that it is about, which need not exist; null begins one.</param>
/// <param name="Words">All that it says; empty when it only holds a value.</param>
/// <param name="Data">The value; null for none.</param>
/// <param name="Playbook">A playbook to follow; null leaves the choice to the manager.</param>
/// <param name="History">How much of what was said comes back; null for all.</param>
/// <param name="ReturnAtOnce">True when the answer must not wait for the work.</param>
internal sealed record A2aSend(string MessageId, WorkflowId? Task, string Words, JsonText? Data, string? Playbook, int? History, bool ReturnAtOnce)
{
    /// <summary>Equal for messages that say the same.</summary>
    public string Fingerprint() => SecondTries.Fingerprint(Words, Data?.Text ?? string.Empty, Playbook ?? string.Empty);

    /// <summary>Reads the parameters of a call that sends. Throws <see cref="A2aException"/>.</summary>
    public static A2aSend Read(JsonElement parameters)
    {
        var message = A2aCall.OptionalObject(parameters, "message") ?? throw A2aException.Invalid("'message' is missing.");
        var wanted = A2aCall.OptionalObject(parameters, "configuration");
        if (wanted is { } configuration && A2aCall.Field(configuration, "taskPushNotificationConfig") is not null)
        {
            throw A2aException.NoPush();
        }

        var id = A2aCall.OptionalText(message, "messageId") ?? throw A2aException.Invalid("'messageId' is missing.");
        if (id.Length > SubmitReader.LongestKey)
        {
            throw A2aException.Invalid($"'messageId' has more than {SubmitReader.LongestKey} characters.");
        }

        if (A2aCall.OptionalText(message, "role") != A2aMessage.User)
        {
            throw A2aException.Invalid($"'role' must be {A2aMessage.User}.");
        }

        var parts = A2aCall.Objects(message, "parts");
        var data = parts.Where(p => p.TryGetProperty("data", out _)).Select(p => p.GetProperty("data")).ToImmutableArray();
        if (parts.Any(p => A2aCall.Field(p, "raw") is not null || A2aCall.Field(p, "url") is not null) || data.Any(d => d.ValueKind != JsonValueKind.Object) || data.Length > 1)
        {
            throw A2aException.ContentType("A message holds text, and at most one object as data. Files are not taken.");
        }

        var words = string.Join('\n', parts.Select(p => A2aCall.OptionalText(p, "text")).OfType<string>());
        return string.IsNullOrWhiteSpace(words) && data.IsEmpty
            ? throw A2aException.Invalid("'parts' must say something.")
            : new A2aSend(
                id,
                About(A2aCall.OptionalText(message, "taskId"), A2aCall.OptionalText(message, "contextId")),
                words.Trim(),
                data.IsEmpty ? null : JsonText.Of(data[0]),
                A2aCall.OptionalObject(message, "metadata") is { } metadata ? A2aCall.OptionalText(metadata, "playbook") : null,
                wanted is { } asked ? A2aCall.OptionalWhole(asked, "historyLength", 0, int.MaxValue) : null,
                wanted is { } given && A2aCall.Flag(given, "returnImmediately"));
    }

    /// <summary>A conversation is about one workflow, so either id says which.</summary>
    private static WorkflowId? About(string? task, string? context)
    {
        if (task is not null && context is not null && task != context)
        {
            throw A2aException.Invalid("'contextId' is not that of the task.");
        }

        return (task ?? context) is not { } named ? null
            : PrefixedId.TryRead<WorkflowId>(named, out var id) ? id
            : throw (task is not null ? A2aException.NoTask() : A2aException.Invalid("'contextId' must be one that was given here; leave it out to begin a task."));
    }
}
