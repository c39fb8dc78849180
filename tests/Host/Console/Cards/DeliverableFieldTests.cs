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
        var (json, fault, _) = DeliverableField.Read([Field(schema, isRequired)], name => name == "field:x" ? said : null);
        Assert.Null(fault);
        Assert.Equal(JsonText.Parse(deliverable), json);
    }

    [Theory]
    [InlineData("""{"enum":["low","high"]}""", "\"medium\"", "“x” must be one of: low, high.")]
    [InlineData("""{"type":"number"}""", "1,200 EUR", "“x” must be a number, such as 12.50.")]
    [InlineData("""{"type":"object"}""", "{", "“x” must be JSON")]
    public void What_cannot_be_read_is_called_as_the_form_calls_it(string schema, string said, string fault) =>
        Assert.StartsWith(fault, DeliverableField.Read([Field(schema, true)], _ => said).Fault, StringComparison.Ordinal);

    [Theory]
    [InlineData("", "", "", "", """{"x":[]}""", null)]
    [InlineData("A-1", "3", "", "", """{"x":[{"sku":"A-1","quantity":3}]}""", null)]
    [InlineData("", " ", "B-2", "", """{"x":[{"sku":"B-2"}]}""", null)]
    [InlineData("A-1", "abc", "", "", null, "“x” 1: “quantity” must be a whole number, such as 12. at field:x/0/quantity")]
    [InlineData("A-1", "1", "", "4", null, "“x” 2: “sku” is missing. at field:x/1/sku")]
    public void A_list_of_objects_is_written_in_rows_and_a_fault_names_row_and_field(string sku, string quantity, string sku2, string quantity2, string? deliverable, string? fault)
    {
        var field = Field("""{"type":"array","items":{"type":"object","properties":{"sku":{"type":"string"},"quantity":{"type":"integer"}},"required":["sku"]}}""", true);
        Assert.True(field is { IsRows: true, IsJson: false });
        string? Said(string name) => name switch { "field:x/0/sku" => sku, "field:x/0/quantity" => quantity, "field:x/1/sku" => sku2, "field:x/1/quantity" => quantity2, _ => null };
        var (json, why, at) = DeliverableField.Read([field], Said);
        Assert.Equal((deliverable, fault), (json?.Text, why is null ? null : $"{why} at {at}"));
        Assert.Equal((5, 15), (field.RowsFor(Said, false), field.RowsFor(Said, true)));
    }

    [Theory]
    [InlineData("""{"type":"array","items":{"type":"object","properties":{"tags":{"type":"array"}}}}""")]
    [InlineData("""{"type":"array","items":{"type":"object"}}""")]
    [InlineData("""{"type":"array","items":{"type":"string"}}""")]
    public void A_list_that_rows_could_not_hold_is_written_as_JSON(string schema) => Assert.True(Field(schema, true) is { IsRows: false, IsJson: true });

    [Fact]
    public void The_field_that_a_schema_finds_wrong_first_is_known_by_its_name_in_the_form()
    {
        var fields = DeliverableField.Of(JsonText.Parse("""{"properties":{"unit":{},"unitPrice":{}}}"""));
        Assert.Equal("field:unitPrice", DeliverableField.FirstIn(fields, "$.unitPrice[0].x: is missing; $.unit: is missing"));
        Assert.Null(DeliverableField.FirstIn(fields, "$: must be an object"));
    }

    [Fact]
    public void What_a_schema_finds_wrong_names_the_field_and_no_path() => Assert.Equal(
        "“unit price” must be at least 1; “unit price” 1: “x” is missing",
        DeliverableField.InWords(DeliverableField.Of(JsonText.Parse("""{"properties":{"unit":{},"unitPrice":{}}}""")), "$.unitPrice: must be at least 1; $.unitPrice[0].x: is missing"));

    private static DeliverableField Field(string schema, bool isRequired) =>
        Assert.Single(DeliverableField.Of(JsonText.Parse($$"""{"properties":{"x":{{schema}}},"required":[{{(isRequired ? "\"x\"" : "")}}]}""")));
}
