using System.Text;

namespace AiManager.Domain.Tests;

public sealed class JsonSchemaTests
{
    [Theory]
    [InlineData("""{"type":"string"}""", "\"a\"", null)]
    [InlineData("""{"type":"string"}""", "1", "$: expected string, found the number 1")]
    [InlineData("""{"type":"number"}""", "1.5", null)]
    [InlineData("""{"type":"number"}""", "\"1\"", "$: expected number, found a string")]
    [InlineData("""{"type":"integer"}""", "3", null)]
    [InlineData("""{"type":"integer"}""", "3.0", null)]
    [InlineData("""{"type":"integer"}""", "1e2", null)]
    [InlineData("""{"type":"integer"}""", "3.5", "$: expected integer, found the number 3.5")]
    [InlineData("""{"type":"boolean"}""", "true", null)]
    [InlineData("""{"type":"boolean"}""", "null", "$: expected boolean, found null")]
    [InlineData("""{"type":"null"}""", "null", null)]
    [InlineData("""{"type":"null"}""", "false", "$: expected null, found a boolean")]
    [InlineData("""{"type":"object"}""", """{"any":1}""", null)]
    [InlineData("""{"type":"object"}""", "[]", "$: expected object, found a list")]
    [InlineData("""{"type":"array"}""", "[1,\"a\"]", null)]
    [InlineData("""{"type":"array"}""", "{}", "$: expected array, found an object")]
    [InlineData("""{"type":["string","null"]}""", "null", null)]
    [InlineData("""{"type":["string","null"]}""", "1", "$: expected string or null, found the number 1")]
    [InlineData("""{"properties":{"a":{"type":"string"}}}""", """{"a":"x"}""", null)]
    [InlineData("""{"properties":{"a":{"type":"string"}}}""", """{"a":1}""", "$.a: expected string, found the number 1")]
    [InlineData("""{"properties":{"a":{}}}""", """{"b":1}""", "$.b: is not known here")]
    [InlineData("""{"properties":{"a":{}},"additionalProperties":false}""", """{"b":1}""", "$.b: is not known here")]
    [InlineData("""{"properties":{"a":{}},"additionalProperties":true}""", """{"b":1}""", null)]
    [InlineData("""{"additionalProperties":false}""", """{"b":1}""", "$.b: is not known here")]
    [InlineData("""{"additionalProperties":{"type":"integer"}}""", """{"b":1}""", null)]
    [InlineData("""{"additionalProperties":{"type":"integer"}}""", """{"b":"x"}""", "$.b: expected integer, found a string")]
    [InlineData("""{"properties":{"a":{}},"required":["a"]}""", "{}", "$.a: is missing")]
    [InlineData("""{"properties":{"a":{}},"required":["a"]}""", """{"a":null}""", null)]
    [InlineData("""{"items":{"type":"string"}}""", "[\"a\",2]", "$[1]: expected string, found the number 2")]
    [InlineData("""{"items":{"properties":{"sku":{"type":"string"}}}}""", "[{\"sku\":1}]", "$[0].sku: expected string, found the number 1")]
    [InlineData("""{"minItems":2}""", "[1]", "$: needs at least 2 items, has 1")]
    [InlineData("""{"minItems":2}""", "[1,2]", null)]
    [InlineData("""{"maxItems":1}""", "[1,2]", "$: takes at most 1 items, has 2")]
    [InlineData("""{"maxItems":1}""", "[1]", null)]
    [InlineData("""{"uniqueItems":true}""", "[{\"a\":1,\"b\":2},{\"b\":2.0,\"a\":1}]", "$: has the same item twice")]
    [InlineData("""{"uniqueItems":true}""", "[1,\"1\"]", null)]
    [InlineData("""{"uniqueItems":false}""", "[1,1]", null)]
    [InlineData("""{"enum":["a",1]}""", "1.0", null)]
    [InlineData("""{"enum":["a",1]}""", "\"b\"", """$: must be one of ["a",1]""")]
    [InlineData("""{"const":{"a":1}}""", """{"a":1.0}""", null)]
    [InlineData("""{"const":"x"}""", "\"y\"", "$: must be \"x\"")]
    [InlineData("""{"minimum":1.5}""", "1.5", null)]
    [InlineData("""{"minimum":1.5}""", "1.4", "$: must be at least 1.5, is 1.4")]
    [InlineData("""{"maximum":10}""", "10.00", null)]
    [InlineData("""{"maximum":10}""", "10.01", "$: must be at most 10, is 10.01")]
    [InlineData("""{"exclusiveMinimum":0}""", "0", "$: must be more than 0, is 0")]
    [InlineData("""{"exclusiveMinimum":0}""", "0.01", null)]
    [InlineData("""{"exclusiveMaximum":10}""", "10", "$: must be less than 10, is 10")]
    [InlineData("""{"exclusiveMaximum":10}""", "9.99", null)]
    [InlineData("""{"multipleOf":0.01}""", "12.34", null)]
    [InlineData("""{"multipleOf":0.01}""", "12.345", "$: must be a multiple of 0.01, is 12.345")]
    [InlineData("""{"minLength":2}""", "\"a\"", "$: needs at least 2 characters")]
    [InlineData("""{"minLength":2}""", "\"ab\"", null)]
    [InlineData("""{"minLength":2}""", "\"😀\"", "$: needs at least 2 characters")]
    [InlineData("""{"maxLength":1}""", "\"😀\"", null)]
    [InlineData("""{"maxLength":2}""", "\"abc\"", "$: takes at most 2 characters, has 3")]
    [InlineData("""{"pattern":"^[A-Z]-\\d+$"}""", "\"A-12\"", null)]
    [InlineData("""{"pattern":"^[A-Z]-\\d+$"}""", "\"a-12\"", "$: must match ^[A-Z]-\\d+$")]
    [InlineData("""{"anyOf":[{"type":"string"},{"type":"null"}]}""", "null", null)]
    [InlineData("""{"anyOf":[{"type":"string"},{"type":"null"}]}""", "1", "$: fits none of the alternatives")]
    [InlineData("""{"title":"t","description":"d","default":1,"examples":[1],"format":"date","$schema":"s"}""", "\"anything\"", null)]
    [InlineData("true", "[1]", null)]
    [InlineData("{}", "[1]", null)]
    public void A_keyword_means_what_the_standard_says(string schema, string value, string? error) =>
        Assert.Equal(error is null ? [] : [error], Load(schema).Validate(JsonText.Parse(value)).AsEnumerable());

