using System.Text.Json;

namespace AiManager.Domain.Tests;

public sealed class JsonTextTests
{
    [Fact]
    public void The_default_value_is_the_literal_null()
    {
        Assert.Equal(JsonText.Null, default);
        Assert.Equal(JsonText.Null.GetHashCode(), default(JsonText).GetHashCode());
        Assert.True(default(JsonText).IsNull);
        Assert.Equal("null", default(JsonText).ToString());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("  [1, 2.50]\n")]
    [InlineData("\"text\"")]
    [InlineData("null")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("\"\\ud83d\\ude00\"")]
    public void Json_keeps_its_digits_and_its_spelling(string text)
    {
        Assert.True(JsonText.TryParse(text, out var json));
        Assert.Equal(text.Trim(), json.Text);
        Assert.Equal(json, JsonText.Parse(text));
        Assert.Equal(json.Text, json.ToElement().GetRawText());
    }

    public static TheoryData<string?> Rubbish =>
    [
        null, "", "  ", "{", "{}{}", "{'a':1}", "[1,]", "// note\n1", "NaN", "01", "+1", "\uFEFF{}", "\"\u0001\"",
        "\"\\ud800\"",                  // half of a surrogate pair, escaped: nobody could read it as text
        "{\"\\udc00\":1}",
        "[{\"a\":[\"\\ud83dx\"]}]",
        new string('[', 65) + new string(']', 65),
        new string('[', 100_000),
    ];

    [Theory, MemberData(nameof(Rubbish))]
    public void What_is_not_json_is_refused_without_an_exception(string? text)
    {
        Assert.False(JsonText.TryParse(text, out var json));
        Assert.Equal(JsonText.Null, json);
        if (!string.IsNullOrWhiteSpace(text))
        {
            Assert.ThrowsAny<JsonException>(() => JsonText.Parse(text));
        }
    }

    [Fact]
    public void Half_a_character_as_it_is_is_refused_too()
    {
        Assert.False(JsonText.TryParse("\"" + '\ud800' + "\"", out _));
        Assert.Throws<JsonException>(() => JsonText.Parse("\"" + '\ud800' + "\""));
    }

    [Fact]
    public void A_string_becomes_json_whatever_is_in_it()
    {
        foreach (var text in new[] { "", "plain", "\"\\\n\u2028", "😀", "\ud800", "</script>" })
        {
            var json = JsonText.OfString(text);
            Assert.Equal(text == "\ud800" ? "\ufffd" : text, json.ToElement().GetString());
        }
    }

    [Fact]
    public void What_nests_as_deep_as_it_may_survives_the_journal_even_inside_a_plan()
    {
        var deep = JsonText.Parse(new string('[', 64) + new string(']', 64));
        var task = Given.WorkTask("a") with { Deliverable = new DeliverableContract(deep, null, null) };
        Assert.Equal(deep, ((PlanAdopted)EventCodecTests.ThereAndBack(new PlanAdopted(Given.Plan(task)))).Plan.Tasks[0].Deliverable.Schema);
    }
}
