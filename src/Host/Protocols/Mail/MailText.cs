using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AiManager.Host;

/// <summary>
/// What a mail says, as plain text: there is nothing in it to be run or fetched. Words of models, tools and people stay in their line, and what would become a link of
/// theirs in a mail program does not: the only addresses in a mail are this service's.
/// </summary>
/// <param name="Subject">One line.</param>
/// <param name="Body">Lines.</param>
internal sealed partial record MailText(string Subject, string Body)
{
    private const int LongestLine = 300;
    private const int LongestSubject = 150;
    private const int MostFields = 40;

    /// <summary>About a call that waits for a decision. Pure.</summary>
    /// <param name="person">Who is told.</param>
    /// <param name="company">Whose.</param>
    /// <param name="asked">What is asked.</param>
    /// <param name="words">Who is who.</param>
    /// <param name="isReminder">True for the second time.</param>
    /// <param name="isTold">Whether arguments and amount may stand in a mail.</param>
    /// <param name="amount">What it would spend, in words; null for nothing.</param>
    /// <param name="decide">Where it can be decided without signing in; null for nowhere.</param>
    /// <param name="until">How long that is good.</param>
    /// <param name="inbox">Where it can be decided after signing in.</param>
    public static MailText OfApproval(
        Person person, string company, ApprovalRequested asked, PlainWords words, bool isReminder, bool isTold, string? amount, Uri? decide, DateTimeOffset until, Uri inbox)
    {
        var action = Line(Written.Action(asked.Tool) + (isTold && amount is not null ? $": {amount}" : string.Empty), LongestLine);
        var body = new StringBuilder();
        body.Append(Line(person.Name, LongestLine)).Append(",\n\n");
        body.Append(isReminder ? "this still waits for a decision that you can make:\n\n" : "this waits for a decision that you can make:\n\n");
        body.Append("    ").Append(action).Append("\n\n");
        if (isTold)
        {
            body.Append("Wanted by: ").Append(Line(words.Who(asked.Agent), LongestLine)).Append('\n');
            body.Append("Why you are asked: ").Append(Line(words.Read(asked.Reason), LongestLine)).Append('\n');
            body.Append("Rules: ").Append(Line(string.Join(", ", asked.Rules.Concat(asked.Budgets).Distinct()), LongestLine)).Append("\n\nWhat would be sent:\n");
            var leaves = ArgumentLeaf.Of(asked.Args).ToList();
            foreach (var leaf in leaves.Take(MostFields))
            {
                body.Append("    ").Append(Line(leaf.Path.Replace(".", " › ", StringComparison.Ordinal), LongestLine)).Append(": ").Append(Line(leaf.Said, LongestLine)).Append('\n');
            }

            body.Append(leaves.Count > MostFields ? $"    … and {leaves.Count - MostFields} more, which the page shows.\n\n" : "\n");
            body.Append(asked.Preview is null ? string.Empty : "What it would change was looked up too, and does not stand in mails: sign in to see it.\n\n");
        }
        else
        {
            body.Append("What it is about is confidential and does not stand in mails: sign in to see it.\n\n");
        }

        body.Append("It waits until ").Append(Written.Time(asked.ExpiresAt)).Append("; then silence is a no.\n\n");
        if (decide is not null)
        {
            body.Append("Decide it here. The link is yours alone, works once, and is good until ").Append(Written.Time(until)).Append(":\n").Append(decide.AbsoluteUri).Append("\n\nOr sign in:\n");
        }
        else
        {
            body.Append("Sign in to decide it:\n");
        }

        body.Append(inbox.AbsoluteUri).Append('\n');
        return Finish($"[{company}] {(isReminder ? "Reminder, a decision" : "A decision")} waits for you: {action}", body);
    }

    /// <summary>About a question, or something to look at: that there is one, and nothing of what it says. Pure.</summary>
    public static MailText OfQuestion(Person person, string company, EscalationState asked, Uri inbox)
    {
        var what = asked.IsLook ? "Something waits to be looked at" : "A question waits for an answer";
        var body = new StringBuilder();
        body.Append(Line(person.Name, LongestLine)).Append(",\n\n").Append(what).Append(" (").Append(Written.Words(asked.Raised.Kind.ToString())).Append(", for ")
            .Append(Line(asked.Raised.Role, LongestLine)).Append(").\n");
        if (asked.Raised.Deadline is { } deadline)
        {
            body.Append("It waits until ").Append(Written.Time(deadline)).Append(".\n");
        }

        body.Append("\nSign in to see it:\n").Append(inbox.AbsoluteUri).Append('\n');
        return Finish($"[{company}] {what}", body);
    }

    /// <summary>
    /// Words of others in one line that hold nothing a mail program would make a link of: no address with a scheme or without, of a site, a machine, a share or a mailbox,
    /// whichever of the signs that browsers take for a dot it is written with. Numbers stay as they are.
    /// </summary>
    public static string Line(string text, int most)
    {
        var line = Clean(text, most).Replace(@"\\", @"\[\]", StringComparison.Ordinal).Replace("//", "/[/]", StringComparison.Ordinal);
        line = Addressed().Replace(line, "[${sign}]");
        return Numbered().Replace(line, m => m.Value.Replace(".", "[.]", StringComparison.Ordinal));
    }

    private static MailText Finish(string subject, StringBuilder body)
    {
        body.Append("\n-- \nAI Manager. Nobody reads answers to this address.\n");
        return new MailText(Clean(subject, LongestSubject), body.ToString());
    }

    /// <summary>Words in one line that end no header and turn nothing round: control characters, line ends and signs of direction become spaces.</summary>
    private static string Clean(string text, int most)
    {
        var line = new StringBuilder(Math.Min(text.Length, most) + 8);
        foreach (var rune in text.EnumerateRunes())
        {
            if (line.Length >= most)
            {
                line.Append('…');
                break;
            }

            line.Append(Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse
                ? " "
                : rune.ToString());
        }

        return line.ToString().Trim();
    }

    /// <summary>What makes words an address: a dot before a name, an at sign in a word, a colon behind one.</summary>
    [GeneratedRegex(@"(?<=[\p{L}\p{N}\p{M}_\-\]])(?<sign>[.\u2024\u3002\uFF0E\uFF61])(?=[\p{L}\p{M}])|(?<=\S)(?<sign>[@\uFF20])(?=\S)|(?<=\p{L})(?<sign>[:\uFF1A])(?=\S)")]
    private static partial Regex Addressed();

    /// <summary>Four numbers: the address of a machine.</summary>
    [GeneratedRegex(@"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d])")]
    private static partial Regex Numbered();
}
