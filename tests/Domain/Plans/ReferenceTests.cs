using System.Text.Json;

namespace AiManager.Domain.Tests;

public sealed class ReferenceTests
{
    private static readonly JsonElement Results = Given.Json("""{"quotes":{"lines":[{"sku":"A-1","price":1.50},{"sku":"B-2"}],"note":"$item.secret","none":null},"dup":{"a":1,"a":2}}""").ToElement();
    private static readonly JsonElement Item = Given.Json("""{"n":7,"secret":"s"}""").ToElement();

    [Theory]
    [InlineData("$results.quotes.lines.0.sku", "\"A-1\"")]
    [InlineData("$results.quotes.lines.0.price", "1.50")]
    [InlineData("$results.quotes.lines.1", "{\"sku\":\"B-2\"}")]
    [InlineData("$results.quotes.none", "null")]
    [InlineData("$results.dup.a", "2")]
    [InlineData("$item", "{\"n\":7,\"secret\":\"s\"}")]
    [InlineData("$item.n", "7")]
    [InlineData("$results.quotes.lines.2", null)]
    [InlineData("$results.quotes.lines.-1", null)]
    [InlineData("$results.quotes.lines.+1", null)]
    [InlineData("$results.quotes.lines. 1", null)]
    [InlineData("$results.quotes.lines.99999999999999999999", null)]
    [InlineData("$results.quotes.lines.length", null)]
    [InlineData("$results.quotes.none.deeper", null)]
    [InlineData("$results.unknown.a.b", null)]
    [InlineData("$nothing", null)]
    [InlineData("$nothing.a", null)]
    [InlineData("$", null)]
    [InlineData("$.", null)]
    [InlineData("$item..n", null)]
    [InlineData("$item.\ud800", null)]
    [InlineData("", null)]
    public void A_reference_points_at_one_value_or_at_none(string reference, string? value) =>
        Assert.Equal(value, Reference.Resolve(reference, Roots)?.GetRawText());

    [Theory]
    [InlineData("$item", true)]
    [InlineData("$", false)]
    [InlineData("item", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_reference_begins_with_a_dollar(string? text, bool isReference) => Assert.Equal(isReference, Reference.IsReference(text));

    [Theory]
    [InlineData("""{"sku":"$results.quotes.lines.0.sku","list":["$item.n",2,null,true],"text":"plain","cost":"5 $"}""", """{"sku":"A-1","list":[7,2,null,true],"text":"plain","cost":"5 $"}""")]
    [InlineData("\"$item\"", "{\"n\":7,\"secret\":\"s\"}")]
    [InlineData("{\"a\":\"$results.quotes.none\"}", "{\"a\":null}")]
    [InlineData("{\"$item.n\":1}", "{\"$item.n\":1}")]
    [InlineData("""{"price":1.50,"same":"$results.quotes.lines.0.price"}""", """{"price":1.50,"same":1.50}""")]
    [InlineData("null", "null")]
    [InlineData("{\"a\":\"$nothing\"}", null)]
    [InlineData("[{\"a\":[\"$results.x\"]}]", null)]
    public void A_template_is_filled_whole_or_not_at_all(string template, string? filled) =>
        Assert.Equal(filled, Reference.Fill(Given.Json(template), Roots)?.Text);

    [Fact]
    public void What_was_filled_in_is_data_and_never_looked_up_again() =>
        Assert.Equal("""{"note":"$item.secret"}""", Reference.Fill(Given.Json("""{"note":"$results.quotes.note"}"""), Roots)?.Text);

    [Fact]
    public void A_key_that_is_there_twice_breaks_nothing() =>
        Assert.Equal(2, Reference.Fill(Given.Json("""{"a":1,"a":"$results.dup.a"}"""), Roots)!.Value.ToElement().GetProperty("a").GetInt32());

    private static JsonElement? Roots(string name) => name switch { "results" => Results, "item" => Item, _ => null };
}
