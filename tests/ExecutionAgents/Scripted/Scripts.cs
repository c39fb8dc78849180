namespace AiManager.ExecutionAgents.Tests;

/// <summary>Scripts and conversations for them.</summary>
internal static class Scripts
{
    /// <summary>A model that plays <paramref name="texts"/>; a fault in them fails the test.</summary>
    public static ScriptedModel Model(params string[] texts)
    {
        var reader = new ConfigReader();
        var model = ScriptedModel.Bind(texts.Select(t => Yaml.Read(t)), reader);
        reader.ThrowIfFaulty();
        return model;
    }

    /// <summary>A model with one rule for everything, with this reply in flow style.</summary>
    public static ScriptedModel Replying(string reply) => Model($"rules: [ {{ name: only, when: {{}}, reply: {reply} }} ]");

    /// <summary>What is wrong with a script.</summary>
    public static IReadOnlyList<ConfigFault> Faults(string text)
    {
        var reader = new ConfigReader();
        ScriptedModel.Bind([Yaml.Read(text)], reader);
        return reader.Faults;
    }

    public static ImmutableArray<ModelMessage> Ask(string context = """{"goal":"Restock"}""", string role = "manager", string step = "act", params ModelMessage[] more) =>
        [new ModelMessage.System($"Role: {role}\nStep: {step}\n\nDo it."), new ModelMessage.User($"Data:\n\n```json\n{context}\n```"), .. more];

    /// <summary>A call and what came of it, as it stands in a conversation.</summary>
    public static ModelMessage[] Call(string tool, string result, string args = "{}", string id = "call_1") =>
        [new ModelMessage.Assistant(null, [new ModelToolCall(id, tool, JsonText.Parse(args))]), new ModelMessage.Tool(id, tool, result)];
}
