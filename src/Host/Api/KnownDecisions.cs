using System.Collections.Immutable;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>Decisions by where they stand, each stream read when one of its own is first asked for: they lie close together.</summary>
internal sealed class KnownDecisions(IWorkflowJournal journal, Catalog catalog)
{
    /// <summary>Decisions that are kept of streams read before.</summary>
    private const int MostKept = 20_000;

    /// <summary>Streams that are read together.</summary>
    private const int StreamsAtOnce = 20;

    private readonly Dictionary<string, Known> _known = new(StringComparer.Ordinal);
    private int _kept;

    /// <summary>How many streams were read.</summary>
    public int Read { get; private set; }

    /// <summary>A decision, with what came of it so far; null where its stream is archived, or its call is not known.</summary>
    public async Task<DecisionRecord?> FindAsync(string stream, long position, CancellationToken cancellationToken)
    {
        var known = IsNew((stream, position)) ? await ReadAsync(stream, cancellationToken) : _known[stream];
        return known.Decisions.GetValueOrDefault(position);
    }

    /// <summary>All of a stream as it is now, in any order.</summary>
    public async Task<IEnumerable<DecisionRecord>> AllAsync(string stream, CancellationToken cancellationToken) => (await ReadAsync(stream, cancellationToken)).Decisions.Values;

    /// <summary>Reads the streams of several that are going to be asked for, some of them together.</summary>
    public async Task ReadEachAsync(IEnumerable<(string Stream, long Position)> places, CancellationToken cancellationToken)
    {
        foreach (var some in places.Where(IsNew).Select(p => p.Stream).Distinct(StringComparer.Ordinal).Chunk(StreamsAtOnce))
        {
            var first = await journal.ReadEachAsync([.. some.Select(stream => new StreamPlace(stream, 0))], DecisionFold.Types, JournalPages.Size, cancellationToken);
            foreach (var (stream, events) in some.Zip(first))
            {
                Keep(stream, await DecisionLog.FoldAsync(journal, catalog, stream, cancellationToken, events));
            }
        }
    }

    // What was decided after its stream was read is read anew.
    private bool IsNew((string Stream, long Position) place) => !_known.TryGetValue(place.Stream, out var known) || known.Through < place.Position;

    private async Task<Known> ReadAsync(string stream, CancellationToken cancellationToken) => Keep(stream, await DecisionLog.FoldAsync(journal, catalog, stream, cancellationToken));

    private Known Keep(string stream, DecisionFold fold)
    {
        if (_kept > MostKept)
        {
            _known.Clear();
            _kept = 0;
        }

        // Where nothing stands any more it was archived, and whatever else is said to stand there was too.
        var known = new Known(fold.Records.ToImmutableDictionary(d => d.Position), fold.Through == 0 ? long.MaxValue : fold.Through);
        _kept += known.Size - (_known.TryGetValue(stream, out var replaced) ? replaced.Size : 0);
        _known[stream] = known;
        Read++;
        return known;
    }

    /// <param name="Decisions">Of the stream.</param>
    /// <param name="Through">Up to which position it was read.</param>
    private sealed record Known(ImmutableDictionary<long, DecisionRecord> Decisions, long Through)
    {
        public int Size => Decisions.Count + 1;
    }
}
