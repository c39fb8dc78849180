using System.Numerics.Tensors;
using System.Runtime.Intrinsics.X86;

namespace AiManager.Memory.Tests;

public sealed class VectorSetTests
{
    /// <summary>Around what the registers of machines hold at once.</summary>
    public static TheoryData<int> Dimensions => [1, 63, 65, 128, 129, 384];

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

    [Theory]
    [InlineData("anywhere")]
    [InlineData("around centres")]
    [InlineData("mostly nothing")]
    [InlineData("one number far larger than the others")]
    [InlineData("few values")]
    [InlineData("nearly all the same")]
    public void The_coarse_look_finds_what_comparing_in_full_finds(string shape)
    {
        const int Dimensions = 96;
        var chance = new Random(5);
        var centres = Enumerable.Range(0, 50).Select(_ => Some(chance, Dimensions)).ToArray();
        var set = new VectorSet(Dimensions);
        for (var i = 0; i < VectorSet.Coarse; i++)
        {
            set.Add(Next());
        }

        for (var i = 0; i < 20; i++)
        {
            var asked = Next();
            Assert.Equal(set.SearchExact(asked, 10), set.Search(asked, 10));
        }

        float[] Next()
        {
            var vector = Some(chance, Dimensions);
            switch (shape)
            {
                case "around centres":
                    TensorPrimitives.MultiplyAdd(vector, 0.5f, centres[chance.Next(centres.Length)], vector);
                    break;
                case "mostly nothing":
                    for (var i = 0; i < Dimensions; i++)
                    {
                        vector[i] = chance.Next(12) == 0 ? vector[i] : 0;
                    }

                    vector[0] = 0.01f;
                    break;
                case "one number far larger than the others":
                    vector[7] = 3;
                    break;
                case "few values":
                    for (var i = 0; i < Dimensions; i++)
                    {
                        vector[i] = chance.Next(4) switch { 0 => -3, 1 => 14, _ => 1 };
                    }

                    break;
                case "nearly all the same":
                    TensorPrimitives.MultiplyAdd(vector, 0.02f, centres[0], vector);
                    break;
            }

            TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
            return vector;
        }
    }

    [Fact]
    public void Of_many_those_alone_are_found_that_may_be_and_of_equals_the_earlier()
    {
        var set = new VectorSet(4);
        for (var i = 0; i < VectorSet.Coarse; i++)
        {
            set.Add(i % 2 == 0 ? [1, 0, 0, 0] : [0, 1, 0, 0]);
        }

        Assert.Equal([0, 2, 4], set.Search([1, 0, 0, 0], 3).Select(f => f.Place));
        Assert.Equal([1_026, 1_028], set.Search([1, 0, 0, 0], 2, i => i > 1_024).Select(f => f.Place));
        Assert.Equal([7, 5_001], set.Search([1, 0, 0, 0], 5, i => i is 7 or 5_001).Select(f => f.Place));
        Assert.Empty(set.Search([1, 0, 0, 0], 5, _ => false));
    }

    [Theory]
    [MemberData(nameof(Dimensions))]
    public void Both_halves_of_its_bytes_say_what_a_vector_is_like_up_to_what_is_told_and_the_upper_ones_less_so(int dimensions)
    {
        var chance = new Random(dimensions);
        var (upper, lower) = (new byte[PackedBytes.Length(dimensions)], new byte[PackedBytes.Length(dimensions)]);
        for (var i = 0; i < 200; i++)
        {
            var (vector, asked) = (Some(chance, dimensions), Some(chance, dimensions));
            var question = new PackedQuestion(asked);
            var rounding = PackedBytes.Pack(vector, upper, lower);
            var (likeness, rough) = (TensorPrimitives.Dot<float>(vector, asked), Look(question, rounding.Step));
            Assert.InRange(rough - likeness, -question.Doubt(rounding.Rough), question.Doubt(rounding.Rough));
            Assert.InRange(rough + question.Rest(lower, rounding.Step) - likeness, -question.Doubt(rounding.Fine), question.Doubt(rounding.Fine));
            Assert.True(dimensions == 1 || rounding.Fine * 4 < rounding.Rough);
        }

        var nothing = PackedBytes.Pack(new float[dimensions], upper, lower);
        Assert.Equal(0, Look(new PackedQuestion(Some(chance, dimensions)), nothing.Step));

        float Look(PackedQuestion question, float step)
        {
            var seen = new float[1];
            question.Look(upper, [step], seen);
            return seen[0];
        }
    }

    [Theory]
    [MemberData(nameof(Dimensions))]
    public void Whatever_a_machine_multiplies_with_says_the_same(int dimensions)
    {
        var chance = new Random(dimensions);
        var (halves, question) = (new byte[PackedBytes.Length(dimensions)], new sbyte[PackedBytes.Places(dimensions)]);
        for (var i = 0; i < 100; i++)
        {
            // The last time all are as large as they can be.
            chance.NextBytes(halves);
            for (var place = 0; place < dimensions; place++)
            {
                question[place] = (sbyte)(i == 99 ? 127 : chance.Next(-127, 128));
            }

            if (i == 99)
            {
                Array.Fill(halves, byte.MaxValue);
                Assert.Equal(15 * 127 * dimensions, PackedBytes.DotOneByOne(halves, question));
            }

            var wanted = PackedBytes.DotOneByOne(halves, question);
            Assert.Equal(wanted, PackedBytes.Dot(halves, question));
            Assert.Equal(wanted, Avx2.IsSupported ? PackedBytes.Dot256(halves, question) : wanted);
            Assert.Equal(wanted, Avx512BW.IsSupported ? PackedBytes.Dot512(halves, question) : wanted);
        }
    }

    [Fact]
    public void Where_rounding_takes_as_much_from_many_numbers_the_likest_is_still_found()
    {
        // The likest has one large number, and 40 equal ones that all lose the same; of ten others, as many numbers are the question's but for four.
        const int Dimensions = 96;
        var set = new VectorSet(Dimensions);
        set.Add(Of(i => i == 95 ? 3 : i < 40 ? 1 : 0));
        for (var other = 0; other < 10; other++)
        {
            set.Add(Of(i => i is >= 4 and < 40 || (i >= 40 + other && i < 44 + other) ? 1 : 0));
        }

        while (set.Count < VectorSet.Coarse)
        {
            set.Add(Of(i => i == 50 + (set.Count % 40) ? 1 : 0));
        }

        var asked = Of(i => i < 40 ? 1 : 0);
        var wanted = set.SearchExact(asked, 10);
        Assert.Equal((0, 0.9035f), (wanted[0].Place, MathF.Round(wanted[0].Likeness, 4)));
        Assert.Equal(wanted, set.Search(asked, 10));

        static float[] Of(Func<int, float> number)
        {
            float[] vector = [.. Enumerable.Range(0, Dimensions).Select(number)];
            TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
            return vector;
        }
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
        foreach (var centre in centres)
        {
            var asked = Near(centre);
            Assert.Equal(set.SearchExact(asked, 10), set.Search(asked, 10));
        }

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
