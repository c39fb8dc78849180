namespace AiManager.Domain.Tests;

public sealed class ReadableTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a\0b\0", "a\uFFFDb\uFFFD")]
    [InlineData("""{"a\u0000":"\u0000\u0000b"}""", """{"a\ufffd":"\ufffd\ufffdb"}""")]
    [InlineData("""{"path":"c:\\u0000"}""", """{"path":"c:\\u0000"}""")]
    [InlineData("""{"path":"c:\\\u0000"}""", """{"path":"c:\\\ufffd"}""")]
    [InlineData(null, null)]
    public void Zeros_are_replaced_written_out_or_escaped_and_nothing_else_is(string? text, string? expected) => Assert.Equal(expected, Readable.Of(text));

    [Fact]
    public void A_value_keeps_its_shape()
    {
        var json = Readable.Of(JsonText.Parse("""{"n":1.50,"a\u0000":["\u0000","\\u0000"]}"""));

        Assert.True(Readable.Is(json));
        Assert.Equal("""{"n":1.50,"a\ufffd":["\ufffd","\\u0000"]}""", json.Text);
        Assert.Equal("\uFFFD", json.ToElement().GetProperty("a\uFFFD")[0].GetString());
    }

    [Fact]
    public void What_holds_a_zero_is_told_from_what_does_not()
    {
        Assert.False(Readable.Is("a\0"));
        Assert.False(Readable.Is(JsonText.Parse("""{"a":{"\u0000":1}}""")));
        Assert.True(Readable.Is(JsonText.Parse("""{"a":"\\u0000"}""")));
        Assert.True(Readable.Is((string?)null));
    }
}
