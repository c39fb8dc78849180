namespace AiManager.Domain.Tests;

public sealed class WhenWordsTests
{
    private static readonly JsonText Args = JsonText.Parse("""{"most": 3}""");
    private static readonly JsonText Shown = JsonText.Parse(
        """{"rows": [{"sku": "EL-7", "name": "Drive", "needed": 40}, {"sku": "EL-8", "name": "Motor"}], "entries": [1, 2, 3, 4, 5], "none": [], "status": "open", "onHand": 4, "isDone": false, "note": null, "odd": [[1]]}""");

    [Theory]
    [InlineData("size(result.rows) == 0", "was to show no rows; it shows 2 rows: EL-7 Drive; EL-8 Motor.")]
    [InlineData("0 == size(result.rows)", "was to show no rows; it shows 2 rows: EL-7 Drive; EL-8 Motor.")]
    [InlineData("size(result.rows) < 1", "was to show no rows; it shows 2 rows: EL-7 Drive; EL-8 Motor.")]
    [InlineData("size(result.rows) == 1", "was to show exactly 1 row; it shows 2 rows: EL-7 Drive; EL-8 Motor.")]
    [InlineData("size(result.rows) > 2", "was to show more than 2 rows; it shows 2 rows: EL-7 Drive; EL-8 Motor.")]
    [InlineData("size(result.rows) <= 1", "was to show at most 1 row; it shows 2 rows: EL-7 Drive; EL-8 Motor.")]
    [InlineData("size(result.rows) != 2", "was to show another number than 2 rows; it shows 2 rows: EL-7 Drive; EL-8 Motor.")]
    [InlineData("size(result.none) > 0", "was to show at least one none; it shows none.")]
    [InlineData("size(result.entries) < 2", "was to show fewer than 2 entries; it shows 5 entries: 1; 2; 3 and 2 more.")]
    [InlineData("size(result.entries) >= 6", "was to show at least 6 entries; it shows 5 entries: 1; 2; 3 and 2 more.")]
    [InlineData("result.status == 'done'", "was to show “done” for status; it shows “open”.")]
    [InlineData("result.status != 'open'", "was to show something else than “open” for status; it shows “open”.")]
    [InlineData("result.onHand >= 10", "was to show at least 10 for on hand; it shows 4.")]
    [InlineData("result.onHand < args.most", "was to show less than 3 for on hand; it shows 4.")]
    [InlineData("10 < result.onHand", "was to show more than 10 for on hand; it shows 4.")]
    [InlineData("result.isDone", "was to show yes for is done; it shows no.")]
    [InlineData("result.isDone == true", "was to show yes for is done; it shows no.")]
    [InlineData("result.note != null", "was to show something else than nothing for note; it shows nothing.")]
    [InlineData("size(result.odd) == 0", "was to show no odd; it shows 1 odd.")]
    public void What_a_tool_was_to_show_and_what_it_shows_is_said_in_plain_words(string condition, string words) =>
        Assert.Equal("erp.low " + words, WhenWords.Unmet("erp.low", condition, Args, Shown));

    [Fact]
    public void Only_the_parts_that_do_not_hold_are_said_and_together_what_holds()
    {
        Assert.Equal(
            "erp.low was to show “done” for status; it shows “open”. erp.low was to show no rows; it shows 2 rows: EL-7 Drive; EL-8 Motor.",
            WhenWords.Unmet("erp.low", "size(result.none) == 0 && result.status == 'done' && size(result.rows) == 0", Args, Shown));
        Assert.Equal("erp.low shows no none, and “open” for status.", WhenWords.Met("erp.low", "size(result.none) == 0 && result.status == 'open'", Args, Shown));
        Assert.Equal("erp.low shows no for is done.", WhenWords.Met("erp.low", "!result.isDone", Args, Shown));
    }

    [Theory]
    [InlineData("result.status.startsWith('d')")]
    [InlineData("result.status == 'done' || size(result.rows) == 0")]
    [InlineData("result.status in ['done']")]
    [InlineData("size(result.missing) == 0")]
    [InlineData("result.status > 3")]
    [InlineData("size(result.rows) ==")]
    [InlineData("size(result.none) == 0")]
    public void What_has_another_shape_or_holds_or_cannot_be_answered_has_no_such_words(string condition) => Assert.Null(WhenWords.Unmet("erp.low", condition, Args, Shown));

    [Theory]
    [InlineData("size(result.rows) == 0")]
    [InlineData("size(result.missing) == 0")]
    [InlineData("result.isDone || true")]
    public void What_does_not_hold_or_has_another_shape_is_not_said_to(string condition) => Assert.Null(WhenWords.Met("erp.low", condition, Args, Shown));

    [Fact]
    public void What_a_tool_says_stays_in_its_line_and_is_cut()
    {
        var words = WhenWords.Unmet("erp.low", "size(result.rows) == 0", Args, JsonText.Parse("""{"rows": ["LONG", "a\nb"]}""".Replace("LONG", new string('x', 99), StringComparison.Ordinal)))!;
        Assert.Equal($"erp.low was to show no rows; it shows 2 rows: {new string('x', 60)}…; a b.", words);
    }
}
