using System.Collections.Immutable;
using System.Reflection;
using System.Security.Cryptography;
using AiManager.Domain;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace AiManager.Tools;

/// <summary>Native tools of a dll. It is loaded once; another file takes another start.</summary>
internal sealed class AssemblySource(string name, string path, string? digest, string definition, TimeProvider time) : IToolSource
{
    /// <summary>Where a function says its class, among its additional properties: <c>observe</c>, <c>write-reversible</c>, ….</summary>
    private const string EffectKey = "effect";

    private readonly Lock _lock = new();
    private SourceState _state = SourceState.Untried;
    private ImmutableDictionary<string, (AIFunction Function, ListedTool Listed)>? _functions;

    public string Name => name;

    public string Kind => AssemblyKind.Word;

    /// <summary>The company put it into the process itself: what it says of its tools is the company's own word.</summary>
    public bool IsOutside => false;

    public string Definition => definition;

    public SourceState State => Volatile.Read(ref _state);

    public void Begin(ILogger logger, Action changed)
    {
    }

    public Task<ImmutableArray<ListedTool>> ListAsync(CancellationToken cancellationToken) => Task.Run(() => Loaded().Values.Select(f => f.Listed).OrderBy(l => l.RemoteName, StringComparer.Ordinal).ToImmutableArray(), cancellationToken);

    public IToolImplementation Make(ListedTool tool, ToolInfo info) => new AssemblyTool(this, tool, info);

    /// <summary>The function as it was listed. Throws <see cref="SourceFaultException"/> where there is none, or another.</summary>
    public AIFunction Find(ListedTool tool) => Loaded().GetValueOrDefault(tool.RemoteName) is { Function: { } function, Listed: var now } && now.Digest == tool.Digest
        ? function
        : throw new SourceFaultException($"'{tool.RemoteName}' is not in the assembly on this host, or is another.");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private ImmutableDictionary<string, (AIFunction Function, ListedTool Listed)> Loaded()
    {
        lock (_lock)
        {
            if (_functions is { } known)
            {
                return known;
            }

            try
            {
                _functions = Read();
                Volatile.Write(ref _state, new SourceState(SourceCondition.Up, null, time.GetUtcNow()));
                return _functions;
            }
            catch (Exception fault)
            {
                // Its code may throw whatever it likes while it tells its tools.
                var told = fault as SourceFaultException ?? new SourceFaultException($"{Path.GetFileName(path)} cannot be loaded: {Why(fault)}.", fault);
                Volatile.Write(ref _state, new SourceState(SourceCondition.Down, told.Message, time.GetUtcNow()));
                throw told;
            }
        }
    }

    private ImmutableDictionary<string, (AIFunction Function, ListedTool Listed)> Read()
    {
        var file = Path.GetFileName(path);
        var bytes = File.Exists(path) ? File.ReadAllBytes(path) : throw new SourceFaultException($"There is no file {file} where 'path' says.");
        var found = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (digest is not null && found != digest)
        {
            throw new SourceFaultException($"{file} is not the file that is meant: its digest is {found}.");
        }

        var functions = new ToolAssembly(path, bytes).Read();
        return functions.Count == 0 ? throw new SourceFaultException($"{file} has no public static '{ToolAssembly.Member}' that gives functions.")
            : functions.GroupBy(f => f.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice ? throw new SourceFaultException($"{file} has two tools named '{twice.Key}'.")
            : functions.ToImmutableDictionary(f => f.Name, f => (f, Listed(f, found)), StringComparer.Ordinal);
    }

    private static string Why(Exception fault) =>
        fault is IOException or UnauthorizedAccessException or BadImageFormatException or TypeLoadException or ReflectionTypeLoadException or MissingMethodException
            ? fault.GetType().Name
            : "its own code threw while it told its tools";

    /// <summary>Other code is another tool, whatever it says of itself.</summary>
    private static ListedTool Listed(AIFunction function, string file) => new(
        function.Name, function.Description, JsonText.Of(function.JsonSchema), function.ReturnJsonSchema is { } output ? JsonText.Of(output) : null, Claims(function))
    {
        Wire = file,
    };

    private static ClaimedTraits Claims(AIFunction function)
    {
        var effect = Said(function, EffectKey) is string word ? EffectClassNames.Read(word) : null;
        return new ClaimedTraits(
            effect is null ? null : effect is EffectClass.Observe or EffectClass.Compute,
            Said(function, "destructive") as bool?,
            Said(function, "idempotent") as bool?,
            Said(function, "openWorld") as bool? ?? false,
            effect);
    }

    private static object? Said(AIFunction function, string key) => function.AdditionalProperties.GetValueOrDefault(key);
}