    [Theory]
    [InlineData("""{"$ref":"#/a"}""", "$: the keyword '$ref' is not supported")]
    [InlineData("""{"properties":{"a":{"items":{"oneOf":[]}}}}""", "$.a[]: the keyword 'oneOf' is not supported")]
    [InlineData("""{"anyOf":[{"not":{}}]}""", "$|: the keyword 'not' is not supported")]
    [InlineData("""{"additionalProperties":{"allOf":[]}}""", "$.*: the keyword 'allOf' is not supported")]
    [InlineData("[]", "$: a schema is an object")]
    [InlineData("5", "$: a schema is an object")]
    [InlineData("false", "$: a schema is an object")]
    [InlineData("""{"items":7}""", "$[]: a schema is an object")]
    [InlineData("""{"properties":{"a":"string"}}""", "$.a: a schema is an object")]
    [InlineData("""{"pattern":"("}""", "$: the pattern is not a regular expression that runs in linear time")]
    [InlineData("""{"pattern":"(a)\\1"}""", "$: the pattern is not a regular expression that runs in linear time")]
    [InlineData("""{"pattern":"(a{1000}){1000}"}""", "$: the pattern is not a regular expression that runs in linear time")]
    [InlineData("""{"pattern":5}""", "$: the pattern is not a regular expression that runs in linear time")]
    [InlineData("""{"type":5}""", "$: 'type' must be one of string, number, integer, boolean, object, array, null, or a list of them")]
    [InlineData("""{"type":"strng"}""", "$: 'type' must be one of string, number, integer, boolean, object, array, null, or a list of them")]
    [InlineData("""{"type":[]}""", "$: 'type' must be one of string, number, integer, boolean, object, array, null, or a list of them")]
    [InlineData("""{"properties":["a"]}""", "$: 'properties' must be an object")]
    [InlineData("""{"required":"a"}""", "$: 'required' must be a list of names")]
    [InlineData("""{"required":[1]}""", "$: 'required' must be a list of names")]
    [InlineData("""{"enum":"a"}""", "$: 'enum' must be a list of values")]
    [InlineData("""{"enum":[]}""", "$: 'enum' must be a list of values")]
    [InlineData("""{"anyOf":{}}""", "$: 'anyOf' must be a list of schemas")]
    [InlineData("""{"anyOf":[]}""", "$: 'anyOf' must be a list of schemas")]
    [InlineData("""{"uniqueItems":"yes"}""", "$: 'uniqueItems' must be true or false")]
    [InlineData("""{"maximum":"10000"}""", "$: 'maximum' must be a number that can be read exactly")]
    [InlineData("""{"minimum":1e400}""", "$: 'minimum' must be a number that can be read exactly")]
    [InlineData("""{"exclusiveMaximum":null}""", "$: 'exclusiveMaximum' must be a number that can be read exactly")]
    [InlineData("""{"multipleOf":0}""", "$: 'multipleOf' must be more than 0")]
    [InlineData("""{"multipleOf":-1}""", "$: 'multipleOf' must be more than 0")]
    [InlineData("""{"maxLength":-1}""", "$: 'maxLength' must be a whole number of at least 0")]
    [InlineData("""{"minItems":1.5}""", "$: 'minItems' must be a whole number of at least 0")]
    [InlineData("""{"maxItems":"3"}""", "$: 'maxItems' must be a whole number of at least 0")]
    [InlineData("""{"type":"object","type":"string"}""", "$: the keyword 'type' is there twice")]
    public void What_it_does_not_understand_is_refused_at_load_with_its_place(string schema, string fault)
    {
        Assert.False(JsonSchema.TryLoad(JsonText.Parse(schema), out var loaded, out var faults));
        Assert.Null(loaded);
        Assert.Contains(fault, faults);
    }

