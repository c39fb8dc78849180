namespace AiManager.Domain.Tests;

public sealed class ReplyReaderTests
{
    private const string NotAnObject = "The reply must be one JSON object and nothing else.";

    [Theory]
    [InlineData("""{"answer":"yes"}""")]
    [InlineData("  \n{ \"answer\" : \"yes\" }\n")]
    [InlineData("Here you are:\n```json\n{\"answer\":\"yes\"}\n```\nI hope that helps!")]
    [InlineData("```\n{\"answer\":\"yes\"}\n```")]
    [InlineData("The answer {as you asked for} is {\"answer\":\"yes\"}.")]
    [InlineData("{\"answer\":\"yes\"} :-}")]
    [InlineData("<think>{maybe \"answer\": \"no\"?}</think>{\"answer\":\"yes\"}")]
    public void Prose_around_an_object_is_forgiven(string text)
    {
        Assert.Empty(ReplyReader.Read(text, Given.OneText, out var value, out var cannot));
        Assert.Equal("""{"answer":"yes"}""", value.Text);
        Assert.Null(cannot);
    }

    public static TheoryData<string?> Rubbish =>
    [
        null, "", "   ", "yes", "{", "}", "}{", "{}}{{", "{answer: yes}", "[]", "[1,2]", "42", "\"{}\"", "null",
        """[{"answer":"yes"}]""",                                   // a list is not an object, however short
        """Here is the list: [ {"answer":"yes"} ] as you wished""",
        """[{"answer":"yes"},{"answer":"no"}]""",
        """{"answer":"yes"}{"answer":"no"}""",                      // which one?
        """First {"answer":"yes"}, or rather {"answer":"no"}.""",
        "{\"answer\":\"\\ud800\"}",
        new string('{', 5_000),
        string.Concat(Enumerable.Repeat("{\"a\":", 5_000)),
    ];

    [Theory, MemberData(nameof(Rubbish))]
    public void What_is_not_one_object_is_sent_back(string? text)
    {
        Assert.Equal([NotAnObject], ReplyReader.Read(text, Given.OneText, out var value, out var cannot).AsEnumerable());
        Assert.Equal(JsonText.Null, value);
        Assert.Null(cannot);
    }

    [Fact]
    public void Half_a_character_is_sent_back_and_breaks_nothing()
    {
        Assert.Equal([NotAnObject], ReplyReader.Read("{\"answer\":\"" + '\ud800' + "\"}", Given.OneText, out _, out _).AsEnumerable());
        Assert.Equal([NotAnObject], ReplyReader.Read("Well \udc00 {\"answer\":\"\"}", Given.OneText, out _, out _).AsEnumerable());
    }

    [Theory]
    [InlineData("""{"answer":1}""", "$.answer: expected string, found the number 1")]
    [InlineData("""{}""", "$.answer: is missing")]
    [InlineData("""{"answer":"yes","more":1}""", "$.more: is not known here")]
    [InlineData("""{"answer":"yes","answer":"no"}""", "$.answer: is there twice")]
    public void Wrong_content_is_not_forgiven(string text, string error) =>
        Assert.Equal([error], ReplyReader.Read(text, Given.OneText, out _, out _).AsEnumerable());

    [Fact]
    public void The_value_is_canonical()
    {
        Assert.Empty(ReplyReader.Read("""{ "b": 1.50, "a": [] }""", JsonText.EmptyObject, out var value, out _).AsEnumerable());
        Assert.Equal("""{"a":[],"b":1.5}""", value.Text);
    }

    [Theory]
    [InlineData("""{"cannot":"No supplier has it."}""", "No supplier has it.")]
    [InlineData("""I am sorry. {"cannot":"No supplier has it."}""", "No supplier has it.")]
    [InlineData("""{"cannot":" "}""", "The agent says that it cannot do it.")]
    public void A_model_can_say_that_it_cannot(string text, string reason)
    {
        Assert.Empty(ReplyReader.Read(text, Given.OneText, out var value, out var cannot));
        Assert.Equal(reason, cannot);
        Assert.Equal(JsonText.Null, value);
    }

    [Theory]
    [InlineData("""{"cannot":"x","answer":"yes"}""")]
    [InlineData("""{"cannot":true}""")]
    public void Only_a_plain_cannot_counts(string text)
    {
        Assert.NotEmpty(ReplyReader.Read(text, Given.OneText, out _, out var cannot));
        Assert.Null(cannot);
    }

    [Fact]
    public void A_wrong_contract_is_said_to_be_wrong() =>
        Assert.Equal(
            ["The contract itself is wrong: $: the keyword 'oneOf' is not supported"],
            ReplyReader.Read("{}", Given.Json("""{"oneOf":[]}"""), out _, out _).AsEnumerable());
}
