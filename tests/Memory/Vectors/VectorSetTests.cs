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

    [Fact]
    public void The_coarse_look_is_right_at_the_edges_of_bytes_and_segments_and_for_clusters()
    {
        // 40 numbers: one round of 32 bytes and 8 that are left. The first are as large as bytes can say, and of both signs.
        const int Dimensions = 40;
        var (chance, set) = (new Random(6), new VectorSet(Dimensions));
        var centres = Enumerable.Range(0, 20).Select(_ => Some(chance, Dimensions)).ToArray();
        for (var i = 0; i < VectorSet.Coarse + 500; i++)
        {
            set.Add(i switch
            {
                1_023 => Even(1),
                1_024 => Even(-1),
                _ => Near(centres[i % centres.Length]),
            });
        }

        Assert.Equal((1_023, 1f), Rounded(set.Search(Even(1), 1)[0]));
        Assert.Equal((1_024, 1f), Rounded(set.Search(Even(-1), 1)[0]));
        Assert.Equal(Even(-1), set.At(1_024).ToArray());
        var (found, wanted) = (0, 0);
        foreach (var centre in centres)
        {
            var asked = Near(centre);
            var exact = set.SearchExact(asked, 10).Select(f => f.Place).ToList();
            found += set.Search(asked, 10).Select(f => f.Place).Intersect(exact).Count();
            wanted += exact.Count;
        }

        Assert.True(found >= wanted * 0.99, $"{found} of {wanted}");

        static float[] Even(int sign) => [.. Enumerable.Range(0, Dimensions).Select(i => (i % 2 == 0 ? sign : -sign) / MathF.Sqrt(Dimensions))];

        static (int, float) Rounded((int Place, float Likeness) found) => (found.Place, MathF.Round(found.Likeness, 4));

        float[] Near(float[] centre)
        {
            var vector = Some(chance, Dimensions);
            TensorPrimitives.MultiplyAdd(vector, 0.5f, centre, vector);
            TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
            return vector;
        }
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
