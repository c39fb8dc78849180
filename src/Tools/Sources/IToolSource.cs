using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace AiManager.Tools;

/// <summary>
/// A source whose tools are found out by asking or reading it: an MCP server, an OpenAPI document, an assembly. It lists and it makes implementations, and no more:
/// what a tool is called here, whether anybody has classified it and whether it may run is for the catalogue and the gate. Thread-safe.
/// </summary>
internal interface IToolSource : IAsyncDisposable
{
    /// <summary>The first part of its tools' names, as <c>tools.yaml</c> has it.</summary>
    string Name { get; }

    /// <summary>As <c>kind</c> in <c>tools.yaml</c>.</summary>
    string Kind { get; }

    /// <summary>
    /// True where others decide what it lists: nothing of it runs before a person has classified it. False for code that the company itself put into the process.
    /// </summary>
    bool IsOutside => true;

    /// <summary>Digest of what the company says of how to reach it, secrets as names; part of each tool's version, so that another server is never taken for this one.</summary>
    string Definition { get; }

    /// <summary>How it is now.</summary>
    SourceState State { get; }

    /// <summary>Called once, before anything else.</summary>
    /// <param name="logger">Takes what it has to say. Its own words are data: printable, capped, and never a secret.</param>
    /// <param name="changed">To be called when its tools may have changed; cheap, from any thread, as often as it likes.</param>
    void Begin(ILogger logger, Action changed);

    /// <summary>Connects where it is not connected and lists everything. Ends within its own start timeout. Throws <see cref="SourceFaultException"/>.</summary>
    Task<ImmutableArray<ListedTool>> ListAsync(CancellationToken cancellationToken);

    /// <summary>
    /// What does <paramref name="tool"/>; nothing is connected yet. When it is called, and the source by then has another tool under that name (another
    /// <see cref="ListedTool.Digest"/>) or none, it fails without sending anything.
    /// </summary>
    /// <param name="tool">As listed.</param>
    /// <param name="info">As a person classified it.</param>
    IToolImplementation Make(ListedTool tool, ToolInfo info);
}
