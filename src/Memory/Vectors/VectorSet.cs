using System.Buffers;
using System.Numerics.Tensors;

namespace AiManager.Memory;

/// <summary>
/// Normalised vectors side by side in memory, searched exactly. From <see cref="Coarse"/> vectors on, a first look at the upper halves of their bytes finds those that may be among the
/// likest; the lower halves, and then the numbers themselves, are read of these alone. An eighth of the memory goes by, and reading memory is what a search waits for. Not thread-safe for
/// adding.
/// </summary>
internal sealed class VectorSet(int dimensions)
{
    /// <summary>From so many vectors on the first look is coarse.</summary>
    public const int Coarse = 100_000;

    // Growing copies nothing, and no array need hold them all: a million long vectors are more than one can.
    private const int SegmentSize = 1_024;

    private const int Run = 64;

    private readonly List<Segment> _segments = [];
    private readonly int _packed = PackedBytes.Length(dimensions);

    /// <summary>How many vectors there are; they are known by their places.</summary>
    public int Count { get; private set; }

    /// <summary>How many numbers each has.</summary>
    public int Dimensions => dimensions;

    /// <summary>Bytes that each vector takes.</summary>
    public int BytesPerVector => (dimensions * sizeof(float)) + (2 * _packed) + (3 * sizeof(float));

    /// <summary>Bytes of each vector that a search of many reads.</summary>
    public int BytesLookedAt => Count >= Coarse ? _packed + (2 * sizeof(float)) : dimensions * sizeof(float);

    /// <summary>Adds one, and answers its place.</summary>
    public int Add(ReadOnlySpan<float> vector)
    {
        if (vector.Length != dimensions)
        {
            throw new ArgumentException($"A vector of {vector.Length} numbers does not belong among those of {dimensions}.", nameof(vector));
        }

        if (Count == _segments.Count * SegmentSize)
        {
            _segments.Add(new Segment(new float[SegmentSize * dimensions], new byte[SegmentSize * _packed], new byte[SegmentSize * _packed], new float[SegmentSize], new float[SegmentSize], new float[SegmentSize]));
        }

        var (segment, place) = (_segments[Count / SegmentSize], Count % SegmentSize);
        vector.CopyTo(segment.Exact.AsSpan(place * dimensions));
        var rounding = PackedBytes.Pack(vector, segment.Upper.AsSpan(place * _packed, _packed), segment.Lower.AsSpan(place * _packed, _packed));
        (segment.Steps[place], segment.Rough[place], segment.Fine[place]) = (rounding.Step, rounding.Rough, rounding.Fine);
        segment.LargestRough = Math.Max(segment.LargestRough, rounding.Rough);
        return Count++;
    }

    /// <summary>The vector at a place.</summary>
    public ReadOnlySpan<float> At(int place) => _segments[place / SegmentSize].Exact.AsSpan(place % SegmentSize * dimensions, dimensions);

    /// <summary>The likest places, best first; of equals the earlier.</summary>
    /// <param name="asked">Of length 1.</param>
    /// <param name="most">How many.</param>
    /// <param name="isWanted">Places that may be found; null for all.</param>
    public List<(int Place, float Likeness)> Search(ReadOnlySpan<float> asked, int most, Func<int, bool>? isWanted = null) =>
        Count >= Coarse ? SearchCoarse(asked, most, isWanted) : SearchExact(asked, most, isWanted);

    /// <summary>As <see cref="Search"/>, always comparing in full.</summary>
    public List<(int Place, float Likeness)> SearchExact(ReadOnlySpan<float> asked, int most, Func<int, bool>? isWanted = null)
    {
        var best = new BestPlaces(most);
        for (var i = 0; i < Count; i++)
        {
            if (isWanted?.Invoke(i) != false)
            {
                best.Offer(i, TensorPrimitives.Dot(asked, At(i)));
            }
        }

        return best.InOrder();
    }

    private List<(int Place, float Likeness)> SearchCoarse(ReadOnlySpan<float> asked, int most, Func<int, bool>? isWanted)
    {
        var question = new PackedQuestion(asked);
        var rough = ArrayPool<float>.Shared.Rent(Count);
        try
        {
            // The least of what the likest by the first look are really like is the mark: as many as are wanted are as like as that, so whatever may be is looked at again.
            var likest = LookRoughly(question, rough, most, isWanted);
            var mark = likest.Count < most ? float.NegativeInfinity : float.PositiveInfinity;
            foreach (var (place, _) in likest)
            {
                mark = Math.Min(mark, TensorPrimitives.Dot(asked, At(place)));
            }

            var best = new BestPlaces(most);
            for (var i = 0; i < _segments.Count; i++)
            {
                var (first, here) = Extent(i);
                LookAgain(_segments[i], first, rough.AsSpan(first, here), question, asked, mark, best, isWanted);
            }

            return best.InOrder();
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rough);
        }
    }

    /// <summary>How like each is by the upper halves alone; and the likest by that, of those that are wanted.</summary>
    private List<(int Place, float Likeness)> LookRoughly(PackedQuestion question, float[] rough, int most, Func<int, bool>? isWanted)
    {
        var likest = new BestPlaces(most);
        for (var i = 0; i < _segments.Count; i++)
        {
            var (first, here) = Extent(i);
            var seen = rough.AsSpan(first, here);
            question.Look(_segments[i].Upper, _segments[i].Steps.AsSpan(0, here), seen);
            if (TensorPrimitives.Max<float>(seen) <= likest.Worst)
            {
                continue;
            }

            for (var place = first; place < first + here; place++)
            {
                if (rough[place] > likest.Worst && isWanted?.Invoke(place) != false)
                {
                    likest.Offer(place, rough[place]);
                }
            }
        }

        return likest.InOrder();
    }

    /// <summary>Compares in full those of a segment that both halves of their bytes let be as like as the mark.</summary>
    private void LookAgain(
        Segment segment, int first, ReadOnlySpan<float> rough, PackedQuestion question, ReadOnlySpan<float> asked, float mark, BestPlaces best, Func<int, bool>? isWanted)
    {
        mark = Math.Max(mark, best.Worst);
        var most = question.Doubt(segment.LargestRough);
        for (var run = 0; run < rough.Length; run += Run)
        {
            var seen = rough[run..Math.Min(run + Run, rough.Length)];
            if (TensorPrimitives.Max(seen) + most < mark)
            {
                continue;
            }

            for (var i = run; i < run + seen.Length; i++)
            {
                if (rough[i] + question.Doubt(segment.Rough[i]) >= mark
                    && isWanted?.Invoke(first + i) != false
                    && rough[i] + question.Rest(segment.Lower.AsSpan(i * _packed, _packed), segment.Steps[i]) + question.Doubt(segment.Fine[i]) >= mark)
                {
                    best.Offer(first + i, TensorPrimitives.Dot(asked, segment.Exact.AsSpan(i * dimensions, dimensions)));
                }
            }
        }
    }

    private (int First, int Here) Extent(int segment) => (segment * SegmentSize, Math.Min(SegmentSize, Count - (segment * SegmentSize)));

    /// <param name="Exact">The numbers.</param>
    /// <param name="Upper">The upper halves of their bytes.</param>
    /// <param name="Lower">The lower halves.</param>
    /// <param name="Steps">What one in the bytes of each vector is worth.</param>
    /// <param name="Rough">The length of what the upper halves leave out of each.</param>
    /// <param name="Fine">The length of what both halves leave out.</param>
    private sealed record Segment(float[] Exact, byte[] Upper, byte[] Lower, float[] Steps, float[] Rough, float[] Fine)
    {
        public float LargestRough { get; set; }
    }
}
