using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>
/// Recall by likeness: how texts become vectors, where those are searched, and what is done when either is away. Then recall goes on by words alone, says why, and for a while asks
/// nobody again, so that a server that hangs costs one wait and not one for each question.
/// </summary>
internal sealed class VectorRecall : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    // As long as a question waits for what the journal has gained. A hundred thousand entries take seconds to be read into the process, once.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private readonly MemoryTables _tables;
    private readonly ITextVectors _texts;
    private readonly IVectorPlace _place;
    private readonly VectorFollower _follower;
    private readonly TimeProvider _time;
    private bool _knowsLength;
    private long _count;
    private Fault? _modelIsAway;
    private Fault? _placeIsAway;
    private bool _isFilling;

    /// <param name="options">What it is made of.</param>
    /// <param name="tables">Where the vectors are kept.</param>
    /// <param name="texts">How texts become vectors.</param>
    /// <param name="place">Where those are searched.</param>
    /// <param name="time">The clock.</param>
    internal VectorRecall(VectorOptions options, MemoryTables tables, ITextVectors texts, IVectorPlace place, TimeProvider time)
    {
        (Options, _tables, _texts, _place, _time) = (options, tables, texts, place, time);
        _follower = new VectorFollower(tables, place, texts.Space, time);
    }

    /// <summary>What it was made of.</summary>
    public VectorOptions Options { get; }

    /// <summary>The space in use.</summary>
    public string Space => _texts.Space;

    /// <summary>The space of entries that have no vector in the one in use, and are to have none.</summary>
    public string Without => $"without:{Space}";

    /// <summary>True when vectors are made where entries are written down.</summary>
    public bool IsAtHand => _texts.IsAtHand;

    /// <summary>Where they are searched, for people.</summary>
    public string Place => _place.Name;

    /// <summary>Why recall goes by words alone; null when it does not.</summary>
    public string? Reason => (Volatile.Read(ref _placeIsAway) ?? Volatile.Read(ref _modelIsAway))?.Reason ?? (IsFilling && _follower.IsFilling ? "Vectors are being read into this process." : null);

    /// <summary>True when the last question was answered by words alone because vectors are being read into this process.</summary>
    public bool IsFilling => Volatile.Read(ref _isFilling);

    /// <summary>True where what is found may be of rows that were replaced since.</summary>
    public bool MayBeBehind => _place.IsKept;

    /// <summary>Where the tables stood when they were last looked at.</summary>
    public MemoryHead Head => _follower.Head;

    /// <summary>Vectors at that place when they were last counted.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Makes the parts.</summary>
    public static VectorRecall Of(VectorOptions options, MemoryTables tables, TimeProvider time)
    {
        ITextVectors texts = options.Embeddings is { } model ? new ModelVectors(new EmbeddingEndpoint(model), model.Model, model.Dimensions) : new HashedVectors();
        return new VectorRecall(options, tables, texts, PlaceOf(options.Home, tables, texts.Space), time);
    }

    /// <summary>The vector of a text, where those are made at hand.</summary>
    public async Task<float[]> AtHandAsync(string text, CancellationToken cancellationToken) => (await _texts.OfTextsAsync([text], cancellationToken))[0];

    /// <summary>Vectors of texts. Throws <see cref="EmbeddingException"/>; what another try may mend is remembered as the reason.</summary>
    public async Task<IReadOnlyList<float[]>> EmbedAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        await LearnAsync(cancellationToken);
        try
        {
            var vectors = await _texts.OfTextsAsync(texts, cancellationToken);
            Volatile.Write(ref _modelIsAway, null);
            return vectors;
        }
        catch (EmbeddingException away) when (!away.IsRefusal)
        {
            Volatile.Write(ref _modelIsAway, Away(away));
            throw;
        }
    }

    /// <summary>The likest vectors, best first, none that is no likelier than chance; empty where recall goes by words alone now.</summary>
    /// <param name="question">What is looked for.</param>
    /// <param name="words">Its words, each once.</param>
    /// <param name="rarity">How rare a word is.</param>
    /// <param name="most">How many.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<IReadOnlyList<NearVector>> FindAsync(
        MemoryQuestion question, IReadOnlyList<string> words, Func<string, Task<float>> rarity, int most, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        if (now < Volatile.Read(ref _placeIsAway)?.Until || now < Volatile.Read(ref _modelIsAway)?.Until)
        {
            return [];
        }

        try
        {
            await LearnAsync(cancellationToken);
            var isFilled = await _follower.FollowAsync(Patience, cancellationToken);
            Volatile.Write(ref _isFilling, !isFilled);
            if (!isFilled)
            {
                return [];
            }

            Volatile.Write(ref _count, _place.IsKept && _count > 0 ? _count : await _place.CountAsync(cancellationToken));
            var rarities = new Dictionary<string, float>(StringComparer.Ordinal);
            foreach (var word in IsAtHand ? words : [])
            {
                rarities[word] = await rarity(word);
            }

            var asked = await _texts.OfQuestionAsync(question.Query, word => rarities.GetValueOrDefault(word), cancellationToken);
            Volatile.Write(ref _modelIsAway, null);
            var filter = new VectorFilter([.. question.Kinds.Select(MemoryKindNames.Write)], question.Except?.ToString());
            var found = await _place.NearestAsync(asked, most, filter, cancellationToken);
            Volatile.Write(ref _placeIsAway, null);
            return [.. found.Where(f => f.Likeness > _texts.Chance)];
        }
        catch (EmbeddingException refused) when (refused.IsRefusal)
        {
            // This question alone: the next may be answered.
            return [];
        }
        catch (EmbeddingException away)
        {
            Volatile.Write(ref _modelIsAway, Away(away));
            return [];
        }
        catch (VectorPlaceException away)
        {
            Volatile.Write(ref _placeIsAway, Away(away));
            return [];
        }
    }

    /// <summary>Brings all vectors to where they are searched; false where that cannot be done now.</summary>
    public async Task<bool> TendAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _follower.TendAsync(cancellationToken);
            Volatile.Write(ref _count, await _place.CountAsync(cancellationToken));
            Volatile.Write(ref _placeIsAway, null);
            return true;
        }
        catch (VectorPlaceException away)
        {
            Volatile.Write(ref _placeIsAway, Away(away));
            return false;
        }
    }

    /// <summary>How many changes have not been brought there yet.</summary>
    public Task<long> BehindAsync(CancellationToken cancellationToken) => _follower.BehindAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _texts.Dispose();
        await _follower.DisposeAsync();
        await _place.DisposeAsync();
    }

    private static IVectorPlace PlaceOf(VectorHome home, MemoryTables tables, string space) => home switch
    {
        VectorHome.Qdrant qdrant => new QdrantVectors(qdrant, space),
        VectorHome.Pgvector pgvector when (pgvector.Connection ?? tables.Connection) is { } connection => new PgvectorPlace(pgvector, connection, space),
        VectorHome.Pgvector => new HeldVectors("this process, because the store is no PostgreSQL"),
        _ => new HeldVectors(),
    };

    /// <summary>What is stored says how long the vectors of this space are.</summary>
    private async Task LearnAsync(CancellationToken cancellationToken)
    {
        if (_knowsLength || IsAtHand)
        {
            return;
        }

        var stored = await _tables.ListAsync(MemorySql.OneOf, row => row.GetFieldValue<byte[]>(0).Length / sizeof(float), cancellationToken, ("@space", Space));
        if (stored is [> 0 and var length, ..])
        {
            _texts.Know(length);
            _knowsLength = true;
        }
    }

    private Fault Away(Exception cause) => new(cause.Message, _time.GetUtcNow() + Pause);

    private sealed record Fault(string Reason, DateTimeOffset Until);
}
