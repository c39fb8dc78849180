using AiManager.Contracts;

namespace AiManager.Memory.Tests;

[NeedsNpm, Collection(PgvectorServer.Turns)]
public sealed class PgvectorPlaceTests : VectorPlaceContract
{
    private readonly string _tenant = PgvectorServer.NewTenant();

    [Fact]
    public async Task Tenants_see_nothing_of_each_other_and_clearing_takes_out_all_spaces_of_one()
    {
        await using var acme = Other(_tenant);
        await using var before = Other(_tenant, "before/3");
        await using var globex = Other(PgvectorServer.NewTenant());
        await acme.PutAsync([At("a", 1, [1, 0, 0, 0])], CancellationToken.None);
        await before.PutAsync([At("a", 1, [1, 0, 0])], CancellationToken.None);
        await globex.PutAsync([At("a", 5, [1, 0, 0, 0]), At("b", 6, [1, 0, 0, 0])], CancellationToken.None);
        Assert.Equal([1L], (await acme.NearestAsync([1, 0, 0, 0], 10, VectorFilter.None, CancellationToken.None)).Select(f => f.Seq));
        await acme.ClearAsync(CancellationToken.None);
        Assert.Equal((0L, 0L, 2L), (await acme.CountAsync(CancellationToken.None), await before.CountAsync(CancellationToken.None), await globex.CountAsync(CancellationToken.None)));
        Assert.Empty(await before.NearestAsync([1, 0, 0], 10, VectorFilter.None, CancellationToken.None));
        await before.PutAsync([At("b", 2, [1, 0, 0])], CancellationToken.None);
        Assert.Equal(1, await before.CountAsync(CancellationToken.None));
    }

    [Fact]
    public async Task More_numbers_than_an_index_takes_whole_are_looked_up_as_halves_and_compared_as_they_are()
    {
        await using var place = Other(_tenant, "long/2500");
        await place.PutAsync([.. Enumerable.Range(0, 40).Select(i => At($"v{i}", i + 1, Long(i)))], CancellationToken.None);
        await PgvectorServer.RunAsync("set enable_seqscan = off");
        var found = await place.NearestAsync(Long(7), 3, VectorFilter.None, CancellationToken.None);
        var plan = await ExplainAsync("long/2500", 2_500, PgvectorIndex.Halves);
        await PgvectorServer.RunAsync("set enable_seqscan = on");
        Assert.Equal("v7", found[0].Id);
        Assert.Equal(1, found[0].Likeness, 1e-6f);
        Assert.Equal(3, found.Count);
        Assert.Contains(plan, l => l.Contains("Index Scan using", StringComparison.Ordinal) && l.Contains("_near", StringComparison.Ordinal));
        await Assert.ThrowsAsync<VectorPlaceException>(() => place.NearestAsync([1, 0, 0], 3, VectorFilter.None, CancellationToken.None));

        static float[] Long(int at)
        {
            var vector = new float[2_500];
            (vector[at], vector[at + 1]) = (0.8f, 0.6f);
            return vector;
        }
    }

    [Fact]
    public async Task The_graph_finds_what_comparing_all_finds_also_where_a_filter_leaves_out_almost_all_of_it()
    {
        var chance = new Random(11);
        var many = Enumerable.Range(0, 1_500).Select(i => new PlacedVector($"v{i}", i + 1, i % 300 == 0 ? "decision" : "task", "wf_1", Unit(i % 300 == 0 ? -1 : 1))).ToList();
        await using var place = Other(_tenant, "many/8");
        await place.PutAsync(many, CancellationToken.None);
        await PgvectorServer.RunAsync("set enable_seqscan = off");
        try
        {
            Assert.Contains(await ExplainAsync("many/8", 8, PgvectorIndex.Whole), l => l.Contains("Index Scan using", StringComparison.Ordinal) && l.Contains("_near", StringComparison.Ordinal));
            var (found, wanted) = (0, 0);
            for (var i = 0; i < 20; i++)
            {
                var asked = Unit(1);
                var near = (await place.NearestAsync(asked, 10, VectorFilter.None, CancellationToken.None)).Select(f => f.Id).ToHashSet();
                var all = many.OrderByDescending(v => System.Numerics.Tensors.TensorPrimitives.Dot(v.Vector.Span, asked)).Take(10).Select(v => v.Id).ToList();
                (found, wanted) = (found + all.Count(near.Contains), wanted + all.Count);
            }

            Assert.InRange(found / (double)wanted, 0.97, 1);
            var few = await place.NearestAsync(Unit(1), 5, new VectorFilter(["decision"], "wf_2"), CancellationToken.None);
            Assert.Equal(["v0", "v1200", "v300", "v600", "v900"], few.Select(f => f.Id).Order(StringComparer.Ordinal));
            Assert.Equal(few.OrderByDescending(f => f.Likeness).Select(f => f.Id), few.Select(f => f.Id));
        }
        finally
        {
            await PgvectorServer.RunAsync("set enable_seqscan = on");
        }

        float[] Unit(int side)
        {
            var vector = Enumerable.Range(0, 8).Select(n => n == 0 ? side : (chance.NextSingle() - 0.5f) / 4).ToArray();
            var length = MathF.Sqrt(vector.Sum(v => v * v));
            return [.. vector.Select(v => v / length)];
        }
    }

