namespace AiManager.Contracts;

/// <summary>A test that starts MCP servers from npm; where they cannot be fetched it is skipped, with the reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NpmFactAttribute : FactAttribute
{
    /// <summary>Looks whether they are there.</summary>
    public NpmFactAttribute() => Skip = NpmServers.Missing;
}
