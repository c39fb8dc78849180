using System.Collections.Immutable;
using AiManager.Tools;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiManager.Host;

/// <summary>
/// The catalogue as it would stand, for a verb that only looks: what people said and what sources listed comes from the store where there is one, and what is found
/// out is forgotten again.
/// </summary>
internal sealed class LookedAtSources : ICompany, IBlobs, IAsyncDisposable
{
    private readonly OpenedCompany? _opened;
    private readonly SourceKeeper _keeper;

    private LookedAtSources(LoadedCompany company, OpenedCompany? opened)
    {
        (Company, _opened, State) = (company, opened, opened?.Stream.State ?? CompanyState.Empty);
        Catalog = company.Tools.Catalog;
        _keeper = new SourceKeeper(company.Tools.Follow(this, this), this, this, TimeProvider.System, NullLogger<SourceKeeper>.Instance);
    }

    /// <summary>The folder's company, or on a shared store the one in force.</summary>
    public LoadedCompany Company { get; }

    /// <summary>Its tools.</summary>
    public Catalog Catalog { get; }

    /// <inheritdoc/>
    public CompanyState State { get; private set; }

    /// <summary>Opens what there is.</summary>
    public static async Task<LookedAtSources> OpenAsync(Place place, CancellationToken cancellationToken)
    {
        if (!place.IsShared && !File.Exists(DataFolder.JournalOf(place.DataFolder)))
        {
            return new LookedAtSources(place.LoadFolder(), null);
        }

        var opened = await OpenedCompany.ReadOnlyAsync(place, ofFolder: !place.IsShared, cancellationToken);
        return new LookedAtSources(opened.Company, opened);
    }

    /// <summary>As each source listed when it was last asked.</summary>
    public Task RecallAsync(CancellationToken cancellationToken) => _keeper.RecallAsync(cancellationToken);

    /// <summary>Asks each source.</summary>
    public Task<ImmutableArray<SourceHealth>> AskAsync(CancellationToken cancellationToken) => _keeper.AskAllAsync(cancellationToken);

    /// <inheritdoc/>
    public Task AppendAsync(ImmutableArray<WorkflowEvent> events, Actor actor, CancellationToken cancellationToken)
    {
        lock (_keeper)
        {
            State = events.Aggregate(State, (state, fact) => CompanyState.Apply(state, new Recorded(0, state.Seq + 1, TimeProvider.System.GetUtcNow(), actor, fact)));
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<string> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => Task.FromResult(string.Empty);

    /// <inheritdoc/>
    public Task<ReadOnlyMemory<byte>?> GetAsync(string digest, CancellationToken cancellationToken) =>
        _opened is null ? Task.FromResult<ReadOnlyMemory<byte>?>(null) : _opened.Store.Blobs.GetAsync(digest, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _keeper.DisposeAsync();
        if (_opened is not null)
        {
            await _opened.DisposeAsync();
        }
    }
}
