using Spectre.Console;

namespace AiManager.Host;

/// <summary>Puts one question that only people can answer before whoever sits at the terminal.</summary>
internal static class EscalationPrompt
{
    private const string Later = "later";

    /// <summary>Shows the question and its choices; null when it is left for later.</summary>
    public static async Task<string?> AskAsync(IAnsiConsole console, EscalationResource escalation, PersonResource person, CancellationToken cancellationToken)
    {
        console.WriteLine();
        console.Write(new Panel(new Text(Printable.Line(escalation.Question))) { Border = BoxBorder.Rounded, Header = new PanelHeader($" a question to the {Markup.Escape(Printable.Line(escalation.Role))} ") });
        var prompt = new SelectionPrompt<string>()
            .Title($"Answer as [bold]{Markup.Escape(Printable.Line(person.Name))}[/] ({Markup.Escape(Printable.Line(escalation.Role))})?")
            .UseConverter(choice => Markup.Escape(Words(choice)))
            .AddChoices([Later, .. escalation.Choices]);
        return await Prompts.ChooseAsync(console, prompt, cancellationToken) is var chosen && chosen != Later ? chosen : null;
    }

    /// <summary>A choice as a person says it.</summary>
    private static string Words(string choice) => choice switch
    {
        "retry" => "Try again",
        "skip" => "Skip it",
        "giveUp" => "Give up the goal",
        "accept" => "Accept it as it is",
        "happened" => "It happened",
        WorkflowState.Again => "It did not happen: do it again",
        "noted" => "Noted",
        Later => "Later",
        _ => Printable.Line(choice),
    };
}
