using System.Numerics.Tensors;

namespace AiManager.Memory.Tests;

public sealed class VectorSetTests
{
    [Fact]
    public void The_likest_come_first_and_of_equals_the_earlier()
    {
        var set = new VectorSet(4);
        foreach (var vector in new float[][] { [0, 1, 0, 0], [1, 0, 0, 0], [0.6f, 0.8f, 0, 0], [1, 0, 0, 0] })
        {
            set.Add(vector);
        }

        Assert.Equal([1, 3, 2], set.Search([1, 0, 0, 0], 3).Select(f => f.Place));
        Assert.Equal([3, 2], set.Search([1, 0, 0, 0], 2, i => i != 1).Select(f => f.Place));
    }

    [Fact]
    public void A_vector_of_another_length_does_not_belong_there() => Assert.Throws<ArgumentException>(() => new VectorSet(4).Add([1, 0, 0]));

    [Fact]
    public void The_coarse_look_finds_what_comparing_in_full_finds()
    {
        const int Dimensions = 96;
        var chance = new Random(5);
        var set = new VectorSet(Dimensions);
        for (var i = 0; i < VectorSet.Coarse; i++)
        {
            set.Add(Some(chance, Dimensions));
        }

        var (found, wanted) = (0, 0);
        for (var i = 0; i < 20; i++)
        {
            var asked = Some(chance, Dimensions);
            var exact = set.SearchExact(asked, 10).Select(f => f.Place).ToList();
            found += set.Search(asked, 10).Select(f => f.Place).Intersect(exact).Count();
            wanted += exact.Count;
        }

        Assert.True(found >= wanted * 0.99, $"{found} of {wanted}");
    }

    private static float[] Some(Random chance, int dimensions)
    {
        var vector = new float[dimensions];
        for (var i = 0; i < dimensions; i++)
        {
            vector[i] = (chance.NextSingle() * 2) - 1;
        }

        TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
        return vector;
    }
}
