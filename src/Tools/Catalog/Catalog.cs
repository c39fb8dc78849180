using System.Collections.Immutable;

namespace AiManager.Tools;

/// <summary>Every tool of the company, one record each. Built once from <c>tools.yaml</c>; a change of the file makes another catalogue.</summary>
public sealed class Catalog
{
    private readonly ImmutableSortedDictionary<string, Tool> _tools;
    private readonly ImmutableArray<SqlSource> _sources;

    internal Catalog(IEnumerable<Tool> tools, ImmutableArray<SqlSource> sources)
    {
        _tools = tools.ToImmutableSortedDictionary(t => t.Name, t => t, StringComparer.Ordinal);
        _sources = sources;
    }

    /// <summary>What may be known about each tool, by name.</summary>
    public IEnumerable<ToolInfo> Infos => _tools.Values.Select(t => t.Info);

    internal IEnumerable<Tool> Tools => _tools.Values;

    /// <summary>
    /// Connects to each source and says how it is: whether it answers, and whether it stores keys.
    /// </summary>
    /// <param name="creates">Creates the table for keys where it is missing.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<ImmutableArray<SourceHealth>> CheckAsync(bool creates, CancellationToken cancellationToken)
    {
        var found = ImmutableArray.CreateBuilder<SourceHealth>();
        foreach (var source in _sources)
        {
            try
            {
                if (creates)
                {
                    await source.CreateEffectsTableAsync(cancellationToken);
                }

                var stores = await source.StoresKeysAsync(cancellationToken);
                found.Add(new SourceHealth(source.Name, IsReachable: true, stores, stores ? null : "There is no table aimanager_effects: writes are not idempotent. 'tools check --create' makes it."));
            }
            catch (SqlFaultException fault)
            {
                found.Add(new SourceHealth(source.Name, IsReachable: false, StoresKeys: false, fault.Message));
            }
        }

        return found.ToImmutable();
    }

    internal Tool? Find(string name) => _tools.GetValueOrDefault(name);
}

/// <summary>How a source is.</summary>
/// <param name="Source">Its name.</param>
/// <param name="IsReachable">It answers.</param>
/// <param name="StoresKeys">Each of its writes is applied once for each intent.</param>
/// <param name="Problem">What is wrong and what to do; null when nothing is.</param>
public sealed record SourceHealth(string Source, bool IsReachable, bool StoresKeys, string? Problem);
