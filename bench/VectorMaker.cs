using System.Numerics.Tensors;

namespace AiManager.Bench;

/// <summary>Vectors of length 1: anywhere, or around centres as those of texts about a few things are.</summary>
internal sealed class VectorMaker
{
    private const int Clusters = 1_000;
    private const float Spread = 0.5f;

    private readonly Random _chance = new(11);
    private readonly float[][] _centres;
    private readonly int _dimensions;

    public VectorMaker(int dimensions, bool isClustered)
    {
        (_dimensions, _centres) = (dimensions, []);
        _centres = isClustered ? [.. Enumerable.Range(0, Clusters).Select(_ => Next(new float[dimensions]))] : [];
    }

    public float[] Next(float[] vector)
    {
        for (var i = 0; i < _dimensions; i++)
        {
            vector[i] = (_chance.NextSingle() * 2) - 1;
        }

        if (_centres.Length > 0)
        {
            // As far from its centre, in all, as that is from nothing times the spread.
            TensorPrimitives.Multiply(vector, Spread / TensorPrimitives.Norm<float>(vector), vector);
            TensorPrimitives.Add(vector, _centres[_chance.Next(_centres.Length)], vector);
        }

        TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
        return vector;
    }
}
