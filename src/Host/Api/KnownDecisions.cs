using System.Collections.Immutable;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>Decisions by where they stand, each stream read when one of its own is first asked for: they lie close together.</summary>
internal sealed class KnownDecisions(IWorkflowJournal journal, Catalog catalog)
{
    /// <summary>Decisions that are kept of streams read before.</summary>
    private const int MostKept = 20_000;

    private readonly Dictionary<string, ImmutableDictionary<long, DecisionRecord>> _known = new(StringComparer.Ordinal);
    private int _kept;

    /// <summary>How many streams were read.</summary>
    public int Read { get; private set; }

    /// <summary>A decision, with what came of it so far; null where its stream is archived, or its call is not known.</summary>
    public async Task<DecisionRecord?> FindAsync(string stream, long position, CancellationToken cancellationToken)
    {
        // What was decided after its stream was read is read anew.
        if (!_known.TryGetValue(stream, out var decisions) || (!decisions.ContainsKey(position) && decisions.Keys.All(known => known < position)))
        {
            if (_kept > MostKept)
            {
                _known.Clear();
                _kept = 0;
            }

            _known[stream] = decisions = (await DecisionLog.ReadAsync(journal, catalog, stream, cancellationToken)).ToImmutableDictionary(d => d.Position);
            _kept += decisions.Count;
            Read++;
        }

        return decisions.GetValueOrDefault(position);
    }
}
