using System.Runtime.InteropServices;

namespace AiManager.Memory;

/// <summary>The vectors of one space that a store holds, as far as they have been read. Whoever uses it sees to it that nobody else does meanwhile.</summary>
internal sealed class MemoryVectors
{
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly List<Row> _rows = [];
    private readonly VectorSet _vectors = new(HashedEmbedding.Dimensions);

    /// <summary>How far it has been read.</summary>
    public long Seq { get; private set; }

    /// <summary>Entries that have a vector here.</summary>
    public int Live => _places.Count;

    /// <summary>True when most of it is of entries that were replaced: then it is better read anew.</summary>
    public bool IsStale => _rows.Count > 1_000 && _places.Count * 2 < _rows.Count;

    /// <summary>Takes in a change.</summary>
    public void Take(MemoryChange change)
    {
        Seq = change.Seq;
        if (_places.Remove(change.Id, out var before))
        {
            _rows[before] = _rows[before] with { IsGone = true };
        }

        if (!change.IsGone && change.Space == HashedEmbedding.Space)
        {
            _places[change.Id] = _vectors.Add(MemoryMarshal.Cast<byte, float>(change.Vector));
            _rows.Add(new Row(change.Seq, change.Kind, change.Stream, false));
        }
    }

    /// <summary>Seqs of the likest entries, best first; none that is no likelier than chance.</summary>
    public List<(long Seq, float Likeness)> Search(float[] asked, int most, string kinds, string except) =>
        [.. _vectors.Search(asked, most, i => _rows[i].IsWanted(kinds, except)).Where(f => f.Likeness > HashedEmbedding.Chance).Select(f => (_rows[f.Place].Seq, f.Likeness))];

    private readonly record struct Row(long Seq, string Kind, string Stream, bool IsGone)
    {
        public bool IsWanted(string kinds, string except) =>
            !IsGone && (kinds.Length == 0 || kinds.Contains($",{Kind},", StringComparison.Ordinal)) && (except.Length == 0 || Stream != except);
    }
}

/// <summary>A row that is new, was replaced, or is gone.</summary>
internal sealed record MemoryChange(long Seq, string Id, string Kind, string Stream, bool IsGone, string Space, byte[] Vector);
