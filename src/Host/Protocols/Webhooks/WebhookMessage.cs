using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AiManager.Host;

/// <summary>
/// What an event says outside: its type, when, and ids. No words of people, no arguments, no results: whoever may see those fetches them with a key, and
/// nothing has to be taken back when a person is erased.
/// </summary>
internal static class WebhookMessage
{
    private static readonly ImmutableSortedDictionary<string, string> ByEvent = new Dictionary<string, string>
    {
        [nameof(ApprovalRequested)] = "approval.requested",
        [nameof(ApprovalDecided)] = "approval.decided",
        [nameof(ApprovalReminded)] = "approval.reminded",
        [nameof(ApprovalEscalated)] = "approval.escalated",
        [nameof(Escalated)] = "escalation.raised",
        [nameof(EscalationAnswered)] = "escalation.answered",
        [nameof(GoalSubmitted)] = "workflow.submitted",
        [nameof(GoalCompleted)] = "workflow.completed",
        [nameof(GoalFailed)] = "workflow.failed",
        [nameof(GoalCancelled)] = "workflow.cancelled",
        [nameof(DeadlinePassed)] = "deadline.passed",
        [nameof(MonitorSubmitted)] = "monitor.submitted",
        [nameof(Suspended)] = "suspension.made",
        [nameof(SuspensionLifted)] = "suspension.lifted",
        [nameof(ChangeProposed)] = "change.proposed",
        [nameof(ChangeDecided)] = "change.decided",
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>Everything that can be told.</summary>
    public static ImmutableArray<string> Types { get; } = [.. ByEvent.Values.Order(StringComparer.Ordinal)];

    /// <summary>The message to a webhook; null for what it is not told of.</summary>
    public static WebhookDelivery? Of(StoredEvent stored, string webhook, WebhookSettings settings, DateTimeOffset now) =>
        ByEvent.TryGetValue(stored.Type, out var type) && settings.Events.Contains(type)
            ? new WebhookDelivery(IdOf(stored, webhook), webhook, type, Write(stored, type), WebhookState.Waiting, now, now, now, 0, null, string.Empty)
            : null;

    /// <summary>The same for the same event and webhook, whichever host makes it and however often.</summary>
    private static string IdOf(StoredEvent stored, string webhook) =>
        "msg_" + Convert.ToHexStringLower(SHA256.HashData([.. stored.Hash.Span, .. Encoding.UTF8.GetBytes(webhook)]).AsSpan(0, 16));

    private static string Write(StoredEvent stored, string type)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            json.WriteString("timestamp", stored.At.UtcDateTime);
            json.WriteStartObject("data");
            json.WriteString("stream", stored.Stream);
            json.WriteNumber("seq", stored.Seq);
            json.WriteNumber("position", stored.Position);
            foreach (var (name, value) in IdsOf(EventCodec.Decode(stored).Event))
            {
                json.WriteString(name, value);
            }

            if (PrefixedId.TryRead<WorkflowId>(stored.Stream, out var workflow))
            {
                json.WriteString("page", $"/workflows/{workflow}");
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static IEnumerable<(string Name, string Value)> IdsOf(WorkflowEvent fact) => fact switch
    {
        ApprovalRequested e => [("approval", e.Approval.ToString()), ("call", e.Call.ToString()), ("tool", e.Tool)],
        ApprovalDecided e => [("approval", e.Approval.ToString()), ("verdict", ClosedWords.Of(e.Verdict))],
        ApprovalReminded e => [("approval", e.Approval.ToString())],
        ApprovalEscalated e => [("approval", e.Approval.ToString()), ("role", e.Role)],
        Escalated e => [("escalation", e.Escalation.ToString()), ("kind", ClosedWords.Of(e.Kind)), ("role", e.Role)],
        EscalationAnswered e => [("escalation", e.Escalation.ToString())],
        GoalFailed e => [("kind", ClosedWords.Of(e.Kind))],
        MonitorSubmitted e => [("workflow", e.Workflow.ToString())],
        Suspended e => [("kind", e.Kind), ("name", e.Name)],
        SuspensionLifted e => [("kind", e.Kind), ("name", e.Name)],
        ChangeProposed e => [("change", e.Change.ToString())],
        ChangeDecided e => [("change", e.Change.ToString())],
        _ => [],
    };
}
