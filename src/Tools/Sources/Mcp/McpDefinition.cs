using System.Collections.Immutable;

namespace AiManager.Tools;

/// <summary>How one MCP server is reached and what it may use up. Exactly one of <paramref name="Command"/> and <paramref name="Url"/> is there.</summary>
/// <param name="Name">The source's name.</param>
/// <param name="Digest">Digest of all of this as the company wrote it, secrets as names.</param>
/// <param name="Folder">Where the command runs: the company's folder.</param>
/// <param name="Command">Program and arguments of a server on this host; empty for none.</param>
/// <param name="Url">A server over Streamable HTTP; null for none.</param>
/// <param name="Bearer">What is sent to it as bearer token; null for nothing.</param>
/// <param name="Environment">What a server on this host finds in its environment, beside what every program needs.</param>
/// <param name="Secrets">What was filled in anywhere above: nothing that is said of the server shows it.</param>
internal sealed record McpDefinition(
    string Name,
    string Digest,
    string Folder,
    ImmutableArray<string> Command,
    Uri? Url,
    string? Bearer,
    ImmutableArray<(string Name, string Value)> Environment,
    ImmutableArray<string> Secrets)
{
    /// <summary>How long it may take to start and to list its tools.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long one call may take, however much progress it reports.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a call may say nothing: no result and no progress.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest message that is taken from it, in bytes.</summary>
    public int MostBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Text about the server as it may be shown: one line, short, without secrets.</summary>
    public string Tell(string text) => OutsideText.Line(text, 400, Secrets);
}
