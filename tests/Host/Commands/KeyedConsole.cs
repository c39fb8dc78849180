using Spectre.Console;
using Spectre.Console.Rendering;

namespace AiManager.Host.Tests;

/// <summary>A terminal at which somebody presses these keys and then nothing more.</summary>
internal sealed class KeyedConsole : IAnsiConsole, IAnsiConsoleInput, IDisposable
{
    private readonly StringWriter _screen = new();
    private readonly IAnsiConsole _console;
    private readonly Queue<ConsoleKey> _keys;

    public KeyedConsole(params ConsoleKey[] keys)
    {
        _keys = new Queue<ConsoleKey>(keys);
        _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(_screen), Interactive = InteractionSupport.Yes, Ansi = AnsiSupport.Yes });
    }

    /// <summary>All that was written, control sequences included.</summary>
    public string Screen => _screen.ToString();

    public Profile Profile => _console.Profile;

    public IAnsiConsoleCursor Cursor => _console.Cursor;

    public IAnsiConsoleInput Input => this;

    public IExclusivityMode ExclusivityMode => _console.ExclusivityMode;

    public RenderPipeline Pipeline => _console.Pipeline;

    public void Dispose() => _screen.Dispose();

    public void Clear(bool home) => _console.Clear(home);

    public void Write(IRenderable renderable) => _console.Write(renderable);

    public bool IsKeyAvailable() => _keys.Count > 0;

    public ConsoleKeyInfo? ReadKey(bool intercept) => _keys.TryDequeue(out var key) ? new ConsoleKeyInfo('\0', key, shift: false, alt: false, control: false) : null;

    public async Task<ConsoleKeyInfo?> ReadKeyAsync(bool intercept, CancellationToken cancellationToken)
    {
        if (ReadKey(intercept) is { } key)
        {
            return key;
        }

        var interrupted = new TaskCompletionSource<ConsoleKeyInfo?>();
        await using var registration = cancellationToken.Register(() => interrupted.TrySetCanceled(cancellationToken));
        return await interrupted.Task;
    }
}
