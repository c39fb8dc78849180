using Spectre.Console;

namespace AiManager.Host;

/// <summary>Puts one approval before whoever sits at the terminal.</summary>
internal static class ApprovalPrompt
{
    /// <summary>What they said.</summary>
    public enum Answer
    {
        /// <summary>Not now: it stays pending. The first, because Enter takes the first, and a key that is pressed too often must spend nothing.</summary>
        Later,

        /// <summary>Yes.</summary>
        Approve,

        /// <summary>No.</summary>
        Reject,
    }

    /// <summary>Shows everything that is known about the call and asks.</summary>
    public static async Task<Answer> AskAsync(IAnsiConsole console, ApprovalResource approval, PersonResource person, string role, PlainWords words, CancellationToken cancellationToken)
    {
        var table = new Table { Border = TableBorder.Rounded, ShowHeaders = false };
        table.AddColumns("what", "value");
        Add(table, "tool", $"{approval.Tool} (wanted by {words.Who(approval.Agent)})");
        Add(table, "arguments", approval.Arguments.Text);
        Add(table, "facts", approval.Facts.Text);
        if (approval.Preview is { } preview && (preview.Result?.Text ?? preview.Reason) is { } shown)
        {
            Add(table, preview.Result is null ? "no preview" : "it would", shown);
        }

        Add(table, "asked by", approval.Rule);
        Add(table, "reason", words.Read(approval.Reason));
        Add(table, "seats", string.Join(", ", approval.Seats.Select(s => s.By is null ? s.Role : $"{s.Role}: {words.Who(s.By)}")));
        console.Write(table);
        var prompt = new SelectionPrompt<Answer>().Title($"Answer as [bold]{Markup.Escape(Printable.Line(person.Name))}[/] ({Markup.Escape(role)})?").AddChoices(Enum.GetValues<Answer>());
        return await Prompts.ChooseAsync(console, prompt, cancellationToken);
    }

    private static void Add(Table table, string what, string value) => table.AddRow(new Text(what), new Text(Printable.Line(value)));
}
