using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AiManager.Domain.Tests;

public sealed class EventCodecTests
{
    public static TheoryData<int> Samples => [.. Enumerable.Range(0, All.Length)];

    private static ImmutableArray<WorkflowEvent> All { get; } = [.. EventSamples.Full, .. EventSamples.Bare, .. EventSamples.Later];

    private static IEnumerable<WorkflowEvent> Golden => EventSamples.Full.Concat(EventSamples.Bare);

    [Fact]
    public void Every_event_has_a_stored_name_and_a_sample()
    {
        var events = typeof(WorkflowEvent).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(WorkflowEvent)) && !t.IsAbstract).ToList();
        Assert.Equal(events.Select(t => t.Name).Order(), EventTypes.All.Select(e => e.Name).Order());
        Assert.Equal(EventTypes.All.Select(e => e.Name).Order(), All.Select(e => e.GetType().Name).Distinct().Order());
        Assert.All(EventTypes.All, e => Assert.True(e.Version >= 1));
    }

    [Fact]
    public void The_samples_together_leave_no_field_out() =>
        Assert.All(All.GroupBy(e => e.GetType()), samples =>
        {
            var written = samples.Select(s => JsonNode.Parse(Text(s))!.AsObject()).ToList();
            Assert.All(samples.Key.GetConstructors().MaxBy(c => c.GetParameters().Length)!.GetParameters(), parameter =>
                Assert.Contains(written, w => w[JsonNamingPolicy.CamelCase.ConvertName(parameter.Name!)] is not null));
        });

    [Theory, MemberData(nameof(Samples))]
    public void An_event_comes_back_byte_for_byte(int sample)
    {
        var written = EventCodec.Encode(All[sample], Given.Noon, Actor.System, "wf_x/3");
        var read = EventCodec.Decode(Store(written));
        Assert.Equal(All[sample].GetType(), read.Event.GetType());
        Assert.Equal(written.Body.ToArray(), EventCodec.Encode(read.Event, Given.Noon, Actor.System, "wf_x/3").Body.ToArray());
        Assert.Equal((9L, 4, Given.Noon, Actor.System), (read.Position, read.Seq, read.At, read.Actor));
        Assert.Equal((All[sample].GetType().Name, "wf_x/3"), (written.Type, written.Cause));
    }

    [Theory, MemberData(nameof(Samples))]
    public void Words_in_stored_json_are_camel_case_and_name_no_type(int sample)
    {
        var written = Text(All[sample]);
        Assert.DoesNotContain("AiManager", written, StringComparison.Ordinal);
        Assert.DoesNotContain("$type", written, StringComparison.Ordinal);
        foreach (var word in (string[])["\"Replied\"", "\"NoScript\"", "\"High\"", "\"Low\"", "\"Medium\"", "\"Unavailable\""])
        {
            Assert.DoesNotContain(word, written, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Times_are_cut_to_what_every_store_keeps() =>
        Assert.Equal(Given.Noon, EventCodec.Encode(new WorkflowResumed(), Given.Noon.AddTicks(9).ToOffset(TimeSpan.FromHours(2)), Actor.System, "").At);

    [Theory]
    [InlineData("SomethingNew", 1)]
    [InlineData("goalSubmitted", 1)]
    [InlineData("", 1)]
    [InlineData("GoalSubmitted", 2)]
    [InlineData("GoalSubmitted", 0)]
    [InlineData("GoalSubmitted", -1)]
    public void What_a_newer_program_wrote_is_not_guessed_at(string type, int version)
    {
        var stored = Store(EventCodec.Encode(EventSamples.Full[0], Given.Noon, Actor.System, "")) with { Type = type, SchemaVersion = version };
        var unknown = Assert.Throws<UnknownEventException>(() => EventCodec.Decode(stored));
        Assert.Equal(("wf_x", 4), (unknown.Stream, unknown.Seq));
        Assert.Contains(type, unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_field_that_a_later_build_added_is_passed_over() =>
        Assert.Equal("done", ((GoalCompleted)Decode("GoalCompleted", """{"summary":"done","more":[1]}""")).Summary);

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"summary\":null}")]
    [InlineData("{\"summary\":1}")]
    [InlineData("{")]
    public void A_payload_that_is_not_the_event_is_an_error(string payload) => Assert.ThrowsAny<JsonException>(() => Decode("GoalCompleted", payload));

    /// <summary>
    /// Every build must read this file as it is; it is never written again. What comes later (a field, an event, a version) gets a sample in
    /// <see cref="EventSamples.Later"/>.
    /// </summary>
    [Fact]
    public void The_golden_journal_is_still_read_and_would_be_written_the_same()
    {
        var journal = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "journals", "all-events.v1.json"));
        Assert.Equal(GoldenJournal(), journal);

        var previous = EventHash.Genesis;
        foreach (var entry in JsonNode.Parse(journal)!.AsArray())
        {
            var payload = Encoding.UTF8.GetBytes(entry!["payload"]!.GetValue<string>());
            var stored = new StoredEvent(
                1, entry["stream"]!.GetValue<string>(), entry["seq"]!.GetValue<int>(), entry["type"]!.GetValue<string>(), entry["schemaVersion"]!.GetValue<int>(),
                EventHash.ReadTime(entry["at"]!.GetValue<string>()), new Actor(entry["actor"]!.GetValue<string>()), entry["cause"]!.GetValue<string>(), payload, previous,
                Convert.FromHexString(entry["hash"]!.GetValue<string>()));
            Assert.Equal(stored.Hash.ToArray(), EventHash.Of(stored));
            Assert.Equal(Encoding.UTF8.GetString(payload), Text(EventCodec.Decode(stored).Event));
            previous = stored.Hash;
        }
    }

    private static string GoldenJournal()
    {
        var entries = new JsonArray();
        var previous = EventHash.Genesis;
        foreach (var (fact, index) in Golden.Select((fact, index) => (fact, index)))
        {
            var written = EventCodec.Encode(fact, Given.Noon.AddSeconds(index), Actor.Person("petra"), index == 0 ? "" : $"wf_x/{index}");
            var hash = EventHash.Compute("wf_x", index + 1, written.Type, written.SchemaVersion, written.At, written.Actor, written.Cause, previous.Span, written.Body.Span);
            entries.Add(new JsonObject
            {
                ["stream"] = "wf_x",
                ["seq"] = index + 1,
                ["type"] = written.Type,
                ["schemaVersion"] = written.SchemaVersion,
                ["at"] = EventHash.WriteTime(written.At),
                ["actor"] = written.Actor.Value,
                ["cause"] = written.Cause,
                ["payload"] = Encoding.UTF8.GetString(written.Body.Span),
                ["hash"] = Convert.ToHexStringLower(hash),
            });
            previous = hash;
        }

        return entries.ToJsonString(new JsonSerializerOptions { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n";
    }

    internal static WorkflowEvent ThereAndBack(WorkflowEvent fact) => EventCodec.Decode(Store(EventCodec.Encode(fact, Given.Noon, Actor.System, ""))).Event;

    internal static string Text(WorkflowEvent fact) => Encoding.UTF8.GetString(EventCodec.Encode(fact, Given.Noon, Actor.System, "").Body.Span);

    private static WorkflowEvent Decode(string type, string payload) =>
        EventCodec.Decode(new StoredEvent(1, "wf_x", 1, type, 1, Given.Noon, Actor.System, "", Encoding.UTF8.GetBytes(payload), default, default)).Event;

    private static StoredEvent Store(NewEvent written) =>
        new(9, "wf_x", 4, written.Type, written.SchemaVersion, written.At, written.Actor, written.Cause, written.Body, EventHash.Genesis, default);
}
