using System.Collections.Immutable;
using AiManager.Domain;
using Microsoft.Extensions.AI;

namespace AiManager.ExecutionAgents;

/// <summary>The product's questions and answers in the words of <see cref="IChatClient"/>.</summary>
internal static class ChatMessages
{
    private const int LongestRefusal = 500;

    public static ChatOptions Options(ModelQuestion question, WireNames names, bool hasSchema) => new QuestionOptions
    {
        WhyNotAgain = question.WhyNotAgain,
        Place = new AskPlace(question.Workflow, question.Ask),
        MaxOutputTokens = question.MaxTokens,
        Tools = question.Tools.IsEmpty ? null : [.. question.Tools.Select(t => new DescribedTool(names.ToWire(t.Name), t.Description, t.Parameters.ToElement()))],
        ResponseFormat = hasSchema ? ChatResponseFormat.ForJsonSchema(question.ReplySchema.ToElement()) : null,
    };

    public static ChatMessage Write(ModelMessage message, WireNames names) => message switch
    {
        ModelMessage.System system => new ChatMessage(ChatRole.System, system.Text),
        ModelMessage.User user => new ChatMessage(ChatRole.User, user.Text),
        ModelMessage.Assistant assistant => new ChatMessage(
            ChatRole.Assistant,
            [
                .. assistant.Text is { Length: > 0 } text ? new AIContent[] { new TextContent(text) } : [],
                .. assistant.Calls.Select(c => new RawToolCall(c.Id, names.ToWire(c.Tool), c.Args.Text)),
            ]),
        ModelMessage.Tool tool => new ChatMessage(ChatRole.Tool, [new FunctionResultContent(tool.CallId, tool.Text)]),
        _ => throw new InvalidOperationException($"There is no wire form for {message.GetType().Name}."),
    };

    public static ModelAnswer Read(ChatResponse response, ModelQuestion question, WireNames names)
    {
        var contents = response.Messages.SelectMany(m => m.Contents).ToList();
        var text = response.Text.Length > 0 ? response.Text : null;
        var calls = Calls(contents.OfType<RawToolCall>(), names);
        var usage = response.Usage is { InputTokenCount: { } input, OutputTokenCount: { } output } && input + output > 0
            ? new ModelUsage(input, output)
            : TokenEstimate.Usage(question.Messages, text, calls);
        if (response.FinishReason == ChatFinishReason.ContentFilter)
        {
            var refusal = contents.OfType<ErrorContent>().FirstOrDefault()?.Message;
            return new ModelAnswer(ModelOutcome.Declined, text, [], usage, refusal is null ? "The model declined to answer." : $"The model declined to answer: {Cut(refusal)}");
        }

        var error = response.FinishReason == ChatFinishReason.Length ? $"The reply was cut off at {question.MaxTokens} tokens." : null;
        return new ModelAnswer(ModelOutcome.Replied, text, calls, usage, error);
    }

    /// <summary>Results are matched to calls by id, so one that is missing or there twice gets a name of ours.</summary>
    private static ImmutableArray<ModelToolCall> Calls(IEnumerable<RawToolCall> proposed, WireNames names)
    {
        var calls = ImmutableArray.CreateBuilder<ModelToolCall>();
        foreach (var call in proposed)
        {
            var isUsable = !string.IsNullOrEmpty(call.CallId) && calls.All(c => c.Id != call.CallId);
            calls.Add(new ModelToolCall(isUsable ? call.CallId : $"call_{calls.Count + 1}_{call.Name}", names.FromWire(call.Name), Args(call.ArgumentsJson)));
        }

        return calls.ToImmutable();
    }

    /// <summary>Arguments that are no JSON stay text: the gate's schema says so to the model.</summary>
    private static JsonText Args(string written) =>
        string.IsNullOrWhiteSpace(written) ? JsonText.EmptyObject : JsonText.TryParse(written, out var json) ? json : JsonText.OfString(written);

    private static string Cut(string text) => text.Length <= LongestRefusal ? text : text[..LongestRefusal] + "…";
}
