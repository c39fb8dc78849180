using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>A call that shows something.</summary>
/// <param name="Agent">Who calls.</param>
/// <param name="Tool">What.</param>
/// <param name="Args">With which arguments, an object; what matters is there, the rest is made up.</param>
/// <param name="Facts">What the gate finds, an object.</param>
public sealed record CallExample(string Agent, string Tool, JsonText Args, JsonText Facts)
{
    /// <summary>What is known of the task; null when it does not matter.</summary>
    public JsonText? Task { get; init; }

    /// <summary>What is known of the goal; null when it does not matter.</summary>
    public JsonText? Goal { get; init; }

    /// <summary><c>purchaser calls erp.order {"supplier":"x"}, facts {"total":5001}</c></summary>
    public override string ToString()
    {
        var text = $"{Agent} calls {Tool} {Args.Text}";
        text += Facts.Text == "{}" ? string.Empty : $", facts {Facts.Text}";
        text += Task is { } task ? $", task {task.Text}" : string.Empty;
        return Goal is { } goal ? $"{text}, goal {goal.Text}" : text;
    }

    internal static CallExample Of(string agent, string tool, WhenFacts facts) => new(agent, tool, Json(facts.Args), Json(facts.Facts))
    {
        Task = facts.Task is null ? null : Json(facts.Task),
        Goal = facts.Goal is null ? null : Json(facts.Goal),
    };

    private static JsonText Json(WhenValue? value) => value is null ? JsonText.EmptyObject : JsonText.Parse(WhenJsonText.Of(value));
}
