namespace AiManager.ExecutionAgents.Tests;

/// <summary>Small questions.</summary>
internal static class ModelQuestions
{
    public static ModelQuestion Plain { get; } = new(
        default, null, "act", "purchaser", "default", [new ModelMessage.System("Be brief."), new ModelMessage.User("What now?")], [], JsonText.Null);

    public static ModelQuestion WithSchema { get; } = Plain with { ReplySchema = JsonText.Parse("""{"type":"object","properties":{"a":{"type":"integer"}}}""") };

    public static ModelQuestion With(params string[] tools) =>
        Plain with { Tools = [.. tools.Select(t => new ToolDescription(t, "Does " + t, JsonText.Parse("""{"type":"object","properties":{}}""")))] };
}
