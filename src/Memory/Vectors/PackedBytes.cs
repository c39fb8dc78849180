using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace AiManager.Memory;

/// <summary>
/// A vector in single bytes, in steps of a 112th of its largest number, whose halves lie apart: the upper ones alone say roughly what it is, and without rounding where a number is nothing or the
/// largest. Two halves share a byte: of each 128 numbers, the first 64 lie in the lower bits of 64 bytes and the others in the upper bits.
/// </summary>
internal static class PackedBytes
{
    /// <summary>How many steps one in an upper half is worth.</summary>
    public const int Upper = 16;

    /// <summary>What a half has for nothing.</summary>
    public const int Middle = 8;

    private const int Block = 128;
    private const int Bytes = Block / 2;
    private const int Zero = (Middle * Upper) + Middle;
    private const int Largest = 7 * Upper;

    /// <summary>How many bytes the halves of so many numbers take.</summary>
    public static int Length(int dimensions) => (dimensions + Block - 1) / Block * Bytes;

    /// <summary>How many numbers so many bytes hold, with what is there to fill the last ones.</summary>
    public static int Places(int dimensions) => Length(dimensions) * 2;

    /// <summary>Packs the halves, and answers what was lost with that.</summary>
    public static PackedRounding Pack(ReadOnlySpan<float> vector, Span<byte> upper, Span<byte> lower)
    {
        upper.Clear();
        lower.Clear();
        var step = Math.Max(Math.Abs(TensorPrimitives.MaxMagnitude(vector)), float.Epsilon * Largest) / Largest;
        var (rough, fine) = (0f, 0f);
        for (var i = 0; i < vector.Length; i++)
        {
            var whole = (int)MathF.Round(vector[i] / step) + Zero;
            var (place, shift) = ((i / Block * Bytes) + (i % Bytes), i % Block < Bytes ? 0 : 4);
            upper[place] |= (byte)((whole >> 4) << shift);
            lower[place] |= (byte)((whole & 15) << shift);
            var (offRoughly, off) = (vector[i] - (((whole >> 4) - Middle) * Upper * step), vector[i] - ((whole - Zero) * step));
            rough += offRoughly * offRoughly;
            fine += off * off;
        }

        return new PackedRounding(step, MathF.Sqrt(rough), MathF.Sqrt(fine));
    }

    /// <summary>
    /// The sum of products of halves with the numbers of a question, of which there are as many as the bytes have places. The engine multiplies bytes without a sign by bytes with one, and adds
    /// four such products in 16 bits, 4 * 15 * 127 being less than they hold.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Dot(ReadOnlySpan<byte> halves, ReadOnlySpan<sbyte> question) =>
        Avx512BW.IsSupported ? Dot512(halves, question) : Avx2.IsSupported ? Dot256(halves, question) : DotOneByOne(halves, question);

    /// <summary><see cref="Dot"/> where <see cref="Avx512BW"/> is there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Dot512(ReadOnlySpan<byte> halves, ReadOnlySpan<sbyte> question)
    {
        ref var a = ref MemoryMarshal.GetReference(halves);
        ref var b = ref MemoryMarshal.GetReference(question);
        var (sum, ones, mask) = (Vector512<int>.Zero, Vector512<short>.One, Vector512.Create((byte)15));
        for (var i = 0; i < halves.Length; i += Bytes)
        {
            var both = Vector512.LoadUnsafe(ref a, (nuint)i);
            var first = Avx512BW.MultiplyAddAdjacent(both & mask, Vector512.LoadUnsafe(ref b, (nuint)(2 * i)));
            var other = Avx512BW.MultiplyAddAdjacent((both.AsUInt16() >> 4).AsByte() & mask, Vector512.LoadUnsafe(ref b, (nuint)((2 * i) + Bytes)));
            sum += Avx512BW.MultiplyAddAdjacent(first + other, ones);
        }

        return Vector512.Sum(sum);
    }

    /// <summary><see cref="Dot"/> where <see cref="Avx2"/> is there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Dot256(ReadOnlySpan<byte> halves, ReadOnlySpan<sbyte> question)
    {
        ref var a = ref MemoryMarshal.GetReference(halves);
        ref var b = ref MemoryMarshal.GetReference(question);
        var (sum, ones, mask) = (Vector256<int>.Zero, Vector256<short>.One, Vector256.Create((byte)15));
        for (var i = 0; i < halves.Length; i += Vector256<byte>.Count)
        {
            var both = Vector256.LoadUnsafe(ref a, (nuint)i);
            var place = (nuint)((i / Bytes * Block) + (i % Bytes));
            var first = Avx2.MultiplyAddAdjacent(both & mask, Vector256.LoadUnsafe(ref b, place));
            var other = Avx2.MultiplyAddAdjacent((both.AsUInt16() >> 4).AsByte() & mask, Vector256.LoadUnsafe(ref b, place + Bytes));
            sum += Avx2.MultiplyAddAdjacent(first + other, ones);
        }

        return Vector256.Sum(sum);
    }

    /// <summary><see cref="Dot"/> on any machine.</summary>
    internal static int DotOneByOne(ReadOnlySpan<byte> halves, ReadOnlySpan<sbyte> question)
    {
        var total = 0;
        for (var i = 0; i < halves.Length; i++)
        {
            var place = (i / Bytes * Block) + (i % Bytes);
            total += ((halves[i] & 15) * question[place]) + ((halves[i] >> 4) * question[place + Bytes]);
        }

        return total;
    }
}
