namespace AiManager.Host.Tests;

/// <summary>Forms for deliverables, by the schemas that plans come with.</summary>
public sealed class DeliverableFieldTests
{
    [Theory]
    [InlineData("""{"enum":["low","high"]}""", false, "\"high\"", """{"x":"high"}""")]
    [InlineData("""{"enum":["low","high"]}""", false, "", "{}")]
    [InlineData("""{"type":"string","enum":["low","high"]}""", true, "\"low\"", """{"x":"low"}""")]
    [InlineData("""{"type":"integer","enum":[1,2]}""", true, "2", """{"x":2}""")]
    [InlineData("""{"enum":["1",1,null]}""", true, "\"1\"", """{"x":"1"}""")]
    [InlineData("""{"enum":["1",1,null]}""", true, "", """{"x":null}""")]
    [InlineData("""{"const":"yes"}""", true, "\"yes\"", """{"x":"yes"}""")]
    [InlineData("""{"type":["string","null"]}""", true, "", """{"x":null}""")]
    [InlineData("""{"type":["string","null"]}""", false, "", "{}")]
    [InlineData("""{"type":["string","null"]}""", true, "a \"b\"", """{"x":"a \u0022b\u0022"}""")]
    [InlineData("""{"anyOf":[{"type":"number"},{"type":"null"}]}""", true, "3", """{"x":3}""")]
    [InlineData("""{"oneOf":[{"type":"null"},{"type":"string","enum":["a"]}]}""", false, "\"a\"", """{"x":"a"}""")]
    [InlineData("""{"type":["boolean","null"]}""", true, "false", """{"x":false}""")]
    [InlineData("""{"type":["boolean","null"]}""", false, "", "{}")]
    [InlineData("""{"type":"boolean"}""", false, "", """{"x":false}""")]
    [InlineData("""{"type":"number"}""", true, " 12.50 ", """{"x":12.50}""")]
    [InlineData("""{"type":"integer"}""", false, " ", "{}")]
    [InlineData("""{"type":["string","integer"]}""", true, "\"a\"", """{"x":"a"}""")]
    [InlineData("""{"type":"array"}""", true, " [1] ", """{"x":[1]}""")]
    [InlineData("{}", true, "{\"a\":1}", """{"x":{"a":1}}""")]
    [InlineData("true", true, "1", """{"x":1}""")]
    public void A_field_can_be_filled_whatever_its_schema(string schema, bool isRequired, string said, string deliverable)
    {
        var (json, fault) = DeliverableField.Read([Field(schema, isRequired)], name => name == "field:x" ? said : null);
        Assert.Null(fault);
        Assert.Equal(JsonText.Parse(deliverable), json);
    }

    [Theory]
    [InlineData("""{"enum":["low","high"]}""", "\"medium\"", "“x” must be one of: low, high.")]
    [InlineData("""{"type":"number"}""", "1,200 EUR", "“x” must be a number, such as 12.50.")]
    [InlineData("""{"type":"object"}""", "{", "“x” must be JSON")]
    public void What_cannot_be_read_is_called_as_the_form_calls_it(string schema, string said, string fault) =>
        Assert.StartsWith(fault, DeliverableField.Read([Field(schema, true)], _ => said).Fault, StringComparison.Ordinal);

    [Fact]
    public void What_a_schema_finds_wrong_names_the_field_and_no_path() => Assert.Equal(
        "“unit price” must be at least 1; “unit price” at [0].x: is missing",
        DeliverableField.InWords(DeliverableField.Of(JsonText.Parse("""{"properties":{"unit":{},"unitPrice":{}}}""")), "$.unitPrice: must be at least 1; $.unitPrice[0].x: is missing"));

    private static DeliverableField Field(string schema, bool isRequired) =>
        Assert.Single(DeliverableField.Of(JsonText.Parse($$"""{"properties":{"x":{{schema}}},"required":[{{(isRequired ? "\"x\"" : "")}}]}""")));
}