    [Fact]
    public async Task Another_host_that_made_the_table_first_with_other_vectors_keeps_it()
    {
        await using var mine = Other(_tenant);
        await using var theirs = Other(_tenant);
        await mine.PutAsync([At("a", 1, [1, 0, 0, 0])], CancellationToken.None);
        var refused = await Assert.ThrowsAsync<VectorPlaceException>(() => theirs.PutAsync([At("b", 2, [1, 0])], CancellationToken.None));
        Assert.Contains("vectors of 2 numbers do not fit", refused.Message, StringComparison.Ordinal);
        await mine.ClearAsync(CancellationToken.None);
        await theirs.PutAsync([At("b", 2, [1, 0, 0, 0])], CancellationToken.None);
        Assert.Equal(["b"], (await mine.NearestAsync([1, 0, 0, 0], 10, VectorFilter.None, CancellationToken.None)).Select(f => f.Id));
    }

    [Fact]
    public async Task One_that_stops_answering_in_the_middle_is_waited_for_no_longer_than_it_is_said()
    {
        await using var wire = LooseWire.To(PgvectorServer.Port);
        await using var place = new PgvectorPlace(PgvectorServer.Home(_tenant, wire.Port, seconds: 3), PgvectorServer.ConnectionAt(wire.Port), "contract/4");
        await using var patient = Other(_tenant);
        await patient.PutAsync([At("a", 1, [1, 0, 0, 0])], CancellationToken.None); // a table and its index may take that long by themselves
        Assert.Equal(1, await place.CountAsync(CancellationToken.None));
        var held = new TaskCompletionSource();
        wire.Holds = held.Task;
        var slow = await Assert.ThrowsAsync<VectorPlaceException>(() => place.CountAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.EndsWith("has not answered within 3 s.", slow.Message, StringComparison.Ordinal);
        using var gone = new CancellationTokenSource();
        var given = place.CountAsync(gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given.WaitAsync(TimeSpan.FromSeconds(60)));
        held.SetResult();
    }

    [Fact]
    public async Task What_nobody_waits_for_any_more_is_not_begun_when_the_other_side_wakes()
    {
        // One connection, so that whoever asks next does so behind what was under way.
        await using var wire = LooseWire.To(PgvectorServer.Port);
        await using var place = new PgvectorPlace(PgvectorServer.Home(_tenant, wire.Port, seconds: 3), PgvectorServer.ConnectionAt(wire.Port) + ";Maximum Pool Size=1", "late/4");
        Assert.Equal(0, await place.CountAsync(CancellationToken.None));
        var held = new TaskCompletionSource();
        wire.Holds = held.Task;
        await Assert.ThrowsAsync<VectorPlaceException>(() => place.PutAsync([At("a", 1, [1, 0, 0, 0])], CancellationToken.None));
        held.SetResult();
        Assert.Equal(0, await place.CountAsync(CancellationToken.None));
        await using var other = Other(_tenant, "late/4");
        Assert.Equal(0, await other.CountAsync(CancellationToken.None));
    }

    private protected override Task<IVectorPlace> OpenAsync(string space) => Task.FromResult<IVectorPlace>(Other(_tenant, space));

    private static PgvectorPlace Other(string tenant, string space = "contract/4") => new(PgvectorServer.Home(tenant), PgvectorServer.ConnectionAt(PgvectorServer.Port), space);

    private Task<IReadOnlyList<string>> ExplainAsync(string space, int dimensions, PgvectorIndex index) => PgvectorServer.RunAsync(
        "explain " + new PgvectorSql(PgvectorSql.TableOf(_tenant, space)).Nearest(dimensions, index),
        ("asked", new float[dimensions]), ("most", 5), ("kinds", Array.Empty<string>()), ("except", string.Empty));
}
