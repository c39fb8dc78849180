namespace AiManager.Memory;

/// <summary>Vectors in this process, compared exactly: the place that needs nothing. It is filled from the tables at each start.</summary>
/// <param name="name">What people call it.</param>
internal sealed class HeldVectors(string name = "this process") : IVectorPlace
{
    private const int FewestStale = 1_000;

    private readonly ReaderWriterLockSlim _gate = new();
    private Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private List<Row> _rows = [];
    private VectorSet? _vectors;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public bool IsKept => false;

    /// <inheritdoc/>
    public Task PutAsync(IReadOnlyList<PlacedVector> vectors, CancellationToken cancellationToken)
    {
        _gate.EnterWriteLock();
        try
        {
            foreach (var put in vectors)
            {
                _vectors ??= new VectorSet(put.Vector.Length);
                if (put.Vector.Length != _vectors.Dimensions)
                {
                    throw new VectorPlaceException($"A vector of {put.Vector.Length} numbers does not belong among those of {_vectors.Dimensions}.");
                }

                if (_places.TryGetValue(put.Id, out var there) && _rows[there].Seq > put.Seq)
                {
                    continue;
                }

                Drop(put.Id);
                _places[put.Id] = _vectors.Add(put.Vector.Span);
                _rows.Add(new Row(put.Id, put.Seq, put.Kind, put.Stream, false));
            }

            Compact();
        }
        finally
        {
            _gate.ExitWriteLock();
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task RemoveAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        _gate.EnterWriteLock();
        try
        {
            foreach (var id in ids)
            {
                Drop(id);
            }
        }
        finally
        {
            _gate.ExitWriteLock();
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<NearVector>> NearestAsync(float[] asked, int most, VectorFilter filter, CancellationToken cancellationToken)
    {
        _gate.EnterReadLock();
        try
        {
            if (_vectors is null)
            {
                return Task.FromResult<IReadOnlyList<NearVector>>([]);
            }

            if (asked.Length != _vectors.Dimensions)
            {
                throw new VectorPlaceException($"A question of {asked.Length} numbers cannot be compared with vectors of {_vectors.Dimensions}.");
            }

            // Where all may be found, none is asked whether it may.
            var isAnyWanted = filter is { Kinds.Count: 0, Except: null } && _places.Count == _rows.Count;
            return Task.FromResult<IReadOnlyList<NearVector>>(
                [.. _vectors.Search(asked, most, isAnyWanted ? null : i => _rows[i].IsWanted(filter)).Select(f => new NearVector(_rows[f.Place].Id, _rows[f.Place].Seq, f.Likeness))]);
        }
        finally
        {
            _gate.ExitReadLock();
        }
    }

    /// <inheritdoc/>
    public Task<long> CountAsync(CancellationToken cancellationToken) => Task.FromResult((long)_places.Count);

    /// <inheritdoc/>
    public IAsyncEnumerable<IReadOnlyList<PlacedId>> ListAsync(CancellationToken cancellationToken) => new IReadOnlyList<PlacedId>[] { All() }.ToAsyncEnumerable();

    /// <inheritdoc/>
    public Task ClearAsync(CancellationToken cancellationToken)
    {
        _gate.EnterWriteLock();
        try
        {
            (_places, _rows, _vectors) = (new Dictionary<string, int>(StringComparer.Ordinal), [], null);
        }
        finally
        {
            _gate.ExitWriteLock();
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _gate.Dispose();
        return ValueTask.CompletedTask;
    }

    private List<PlacedId> All()
    {
        _gate.EnterReadLock();
        try
        {
            return [.. _places.Values.Select(i => new PlacedId(_rows[i].Id, _rows[i].Seq))];
        }
        finally
        {
            _gate.ExitReadLock();
        }
    }

    private void Drop(string id)
    {
        if (_places.Remove(id, out var before))
        {
            _rows[before] = _rows[before] with { IsGone = true };
        }
    }

    /// <summary>When most of it was replaced or taken out, what is left moves together: a search reads all of it.</summary>
    private void Compact()
    {
        if (_vectors is null || _rows.Count <= FewestStale || _places.Count * 2 >= _rows.Count)
        {
            return;
        }

        var (kept, rows) = (new VectorSet(_vectors.Dimensions), new List<Row>(_places.Count));
        for (var i = 0; i < _rows.Count; i++)
        {
            if (!_rows[i].IsGone)
            {
                _places[_rows[i].Id] = kept.Add(_vectors.At(i));
                rows.Add(_rows[i]);
            }
        }

        (_vectors, _rows) = (kept, rows);
    }

    private readonly record struct Row(string Id, long Seq, string Kind, string Stream, bool IsGone)
    {
        public bool IsWanted(VectorFilter filter) => !IsGone && (filter.Kinds.Count == 0 || filter.Kinds.Contains(Kind)) && Stream != filter.Except;
    }
}
