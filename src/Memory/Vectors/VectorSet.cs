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

    private float[] _exact = [];
    private sbyte[] _bytes = [];

    // The largest number of each vector: bytes are relative to it.
    private float[] _largest = [];

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

        if (Count == _largest.Length)
        {
            var room = Math.Max(256, Count + (Count / 2));
            Array.Resize(ref _exact, room * dimensions);
            Array.Resize(ref _bytes, room * dimensions);
            Array.Resize(ref _largest, room);
        }

        vector.CopyTo(_exact.AsSpan(Count * dimensions));
        _largest[Count] = Shrink(vector, _bytes.AsSpan(Count * dimensions, dimensions));
        return Count++;
    }

    /// <summary>The vector at a place.</summary>
    public ReadOnlySpan<float> At(int place) => _exact.AsSpan(place * dimensions, dimensions);

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
                best.Offer(i, TensorPrimitives.Dot(asked, _exact.AsSpan(i * dimensions, dimensions)));
            }
        }

        return best.InOrder();
    }

    private List<(int Place, float Likeness)> SearchCoarse(ReadOnlySpan<float> asked, int most, Func<int, bool>? isWanted)
    {
        Span<sbyte> question = new sbyte[dimensions];
        Shrink(asked, question);
        var near = new BestPlaces(Math.Max(LeastKept, most * Margin));
        for (var i = 0; i < Count; i++)
        {
            if (isWanted?.Invoke(i) != false)
            {
                near.Offer(i, Dot(question, _bytes.AsSpan(i * dimensions, dimensions)) * _largest[i]);
            }
        }

        var best = new BestPlaces(most);
        foreach (var (place, _) in near.InOrder().OrderBy(p => p.Place))
        {
            best.Offer(place, TensorPrimitives.Dot(asked, _exact.AsSpan(place * dimensions, dimensions)));
        }

        return best.InOrder();
    }

    /// <summary>In single bytes, relative to the largest number, which it answers.</summary>
    private static float Shrink(ReadOnlySpan<float> vector, Span<sbyte> bytes)
    {
        var largest = Math.Max(TensorPrimitives.MaxMagnitude(vector) is var m && m < 0 ? -m : m, float.Epsilon);
        for (var i = 0; i < vector.Length; i++)
        {
            bytes[i] = (sbyte)MathF.Round(vector[i] / largest * Scale);
        }

        return largest;
    }

    private static int Dot(ReadOnlySpan<sbyte> left, ReadOnlySpan<sbyte> right)
    {
        ref var a = ref MemoryMarshal.GetReference(left);
        ref var b = ref MemoryMarshal.GetReference(right);
        var (i, total) = (0, 0);
        if (Avx2.IsSupported && left.Length >= Vector128<sbyte>.Count)
        {
            var sum = Vector256<int>.Zero;
            for (; i <= left.Length - Vector128<sbyte>.Count; i += Vector128<sbyte>.Count)
            {
                var x = Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(ref a, (nuint)i));
                var y = Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(ref b, (nuint)i));
                sum += Avx2.MultiplyAddAdjacent(x, y);
            }

            total = Vector256.Sum(sum);
        }

        for (; i < left.Length; i++)
        {
            total += Unsafe.Add(ref a, i) * Unsafe.Add(ref b, i);
        }

        return total;
    }
}
