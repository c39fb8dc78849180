using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AiManager.Tools;

/// <summary>
/// An MCP server as a child of this process. It sees the company's folder and, of the environment, what every program needs and what is named for it: nothing else of
/// this process's. What it says on its error stream is logged, so far.
/// </summary>
internal sealed class StdioServer(McpDefinition definition, ILogger logger) : IClientTransport, IAsyncDisposable
{
    private const int MostLines = 200;
    private const int LongestLine = 400;

    /// <summary>What programs need to find others and their own files; none of it is a secret.</summary>
    private static readonly ImmutableArray<string> Needed = ["PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "SYSTEMROOT", "TEMP", "APPDATA", "LOCALAPPDATA", "USERPROFILE", "PATHEXT", "COMSPEC"];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private Process? _process;
    private CallIds? _calls;
    private int? _exitCode;
    private Task _errors = Task.CompletedTask;

    /// <inheritdoc/>
    public string Name => definition.Name;

    /// <summary>Its exit code; null while it runs, or where it was ended from here.</summary>
    public int? ExitCode => _process is { HasExited: true } ended ? ended.ExitCode : _exitCode;

    /// <summary>After its streams broke: waits a moment for the end that is behind that, which a busy machine tells late, and without which nobody can say with which code it ended.</summary>
    public async Task SettleAsync()
    {
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            await (_process?.WaitForExitAsync(patience.Token) ?? Task.CompletedTask);
        }
        catch (OperationCanceledException)
        {
            // It goes on without its streams.
        }
    }

    /// <inheritdoc/>
    public async Task<ITransport> ConnectAsync(CancellationToken cancellationToken = default)
    {
        _process = Start();
        _errors = ReadErrorsAsync(_process);
        var transport = new StreamClientTransport(_process.StandardInput.BaseStream, new BoundedLines(_process.StandardOutput.BaseStream, definition.MostBytes), NullLoggerFactory.Instance);
        return _calls = new CallIds(await transport.ConnectAsync(cancellationToken));
    }

    /// <summary>The id under which a call is out; null when it is not.</summary>
    public RequestId? Take(string key) => _calls?.Take(key);

    /// <summary>Ends it, and whatever it started: first by ending its input, then by force.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_process is not { } process)
        {
            return;
        }

        _exitCode = ExitCode;
        try
        {
            process.StandardInput.Close();
            using var patience = new CancellationTokenSource(Patience);
            await process.WaitForExitAsync(patience.Token);
        }
        catch (Exception late) when (late is OperationCanceledException or IOException or InvalidOperationException)
        {
            // It does not end by itself.
        }

        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception gone) when (gone is InvalidOperationException or System.ComponentModel.Win32Exception or AggregateException)
        {
            // It has ended.
        }

        // What it started itself and left behind may hold on to its output for ever.
        await _errors.WaitAsync(Patience, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        process.Dispose();
        _process = null;
    }

    private Process Start()
    {
        var (program, arguments) = (definition.Command[0], definition.Command[1..]);
        if (!Directory.Exists(definition.Folder))
        {
            throw new SourceFaultException("The company's folder, in which it would run, is not on this host.");
        }

        // A path is the company's own; a bare name is one of the system's programs.
        var isPath = program.Contains('/', StringComparison.Ordinal) || program.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal);
        var start = new ProcessStartInfo(isPath ? Path.GetFullPath(program, definition.Folder) : program, arguments)
        {
            WorkingDirectory = definition.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment.Clear();
        foreach (var name in Needed)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
            {
                start.Environment[name] = value;
            }
        }

        foreach (var (name, value) in definition.Environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start) ?? throw new SourceFaultException($"'{program}' did not start.");
        }
        catch (System.ComponentModel.Win32Exception fault)
        {
            throw new SourceFaultException($"'{program}' cannot be started on this host.", fault);
        }
    }

    /// <summary>Reads to the end, so that a server that says much is never held up by it.</summary>
    private async Task ReadErrorsAsync(Process process)
    {
        var buffer = new char[1024];
        var line = new System.Text.StringBuilder(LongestLine);
        var lines = 0;
        int read;
        while ((read = await process.StandardError.ReadAsync(buffer)) > 0)
        {
            foreach (var letter in buffer.AsSpan(0, read))
            {
                if (letter != '\n')
                {
                    _ = line.Length < LongestLine ? line.Append(letter) : line;
                    continue;
                }

                Say(line, ++lines);
            }
        }

        Say(line, ++lines);
    }

    private void Say(System.Text.StringBuilder line, int number)
    {
        if (line.Length > 0 && number <= MostLines)
        {
            logger.ServerSaid(definition.Name, definition.Tell(line.ToString()));
        }

        line.Clear();
    }
}
