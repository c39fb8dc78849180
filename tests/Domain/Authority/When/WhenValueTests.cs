using System.Text.Json;

namespace AiManager.Domain.Tests;

public sealed class WhenValueTests
{
    [Theory]
    [InlineData("1", "1")]
    [InlineData("-0", "0")]
    [InlineData("1.10", "1.1")]
    [InlineData("12345678901234567890.12345678", "12345678901234567890.12345678")]
    [InlineData("9223372036854775808", "9223372036854775808")]
    [InlineData("1E+2", "100")]
    [InlineData("-2.5e-3", "-0.0025")]
    [InlineData("\"\\u0041\\ud83d\\ude00\\n\"", "\"A😀\\n\"")]
    [InlineData("[true, false, null, []]", "[true, false, null, []]")]
    [InlineData("{\"a\": {\"b c\": 1}}", "{\"a\": {\"b c\": 1}}")]
    [InlineData("1e29", "error: a number is too large, or has too many digits, to be kept exactly")]
    [InlineData("1e-30", "error: a number is too large, or has too many digits, to be kept exactly")]
    [InlineData("0.12345678901234567890123456789", "error: a number is too large, or has too many digits, to be kept exactly")]
    [InlineData("\"\\ud83d\"", "error: a text is not valid Unicode")]
    [InlineData("{\"\\ud83d\": 1}", "error: the name of a field is not valid Unicode")]
    [InlineData("{\"a\": 1, \"b\": 2, \"a\": 1}", "{\"a\": error: the field 'a' is given twice, \"b\": 2}")]
    public void Json_is_read_without_loss_or_not_at_all(string json, string value) => Assert.Equal(value, Conditions.Json(json).ToString());

    [Fact]
    public void Json_is_read_to_its_sixty_fourth_level()
    {
        var options = new JsonDocumentOptions { MaxDepth = 10_000 };
        var deep = WhenValue.FromJson(JsonDocument.Parse(new string('[', 5_000) + new string(']', 5_000), options).RootElement);
        Assert.Equal(new string('[', 64) + "error: the value is nested deeper than 64" + new string(']', 64), deep.ToString());
        Assert.Equal(new string('[', 64) + new string(']', 64), Conditions.Json(new string('[', 64) + new string(']', 64)).ToString());
    }

    [Fact]
    public void No_json_at_all_is_an_error() => Assert.IsType<WhenError>(WhenValue.FromJson(default));

    [Fact]
    public void Lists_and_records_are_equal_by_value()
    {
        const string Json = """{ "a": [1, { "b": null }], "c": "x" }""";
        Assert.Equal(Conditions.Json(Json), Conditions.Json(Json));
        Assert.Equal(Conditions.Json(Json).GetHashCode(), Conditions.Json(Json).GetHashCode());
        Assert.Equal(Conditions.Json("""{ "a": 1, "b": 2 }"""), Conditions.Json("""{ "b": 2.0, "a": 1 }"""));
        Assert.NotEqual(Conditions.Json("[1]"), Conditions.Json("[2]"));
        Assert.NotEqual(Conditions.Json("""{ "a": 1 }"""), Conditions.Json("""{ "b": 1 }"""));
        Assert.False(new WhenList([]).Equals(null) || new WhenRecord(new Dictionary<string, WhenValue>()).Equals(null));
    }

    [Fact]
    public void Times_are_equal_when_the_moment_is()
    {
        var inPrague = new WhenTimestamp(Conditions.Noon.ToOffset(TimeSpan.FromHours(1)));
        Assert.Equal(new WhenTimestamp(Conditions.Noon), inPrague);
        Assert.Equal("2026-03-01T12:00:00Z", inPrague.ToString());
        var facts = new WhenFacts { Now = new WhenTimestamp(Conditions.Noon), Args = new WhenTimestamp(Conditions.Noon.AddTicks(1)) };
        Assert.Equal("true", Conditions.Show(Conditions.Read("now < args && now != args && args >= now").Evaluate(facts)));
    }
}
