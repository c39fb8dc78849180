using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace AiManager.Memory;

/// <summary>
/// Normalised vectors side by side in memory, searched exactly. From <see cref="Coarse"/> vectors on, a first look at them in single bytes finds the few that are then compared in
/// full: a quarter of the memory goes by, and reading memory is what a search waits for. Not thread-safe for adding.
/// </summary>
internal sealed class VectorSet(int dimensions)
{
    /// <summary>From so many vectors on the first look is coarse.</summary>
    public const int Coarse = 100_000;

    /// <summary>How many times as many as are wanted the coarse look finds.</summary>
    private const int Margin = 5;

    private const int LeastKept = 50;
    private const float Scale = 127;

    // Growing copies nothing, and no array need hold them all: a million long vectors are more than one can.
    private const int SegmentSize = 1_024;

    private readonly List<Segment> _segments = [];

    /// <summary>How many vectors there are; they are known by their places.</summary>
    public int Count { get; private set; }

    /// <summary>How many numbers each has.</summary>
    public int Dimensions => dimensions;

    /// <summary>Bytes that each vector takes.</summary>
    public int BytesPerVector => (dimensions * (sizeof(float) + sizeof(sbyte))) + sizeof(float);

    /// <summary>Adds one, and answers its place.</summary>
    public int Add(ReadOnlySpan<float> vector)
    {
        if (vector.Length != dimensions)
        {
            throw new ArgumentException($"A vector of {vector.Length} numbers does not belong among those of {dimensions}.", nameof(vector));
        }

        if (Count == _segments.Count * SegmentSize)
        {
            _segments.Add(new Segment(new float[SegmentSize * dimensions], new sbyte[SegmentSize * dimensions], new float[SegmentSize]));
        }

        var (segment, place) = (_segments[Count / SegmentSize], Count % SegmentSize);
        vector.CopyTo(segment.Exact.AsSpan(place * dimensions));
        segment.Largest[place] = Shrink(vector, segment.Bytes.AsSpan(place * dimensions, dimensions));
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
        var question = new sbyte[dimensions];
        Shrink(asked, question);
        var near = new BestPlaces(Math.Max(LeastKept, most * Margin));
        for (var first = 0; first < Count; first += SegmentSize)
        {
            var segment = _segments[first / SegmentSize];
            var here = Math.Min(SegmentSize, Count - first);
            for (var i = 0; i < here; i++)
            {
                if (isWanted?.Invoke(first + i) != false)
                {
                    near.Offer(first + i, Dot(question, segment.Bytes.AsSpan(i * dimensions, dimensions)) * segment.Largest[i]);
                }
            }
        }

        var best = new BestPlaces(most);
        foreach (var (place, _) in near.InOrder().OrderBy(p => p.Place))
        {
            best.Offer(place, TensorPrimitives.Dot(asked, At(place)));
        }

        return best.InOrder();
    }

    /// <summary>In single bytes from -127 to 127, relative to the largest number, which it answers.</summary>
    private static float Shrink(ReadOnlySpan<float> vector, Span<sbyte> bytes)
    {
        var largest = Math.Max(Math.Abs(TensorPrimitives.MaxMagnitude(vector)), float.Epsilon);
        for (var i = 0; i < vector.Length; i++)
        {
            bytes[i] = (sbyte)MathF.Round(vector[i] / largest * Scale);
        }

        return largest;
    }

    /// <summary>
    /// The dot product of bytes of which none is -128. The engine multiplies bytes without a sign by bytes with one, so each sign of the left goes to the right first; two such products
    /// fit into 16 bits, 2 * 127 * 127 being less than they hold.
    /// </summary>
    private static int Dot(ReadOnlySpan<sbyte> left, ReadOnlySpan<sbyte> right)
    {
        ref var a = ref MemoryMarshal.GetReference(left);
        ref var b = ref MemoryMarshal.GetReference(right);
        var (i, total) = (0, 0);
        if (Avx2.IsSupported)
        {
            var (sum, ones) = (Vector256<int>.Zero, Vector256<short>.One);
            for (; i <= left.Length - Vector256<sbyte>.Count; i += Vector256<sbyte>.Count)
            {
                var x = Vector256.LoadUnsafe(ref a, (nuint)i);
                var y = Vector256.LoadUnsafe(ref b, (nuint)i);
                sum += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(Avx2.Abs(x), Avx2.Sign(y, x)), ones);
            }

            total = Vector256.Sum(sum);
        }

        for (; i < left.Length; i++)
        {
            total += Unsafe.Add(ref a, i) * Unsafe.Add(ref b, i);
        }

        return total;
    }

    private sealed record Segment(float[] Exact, sbyte[] Bytes, float[] Largest);
}
