using System.Numerics.Tensors;

namespace AiManager.Memory;

/// <summary>A question to vectors that are packed in halves of bytes.</summary>
internal sealed class PackedQuestion
{
    private readonly sbyte[] _numbers;
    private readonly float _step;
    private readonly int _middle;
    private readonly float _off;
    private readonly float _slack;

    /// <param name="asked">Of length 1.</param>
    public PackedQuestion(ReadOnlySpan<float> asked)
    {
        _numbers = new sbyte[PackedBytes.Places(asked.Length)];
        _step = Math.Max(Math.Abs(TensorPrimitives.MaxMagnitude(asked)), float.Epsilon * sbyte.MaxValue) / sbyte.MaxValue;
        for (var i = 0; i < asked.Length; i++)
        {
            _numbers[i] = (sbyte)MathF.Round(asked[i] / _step);
            _middle += _numbers[i] * PackedBytes.Middle;
            var off = asked[i] - (_numbers[i] * _step);
            _off += off * off;
        }

        // Whatever adds up numbers of four bytes may be off by a bit of the last for each of them.
        (_off, _slack) = (MathF.Sqrt(_off), (asked.Length + 4) * 2.4e-7f);
    }

    /// <summary>
    /// How far what is seen of a vector of length 1 can be off at most: two products, of the question with what rounding took from the vector, and of what it took from the question with what is left of
    /// the vector, neither of which can be more than its lengths multiplied.
    /// </summary>
    /// <param name="off">The length of what rounding took from the vector.</param>
    public float Doubt(float off) => off + (_off * (1 + off)) + _slack;

    /// <summary>How like vectors are by the upper halves alone.</summary>
    /// <param name="upper">Those of each, one after the other.</param>
    /// <param name="steps">What a step of each is worth.</param>
    /// <param name="likeness">Where it is written.</param>
    public void Look(ReadOnlySpan<byte> upper, ReadOnlySpan<float> steps, Span<float> likeness)
    {
        var (bytes, worth) = (_numbers.Length / 2, PackedBytes.Upper * _step);
        for (var i = 0; i < steps.Length; i++)
        {
            likeness[i] = (PackedBytes.Dot(upper.Slice(i * bytes, bytes), _numbers) - _middle) * worth * steps[i];
        }
    }

    /// <summary>What the lower halves of one with such steps add to that.</summary>
    public float Rest(ReadOnlySpan<byte> lower, float step) => (PackedBytes.Dot(lower, _numbers) - _middle) * _step * step;
}
