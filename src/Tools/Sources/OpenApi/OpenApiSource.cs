using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace AiManager.Tools;

/// <summary>A service that an OpenAPI document describes. The document is part of the company's files, so listing asks nobody: what a tool is cannot change under way.</summary>
internal sealed class OpenApiSource(
    OpenApiSettings settings, OpenApiDocument document, Credentials credentials, PinnedHttp http, IDisposable? tokens, string definition, TimeProvider time) : IToolSource
{
    private readonly ImmutableDictionary<string, OpenApiOperation> _operations = document.Operations.ToImmutableDictionary(o => o.Name, StringComparer.Ordinal);
    private SourceState _state = SourceState.Untried;

    public string Name => settings.Name;

    public string Kind => OpenApiKind.Word;

    public string Definition => definition;

    public SourceState State => Volatile.Read(ref _state);

    public OpenApiSettings Settings => settings;

    public Credentials Credentials => credentials;

    public PinnedHttp Http => http;

    public TimeProvider Time => time;

    public string Host => settings.BaseUrl.Host;

    public void Begin(ILogger logger, Action changed)
    {
    }

    public Task<ImmutableArray<ListedTool>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<ImmutableArray<ListedTool>>(
    [
        .. document.Operations.Select(o => new ListedTool(o.Name, o.Description, o.Schema, null, new ClaimedTraits(o.ClaimsReadOnly, o.Method == "DELETE", o.ClaimsIdempotent, OpenWorld: true)) { Wire = o.Wire }),
        .. document.Unusable.Select(u => new ListedTool(u.Name, $"{u.Method} {u.Path}", Domain.JsonText.EmptyObject, null, ClaimedTraits.None) { Problem = u.Reason }),
    ]);

    public IToolImplementation Make(ListedTool tool, ToolInfo info) => new OpenApiTool(this, _operations[tool.RemoteName], info);

    /// <summary>It has answered.</summary>
    public void IsUp()
    {
        if (State.Condition != SourceCondition.Up)
        {
            Volatile.Write(ref _state, new SourceState(SourceCondition.Up, null, time.GetUtcNow()));
        }
    }

    /// <summary>It has not.</summary>
    public void IsDown(string why) => Volatile.Write(ref _state, new SourceState(SourceCondition.Down, why, time.GetUtcNow()));

    public ValueTask DisposeAsync()
    {
        http.Dispose();
        tokens?.Dispose();
        return ValueTask.CompletedTask;
    }
}
