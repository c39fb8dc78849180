using System.Text;
using System.Text.RegularExpressions;
using AiManager.ManagerAgent;

namespace AiManager.Host;

/// <summary>What an answer in a conversation says. Pure.</summary>
internal static partial class ChatWords
{
    /// <summary>The one model.</summary>
    public const string Model = "ai-manager";

    /// <summary>What is said when nothing is wanted yet.</summary>
    public const string Help =
        "Say in plain words what you want to achieve, and I plan it, delegate it and follow it up. In the same conversation, \"status\" says how it stands, \"pause\", \"go on\" and \"cancel\" do what they say, and anything else goes to the manager as it is.";

    /// <summary>Said of a message that was taken.</summary>
    public const string Noted = "Noted.";

    /// <summary>Said where the same wish came before.</summary>
    public const string Already = "I am on it already; this is how it went so far.";

    private const int MostLine = 600;
    private const string Begin = "Goal ";

    /// <summary>The first line of an answer: which workflow it is about. The next request of the conversation is recognised by it.</summary>
    public static string Opening(WorkflowId workflow, string url) => $"{Begin}{workflow} · {url}\n\n";

    /// <summary>The workflow that an answer is about; null when its first line names none. Lines below are told, and may say anything.</summary>
    public static WorkflowId? Named(string answer) =>
        OpeningLine().Match(answer) is { Success: true } match && PrefixedId.TryRead<WorkflowId>(match.Groups[1].Value, out var id) ? id : null;

    /// <summary>
    /// Words of others, in one line, as nothing but words: a client that renders Markdown would fetch a picture that a tool's result names, and with it hand on
    /// whatever stands in its address; and it makes links of bare addresses, which are broken as in a mail.
    /// </summary>
    public static string Plain(string text)
    {
        var line = ToolName().Replace(MailText.Line(text, MostLine), ".");
        var plain = new StringBuilder(line.Length);
        foreach (var letter in line)
        {
            if (letter is '[' or ']' or '<' or '>' or '`' or '\\')
            {
                plain.Append('\\');
            }

            plain.Append(letter);
        }

        return plain.ToString();
    }

    /// <summary>Something that happened.</summary>
    public static string Line(StoryLine line) =>
        $"- {Plain(line.Text)}{(line is { Type: nameof(CallSettled) or nameof(CallEndedLate), State: { } came and not "succeeded" } ? $" ({Written.Words(came)})" : string.Empty)}\n";

    /// <summary>How it stands: what it is doing, and each task of the plan.</summary>
    public static string Standing(WorkflowState state, PlainWords words)
    {
        var standing = new StringBuilder($"Now: {Plain(NowLine.Of(state, words))}.\n\n");
        foreach (var task in state.Tasks.Where(t => t.Task.ForEach is null || !t.IsExpanded))
        {
            standing.Append($"- {Written.Status(StatusNames.Write(task.Status))}: {Plain(task.Task.Title)}\n");
        }

        return standing.ToString().TrimEnd();
    }

    /// <summary>Said at the end of an answer that has lasted long enough.</summary>
    public static string StillAtIt(WorkflowState state, PlainWords words) => $"\nStill at work: {Plain(NowLine.Of(state, words))}. It goes on whether or not anybody listens; say \"status\" to hear more.";

    /// <summary>Said where the workflow rests: its report, or who must act.</summary>
    /// <param name="workflow">As everybody outside sees it.</param>
    /// <param name="subject">What is to be decided about, by an approval's id; null where the question says all.</param>
    /// <param name="holders">Names of who holds a role, or of a person.</param>
    /// <param name="url">Where people look at it.</param>
    public static string Closing(WorkflowResource workflow, Func<string, string?> subject, Func<string, string> holders, string url)
    {
        var closing = new StringBuilder();
        if (!workflow.WaitingFor.IsEmpty)
        {
            closing.Append($"\nIt waits for people; waiting costs nothing. Decide or answer at {url}\n");
            foreach (var waiting in workflow.WaitingFor)
            {
                var whom = string.Join(" and ", waiting.Roles.Select(holders).Concat(waiting.Person is { } person ? [holders(person)] : []).Distinct());
                closing.Append($"- {(subject(waiting.Id) is { } about ? Plain(about) : Written.Action(waiting.Kind))}, {Plain(whom)}: {Plain(waiting.Question)}{(waiting.Until is { } until ? $" Until {Written.Time(until)}." : string.Empty)}\n");
            }

            closing.Append("\nSay \"status\" here when that is done, and I tell how it went on.");
            return closing.ToString();
        }

        if (workflow.Report is { } report)
        {
            foreach (var group in report.Lines.GroupBy(l => l.Kind))
            {
                closing.Append($"\n{Heading(group.Key)}:\n");
                foreach (var line in group)
                {
                    closing.Append($"- {Plain(line.Text)}\n");
                }
            }
        }

        return closing.Append($"\nIt is {Plain(workflow.Now)}.").ToString();
    }

    private static string Heading(ReportKind kind) => kind switch
    {
        ReportKind.Done => "Done",
        ReportKind.NotDone => "Not done",
        ReportKind.Waiting => "Waiting",
        ReportKind.Cost => "Cost",
        ReportKind.Saved => "Saved",
        _ => "In shadow",
    };

    [GeneratedRegex(@"\A\s*Goal (wf_[0-9A-Za-z]{26})\b")]
    private static partial Regex OpeningLine();

    /// <summary>A dot before a word with a line below it, which no site's name ends with: a tool's name stays as it is.</summary>
    [GeneratedRegex(@"\[\.\](?=\p{L}[\p{L}\p{N}]*_[\p{L}\p{N}_]*(?![\p{L}\p{N}_.\[]))")]
    private static partial Regex ToolName();
}
