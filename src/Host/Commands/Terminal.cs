using Spectre.Console;

namespace AiManager.Host;

/// <summary>Where a verb reads and writes.</summary>
/// <param name="Out">For what was asked for.</param>
/// <param name="Error">For what went wrong.</param>
/// <param name="Live">Draws over what it drew before; null when the output is no terminal.</param>
/// <param name="Questions">Asks the person at the keyboard; null when nobody sits there.</param>
internal sealed record Terminal(TextWriter Out, TextWriter Error, IAnsiConsole? Live, IAnsiConsole? Questions)
{
    /// <summary>This process's own.</summary>
    public static Terminal OfProcess()
    {
        System.Console.OutputEncoding = new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var live = System.Console.IsOutputRedirected ? null : AnsiConsole.Console;
        return new Terminal(System.Console.Out, System.Console.Error, live, System.Console.IsInputRedirected ? null : live);
    }
}
