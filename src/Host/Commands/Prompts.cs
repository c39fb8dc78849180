using Spectre.Console;

namespace AiManager.Host;

/// <summary>Choices at a terminal.</summary>
internal static class Prompts
{
    /// <summary>Lets whoever sits there choose. Interrupted, it leaves the terminal as it should be found: on a line of its own, with its cursor.</summary>
    public static async Task<TChoice> ChooseAsync<TChoice>(IAnsiConsole console, SelectionPrompt<TChoice> prompt, CancellationToken cancellationToken)
        where TChoice : notnull
    {
        try
        {
            return await prompt.ShowAsync(console, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            console.Cursor.Show();
            console.WriteLine();
            throw;
        }
    }
}
