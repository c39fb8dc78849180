using System.Collections.Concurrent;
using System.Collections.Immutable;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>Binds configurations that were in force before, for workflows that began under them; each once. Thread-safe.</summary>
internal sealed class EarlierConfigurations(CompanyStream stream, IBlobs blobs, LoadedCompany company)
{
    /// <summary>How many are kept bound; beyond that they are bound again when they are needed.</summary>
    private const int MostKept = 16;

    /// <summary>The only files that authority is bound from.</summary>
    private static readonly ImmutableArray<string> Deciding = ["authority.yaml", CompanyTools.StandingFile, "tools.yaml"];

    private readonly ConcurrentDictionary<string, Task<CompanyTools?>> _kept = new(StringComparer.Ordinal);

    /// <summary>The tools and the authority of a configuration; today's own where it decides alike; null where it was never in force here, or cannot be bound any more.</summary>
    public async Task<CompanyTools?> FindAsync(string bundle, CancellationToken cancellationToken)
    {
        if (_kept.TryGetValue(bundle, out var kept))
        {
            return await kept.WaitAsync(cancellationToken);
        }

        if (!stream.State.Bundles.ContainsKey(bundle))
        {
            await stream.RefreshAsync(cancellationToken);
        }

        if (!stream.State.Bundles.TryGetValue(bundle, out var files))
        {
            return null;
        }

        var found = await BindAsync(files, cancellationToken);
        if (_kept.Count >= MostKept)
        {
            _kept.Clear();
        }

        return await _kept.GetOrAdd(bundle, Task.FromResult(found));
    }

    private async Task<CompanyTools?> BindAsync(ImmutableSortedDictionary<string, string> files, CancellationToken cancellationToken)
    {
        try
        {
            var then = await Standing.ReadAsync(files, blobs, cancellationToken);
            return Deciding.All(file => then.Texts.GetValueOrDefault(file) == company.Bundle.Texts.GetValueOrDefault(file)) ? company.Tools : company.Other(then).Tools;
        }
        catch (Exception unusable) when (unusable is ConfigException or UsageException)
        {
            return null; // what it needs of this host, or of the program, is gone
        }
    }
}
