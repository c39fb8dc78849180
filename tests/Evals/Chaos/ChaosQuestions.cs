namespace AiManager.Evals.Tests;

/// <summary>Questions to a model that misbehaves.</summary>
internal static class ChaosQuestions
{
    private const string Schema = """{"type":"object","required":["summary","orderId"],"properties":{"summary":{"type":"string"},"orderId":{"type":"integer"},"supplier":{"type":"string"}}}""";

    /// <summary>One of many, each with an id of its own.</summary>
    public static ModelQuestion Of(int number, params ModelMessage[] more) => new(
        PrefixedId.Derive<AskId>(Guid.Empty, $"question/{number}"),
        null,
        "act",
        "purchaser",
        "default",
        [
            new ModelMessage.System($"Role: purchaser\nStep: act\n\nReply with JSON that satisfies:\n  {Schema}\n- Or say that you cannot."),
            new ModelMessage.User("Data:\n\n```json\n{\"goal\":\"Order\",\"item\":{\"supplier\":\"acme\"}}\n```"),
            .. more,
        ],
        [new ToolDescription("erp.create_purchase_order", "Orders.", JsonText.Parse("""{"type":"object"}"""))],
        JsonText.Null);

    /// <summary>The first with this fault.</summary>
    public static ModelQuestion With(ChaosFault fault, ChaosPlan plan, params ModelMessage[] more) => Where(fault, plan, _ => true, more);

    /// <summary>The first with this fault of which something more is true.</summary>
    public static ModelQuestion Where(ChaosFault fault, ChaosPlan plan, Func<AskId, bool> fits, params ModelMessage[] more) =>
        Enumerable.Range(0, 10_000).Select(i => Of(i, more)).First(q => plan.FaultOf(q) == fault && fits(q.Ask));
}
