using System.Numerics.Tensors;

namespace AiManager.Memory;

/// <summary>A question to vectors that are packed in halves of bytes.</summary>
internal sealed class PackedQuestion
{
    // Each number is off by chance, by up to half a step. Times numbers whose squares add up to 1, that adds up to what one of them is off by as a rule; six times as much is not met in a
    // thousand million.
    private static readonly float Doubt = 6 / MathF.Sqrt(12);

    private readonly sbyte[] _numbers;
    private readonly float _step;
    private readonly int _middle;

    /// <param name="asked">Of length 1.</param>
    public PackedQuestion(ReadOnlySpan<float> asked)
    {
        _numbers = new sbyte[PackedBytes.Places(asked.Length)];
        _step = Math.Max(Math.Abs(TensorPrimitives.MaxMagnitude(asked)), float.Epsilon * sbyte.MaxValue) / sbyte.MaxValue;
        for (var i = 0; i < asked.Length; i++)
        {
            _numbers[i] = (sbyte)MathF.Round(asked[i] / _step);
            _middle += _numbers[i] * PackedBytes.Middle;
        }
    }

    /// <summary>How far the upper halves alone may be off, of a vector of length 1 with such steps: by its rounding and by the question's own.</summary>
    public float RoughDoubt(float step) => Doubt * ((PackedBytes.Upper * step) + _step);

    /// <summary>The same with the lower halves.</summary>
    public float FineDoubt(float step) => Doubt * (step + _step);

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
