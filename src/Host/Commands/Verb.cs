using System.CommandLine;
using System.CommandLine.Invocation;

namespace AiManager.Host;

/// <summary>Runs a verb's work and turns what can go wrong into a sentence and an exit code.</summary>
internal static class Verb
{
    /// <summary>How long a verb may take to let go after Ctrl-C, before the process ends anyway. What it was doing can be resumed either way.</summary>
    public static readonly TimeSpan LettingGo = TimeSpan.FromSeconds(10);

    /// <summary>Lets <paramref name="work"/> be what <paramref name="command"/> does.</summary>
    public static TCommand Does<TCommand>(this TCommand command, Terminal terminal, Func<ParseResult, CancellationToken, Task<int>> work)
        where TCommand : Command
    {
        command.SetAction((line, cancellationToken) => RunAsync(terminal, line, work, cancellationToken));
        return command;
    }

    /// <summary>Parses and runs. A command line that makes no sense is a matter of usage, whatever the library thinks.</summary>
    public static async Task<int> RunAsync(RootCommand root, IReadOnlyList<string> arguments, Terminal terminal)
    {
        var line = root.Parse(arguments);
        if (line.Action is ParseErrorAction broken)
        {
            broken.ShowHelp = false; // what is wrong must not scroll away; --help shows the rest
        }

        var settings = new InvocationConfiguration { Output = terminal.Out, Error = terminal.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = LettingGo };
        var code = await line.InvokeAsync(settings);
        return line.Errors.Count > 0 ? Exit.Usage : code;
    }

    private static async Task<int> RunAsync(Terminal terminal, ParseResult line, Func<ParseResult, CancellationToken, Task<int>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work(line, cancellationToken);
        }
        catch (ConfigException refused)
        {
            foreach (var fault in refused.Faults)
            {
                await terminal.Error.WriteLineAsync(fault.ToString());
            }

            return Exit.Usage;
        }
        catch (UsageException refused)
        {
            await terminal.Error.WriteLineAsync(refused.Message);
            return Exit.Usage;
        }
        catch (DataFolderInUseException taken)
        {
            await terminal.Error.WriteLineAsync(taken.Message);
            return Exit.InUse;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await terminal.Error.WriteLineAsync("Interrupted. Nothing is lost: go on with: resume");
            return Exit.Interrupted;
        }
        catch (OperationCanceledException late)
        {
            await terminal.Error.WriteLineAsync($"It took longer than this waits: {late.Message}");
            return Exit.Unexpected;
        }
        catch (Exception fault) when (fault is StoreUnavailableException or UnknownEventException or HttpRequestException or IOException or UnauthorizedAccessException)
        {
            await terminal.Error.WriteLineAsync(fault.Message);
            return Exit.Unexpected;
        }
        catch (Exception fault)
        {
            // The outer edge of the process: whoever calls it relies on the number, and an abort has another one.
            await terminal.Error.WriteLineAsync($"Unexpected: {fault.GetType().Name}: {Printable.Line(fault.Message)}");
            return Exit.Unexpected;
        }
    }
}
