using FsCheck;
using FsCheck.Fluent;

namespace AiManager.Domain.Tests;

public sealed class EventHashTests
{
    private static readonly byte[] Payload = "{\"a\":1}"u8.ToArray();

    /// <summary>Computed by hand elsewhere, from the description in <see cref="EventHash"/>. If this fails, no journal verifies any more.</summary>
    [Fact]
    public void The_hash_is_the_one_that_is_described() =>
        Assert.Equal(
            "67359dd013f8324e31a43bcc568d42d5b4dd8c79d85e30a90093ad1544a3bf6a",
            Convert.ToHexStringLower(EventHash.Compute("wf_01jh2m0v1xfqt8ym7ebbqqv8nq", 1, "GoalSubmitted", 1, Given.Noon, Actor.Person("petra"), "", EventHash.Genesis.Span, Payload)));

    [Fact]
    public void The_hash_of_long_and_foreign_text_is_the_one_that_is_described() =>
        Assert.Equal(
            "30988ca0f5e048d1ab17562d4d734391ee4658c8590bb9fd04d54b0078e62c18",
            Convert.ToHexStringLower(EventHash.Compute(
                "wf_é😀", int.MaxValue, "X", int.MaxValue, Given.Noon.AddTicks(10), Actor.System, new string('ü', 2000), Enumerable.Repeat((byte)0xAB, 32).ToArray(), [])));

    [Fact]
    public void Shifted_borders_between_fields_change_the_hash() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), ArbMap.Default.ArbFor<NonNull<string>>(), (left, right) =>
        {
            var (a, b) = (left.Get, right.Get);
            return b.Length == 0 || !Of(stream: a, type: b).SequenceEqual(Of(stream: a + b[..1], type: b[1..])) || char.IsSurrogate(b[0]);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Neighbouring_fields_do_not_run_into_one_another()
    {
        Assert.NotEqual(Of(actor: "ab", cause: "c"), Of(actor: "a", cause: "bc"));
        Assert.NotEqual(Of(stream: "s1", seq: 1), Of(stream: "s", seq: 11));
        Assert.NotEqual(Of(type: "T1", version: 2), Of(type: "T", version: 12));
        Assert.NotEqual(Of(type: "a", stream: "b"), Of(type: "b", stream: "a"));
    }

    [Fact]
    public void Every_field_counts()
    {
        var hashes = new[]
        {
            Of(), Of(stream: "x"), Of(seq: 2), Of(type: "x"), Of(version: 2), Of(at: Given.Noon.AddTicks(10)), Of(actor: "x"), Of(cause: "x"),
            Of(prev: Enumerable.Repeat((byte)1, 32).ToArray()), Of(payload: "{\"a\":2}"u8.ToArray()),
        };
        Assert.Equal(hashes.Length, hashes.Select(Convert.ToHexString).Distinct().Count());
    }

    [Fact]
    public void A_stored_event_has_the_hash_of_its_fields_and_of_its_stored_bytes()
    {
        var stored = new StoredEvent(9, "s", 1, "T", 1, Given.Noon, Actor.System, "c", Payload, EventHash.Genesis, default) { Body = "other"u8.ToArray() };
        Assert.Equal(Of(), EventHash.Of(stored));
    }

    [Fact]
    public void A_time_is_written_in_utc_with_six_decimals()
    {
        var at = new DateTimeOffset(2026, 11, 21, 13, 0, 0, TimeSpan.FromHours(1)).AddTicks(1234567);
        Assert.Equal("2026-11-21T12:00:00.123456Z", EventHash.WriteTime(at));
        Assert.Equal("2026-11-21T12:00:00.000000Z", EventHash.WriteTime(Given.Noon));
        Assert.Throws<FormatException>(() => EventHash.ReadTime("2026-11-21T12:00:00Z"));
    }

    [Fact]
    public void A_cut_time_is_read_back_as_it_was() =>
        Prop.ForAll(ArbMap.Default.ArbFor<DateTimeOffset>(), at =>
        {
            var cut = EventHash.Cut(at);
            return EventHash.ReadTime(EventHash.WriteTime(cut)) == cut && cut.Offset == TimeSpan.Zero && (at - cut).Ticks is >= 0 and < 10 && EventHash.WriteTime(at) == EventHash.WriteTime(cut);
        }).QuickCheckThrowOnFailure();

    private static byte[] Of(
        string stream = "s", int seq = 1, string type = "T", int version = 1, DateTimeOffset? at = null, string actor = "system", string cause = "c", byte[]? prev = null, byte[]? payload = null) =>
        EventHash.Compute(stream, seq, type, version, at ?? Given.Noon, new Actor(actor), cause, prev ?? EventHash.Genesis.Span, payload ?? Payload);
}
