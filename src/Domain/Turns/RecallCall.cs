using System.Globalization;

namespace AiManager.Domain;

/// <summary>
/// What the company knows about a task, looked up before its agent is first asked: a call like any other, decided by the gate and kept in the journal, so that labels follow what it
/// gives and the brief is the same after a crash.
/// </summary>
public static class RecallCall
{
    private const int LongestPart = 600;

    /// <summary>The call for a task's present agent; null when the task may not look anything up.</summary>
    public static TurnCall? Of(TaskState task)
    {
        ArgumentNullException.ThrowIfNull(task);
        if (!task.Task.Grant.Tools.Contains(Citations.Tool))
        {
            return null;
        }

        var id = PrefixedId.Derive<CallId>(task.Task.Id.Value, string.Create(CultureInfo.InvariantCulture, $"recall/{task.Assignment}"));
        var item = task.Task.Item.IsNull ? string.Empty : BriefText.Clip(task.Task.Item.Text, LongestPart);
        var query = $"{BriefText.Clip(task.Task.Title, LongestPart)}\n{BriefText.Clip(task.Task.Instruction, LongestPart)}\n{item}";
        return new TurnCall(id, new ModelToolCall(id.ToString(), Citations.Tool, JsonText.Parse($$"""{"query":{{JsonText.OfString(query.TrimEnd()).Text}}}""")));
    }
}
