using System.Collections.Immutable;
using AiManager.ExecutionAgents;
using AiManager.Host;

namespace AiManager.Evals.Tests;

/// <summary>Scripts and conversations for them.</summary>
internal static class Scripts
{
    /// <summary>A model with one rule for everything, with this reply in flow style.</summary>
    public static ScriptedModel Replying(string reply)
    {
        var faults = ImmutableArray.CreateBuilder<ConfigFault>();
        var reader = new ConfigReader();
        var model = ScriptedModel.Bind([YamlText.Read("scripts/test.yaml", $"rules: [ {{ name: only, when: {{}}, reply: {reply} }} ]", 1, faults)!], reader);
        Assert.Empty(faults);
        reader.ThrowIfFaulty();
        return model;
    }

    /// <summary>A call and what came of it, as it stands in a conversation.</summary>
    public static ModelMessage[] Call(string tool, string result, string args = "{}", string id = "call_1") =>
        [new ModelMessage.Assistant(null, [new ModelToolCall(id, tool, JsonText.Parse(args))]), new ModelMessage.Tool(id, tool, result)];
}
