using FsCheck;
using FsCheck.Fluent;

namespace AiManager.Domain.Tests;

public sealed class PrefixedIdTests
{
    private static readonly Random Chance = new(7);

    [Fact]
    public void What_is_written_is_read_back() =>
        Prop.ForAll(ArbMap.Default.ArbFor<Guid>(), bits =>
        {
            var id = WorkflowId.Of(bits);
            var text = PrefixedId.Write(id);
            return text.Length == 29 && PrefixedId.Read<WorkflowId>(text) == id && PrefixedId.Read<WorkflowId>("wf_" + text[3..].ToUpperInvariant()) == id;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_written_form_is_fixed() =>
        Assert.Equal("wf_01jh2m0v1xfqt8ym7ebbqqv8nq", PrefixedId.Write(WorkflowId.Of(Guid.Parse("01944540-6c3d-7df4-8f50-ee5aef7da2b7"))));

    [Fact]
    public void A_new_id_carries_its_time_and_version()
    {
        var id = PrefixedId.New<TaskId>(Given.Noon, Chance);
        Assert.Equal(7, id.Value.Version);
        Assert.Equal(Given.Noon.ToUnixTimeMilliseconds(), Convert.ToInt64(id.Value.ToString("N")[..12], 16));
        Assert.NotEqual(id, PrefixedId.New<TaskId>(Given.Noon, Chance));
        Assert.StartsWith("tk_", id.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Later_ids_sort_behind_earlier_ones_as_text()
    {
        var written = Enumerable.Range(0, 2000).Select(i => PrefixedId.New<WorkflowId>(Given.Noon.AddMilliseconds(i * 37L), Chance).ToString()).ToList();
        Assert.Equal(written.Order(StringComparer.Ordinal), written);
    }

    [Fact]
    public void Deriving_gives_the_same_id_for_the_same_names_and_another_for_others()
    {
        var parent = Guid.Parse("0193a4c0-1234-7000-8000-00000000abcd");
        var id = PrefixedId.Derive<CallId>(parent, "act/1/1");
        Assert.Equal("call_01jejc04hmfc3ty5c2cdf0g6ym", id.ToString());   // ids of calls are idempotency keys: this may never change
        Assert.Equal(id, PrefixedId.Derive<CallId>(parent, "act/1/1"));
        Assert.Equal("0193a4c0-1234", id.Value.ToString()[..13]);
        Assert.Equal(7, id.Value.Version);
        Assert.NotEqual(id, PrefixedId.Derive<CallId>(parent, "act/1/2"));
        Assert.NotEqual(id, PrefixedId.Derive<CallId>(Guid.Parse("0193a4c0-1234-7000-8000-00000000abce"), "act/1/1"));
        Assert.NotEqual(id.Value, PrefixedId.Derive<AskId>(parent, "act/1/1").Value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("wf_")]
    [InlineData("01jh2m0v1xfqt8ym7ebbqqv8nq")]
    [InlineData("ap_01jh2m0v1xfqt8ym7ebbqqv8nq")]
    [InlineData("WF_01jh2m0v1xfqt8ym7ebbqqv8nq")]
    [InlineData("wf_01jh2m0v1xfqt8ym7ebbqqv8n")]
    [InlineData("wf_01jh2m0v1xfqt8ym7ebbqqv8nqq")]
    [InlineData("wf_01jh2m0v1xfqt8ym7ebbqqv8ni")]
    [InlineData("wf_01jh2m0v1xfqt8ym7ebbqqv8nu")]
    [InlineData("wf_01jh2m0v1xfqt8ym7ebbqqv8 q")]
    [InlineData("wf_01jh2m0v1xfqt8ym7ebbqqv8é1")]
    [InlineData("wf_01jh2m0v1xfqt8ym7ebbqqv8\u212A1")]   // the Kelvin sign, whose lower case is k
    [InlineData("wf_81jh2m0v1xfqt8ym7ebbqqv8nq")]         // more than 128 bits
    [InlineData("wf_zzzzzzzzzzzzzzzzzzzzzzzzzz")]
    public void What_is_no_id_is_refused(string? text)
    {
        Assert.False(PrefixedId.TryRead<WorkflowId>(text, out var id));
        Assert.Equal(default, id);
    }

    [Fact]
    public void A_refusal_names_the_form_that_is_expected() =>
        Assert.Contains("wf_", Assert.Throws<FormatException>(() => PrefixedId.Read<WorkflowId>("rubbish")).Message, StringComparison.Ordinal);

    [Fact]
    public void The_largest_id_is_still_an_id() =>
        Assert.Equal(Guid.AllBitsSet, PrefixedId.Read<WorkflowId>("wf_7zzzzzzzzzzzzzzzzzzzzzzzzz").Value);
}
