using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.ExecutionAgents;

/// <summary>Tokens where nobody counts them: a quarter of the bytes, rounded up. Local servers often report no usage.</summary>
internal static class TokenEstimate
{
    public static ModelUsage Usage(ImmutableArray<ModelMessage> messages, string? text, ImmutableArray<ModelToolCall> calls) =>
        new(BriefText.Tokens(messages.Sum(Bytes)), BriefText.Tokens(Bytes(text, calls)));

    public static long Bytes(ModelMessage message) => message switch
    {
        ModelMessage.System system => Bytes(system.Text),
        ModelMessage.User user => Bytes(user.Text),
        ModelMessage.Assistant assistant => Bytes(assistant.Text, assistant.Calls),
        ModelMessage.Tool tool => Bytes(tool.Text),
        _ => 0,
    };

    private static long Bytes(string? text, ImmutableArray<ModelToolCall> calls) => Bytes(text) + calls.Sum(c => Bytes(c.Tool) + Bytes(c.Args.Text));

    private static long Bytes(string? text) => text is null ? 0 : BriefText.Bytes(text);
}