    [Theory]
    [InlineData("""{"a":1,"a":"x"}""", "$.a: is there twice")]
    [InlineData("""{"a":1e400}""", "$.a: the number is too large or too fine to be read exactly")]
    [InlineData("""{"a":100.00000000000000000000000000000000000001}""", "$.a: the number is too large or too fine to be read exactly")]
    [InlineData("""{"a":1e-400}""", "$.a: the number is too large or too fine to be read exactly")]
    public void A_hostile_value_is_an_error_and_no_exception(string value, string error) =>
        Assert.Equal([error], Load("""{"properties":{"a":{"type":"number","maximum":100}}}""").Validate(JsonText.Parse(value)).AsEnumerable());

    [Theory]
    [InlineData("1.00000000000000000000000000000000000001")]
    [InlineData("1e400")]
    public void A_number_that_only_rounding_makes_whole_is_no_integer(string number) =>
        Assert.Single(Load("""{"type":"integer"}""").Validate(JsonText.Parse(number)));

    [Fact]
    public void Errors_are_few_and_short_however_large_the_value_is()
    {
        var many = "[" + string.Join(',', Enumerable.Repeat("0", 50_000)) + "]";
        var errors = Load("""{"items":{"type":"string"}}""").Validate(JsonText.Parse(many));
        Assert.Equal(21, errors.Length);
        Assert.Equal("… and 49980 more.", errors[20]);

        var wide = "{\"" + new string('x', 100_000) + "\":" + new string('9', 100_000) + "}";
        Assert.All(Load("""{"properties":{}}""").Validate(JsonText.Parse(wide)), e => Assert.True(e.Length < 400, e[..100]));
        Assert.All(Load("""{"type":"string"}""").Validate(JsonText.Parse(new string('9', 100_000))), e => Assert.True(e.Length < 400, e[..100]));
    }

    [Fact]
    public void The_deepest_value_is_checked_to_the_bottom()
    {
        var schema = new StringBuilder("""{"type":"integer"}""");
        var value = new StringBuilder("\"bottom\"");
        for (var i = 0; i < 30; i++)
        {
            schema.Insert(0, "{\"items\":").Append('}');
            value.Insert(0, '[').Append(']');
        }

        var error = Assert.Single(Load(schema.ToString()).Validate(JsonText.Parse(value.ToString())));
        Assert.EndsWith("expected integer, found a string", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Nested_alternatives_do_not_multiply()
    {
        var schema = new StringBuilder("""{"type":"integer"}""");
        for (var i = 0; i < 20; i++)
        {
            schema.Insert(0, "{\"anyOf\":[").Append(",{\"type\":\"null\"}]}");
        }

        Assert.Equal(["$: fits none of the alternatives"], Load(schema.ToString()).Validate(JsonText.Parse("\"x\"")).AsEnumerable());
    }

    private static JsonSchema Load(string schema)
    {
        Assert.True(JsonSchema.TryLoad(JsonText.Parse(schema), out var loaded, out var faults), string.Join('\n', faults));
        return loaded;
    }
}
