using Microsoft.AspNetCore.Http;

namespace AiManager.ExecutionAgents.Tests;

/// <summary>What models say, the odd things included, and what becomes of it.</summary>
public sealed class ChatModelClientTests
{
    private const string Key = "sk-proj-THISISTHEKEY0123456789";

    public static TheoryData<string> Bodies =>
    [
        "", "null", "[]", "{}", "<html>Welcome</html>", """{"choices":null}""", """{"choices":[]}""", """{"choices":[{}]}""", """{"choices":[{"index":0,"message":null,"finish_reason":"stop"}]}""",
        """{"choices":[{"index":0,"message":{"role":"wizard","content":"Hm"},"finish_reason":"stop"}]}""", """{"error":"overloaded"}""", """{"choices":"no"}""",
    ];

    [Theory, MemberData(nameof(Bodies))]
    public async Task A_body_that_is_no_completion_is_an_answer_too(string body)
    {
        var answer = await AnswerAsync(ChatStub.Says(200, body));
        Assert.Contains(answer.Outcome, new[] { ModelOutcome.Unavailable, ModelOutcome.Replied });
        Assert.Equal(answer.Outcome == ModelOutcome.Unavailable, answer.Error is not null);
    }

    [Theory]
    [InlineData("""{"a":1.50}""", """{"a":1.50}""")]
    [InlineData("", "{}")]
    [InlineData(" ", "{}")]
    [InlineData("""{"a": 1""", "\"{\\u0022a\\u0022: 1\"")]
    [InlineData("not json", "\"not json\"")]
    [InlineData("[1]", "[1]")]
    public async Task Arguments_are_kept_as_the_model_wrote_them(string written, string expected)
    {
        var call = $$$"""{"id":"x","type":"function","function":{"name":"erp__low_stock","arguments":{{{JsonText.OfString(written)}}}}}""";
        var answer = await AnswerAsync(ChatStub.Replies($$"""{"role":"assistant","content":null,"tool_calls":[{{call}}]}""", "\"tool_calls\""), ModelQuestions.With("erp.low_stock"));
        Assert.Equal(new ModelToolCall("x", "erp.low_stock", JsonText.Parse(expected)), Assert.Single(answer.Calls));
        Assert.Equal(ModelOutcome.Replied, answer.Outcome);
    }

    [Fact]
    public async Task Rubbish_in_arguments_goes_back_to_the_model_as_json()
    {
        await using var stub = await ChatStub.StartAsync(ChatStub.Replies("""{"role":"assistant","content":"Sorry."}"""));
        var rubbish = new ModelToolCall("x", "erp.low_stock", JsonText.OfString("{\"a\": 1"));
        await AskAsync(stub, ModelQuestions.Plain with
        {
            Messages = [.. ModelQuestions.Plain.Messages, new ModelMessage.Assistant(null, [rubbish]), new ModelMessage.Tool("x", "erp.low_stock", """{"refused":"No object."}""")],
        });
        var sent = stub.Requests[0].GetProperty("messages")[2].GetProperty("tool_calls")[0].GetProperty("function");
        Assert.Equal("erp__low_stock", sent.GetProperty("name").GetString());
        Assert.True(JsonText.TryParse(sent.GetProperty("arguments").GetString(), out _));
    }

    [Fact]
    public async Task Ids_that_are_missing_or_there_twice_become_different_ones()
    {
        const string Call = """{"id":"ID","type":"function","function":{"name":"erp__low_stock","arguments":"{}"}}""";
        var calls = string.Join(',', new[] { "", "x", "x" }.Select(id => Call.Replace("ID", id, StringComparison.Ordinal)));
        var answer = await AnswerAsync(ChatStub.Replies($$"""{"role":"assistant","content":"Both.","tool_calls":[{{calls}}]}""", "\"tool_calls\""), ModelQuestions.With("erp.low_stock"));
        Assert.Equal(3, answer.Calls.Select(c => c.Id).Where(id => id.Length > 0).Distinct().Count());
        Assert.Equal("Both.", answer.Text);
    }

    [Fact]
    public async Task A_tool_that_was_not_offered_keeps_its_name_for_the_gate_to_refuse()
    {
        var answer = await AnswerAsync(ChatStub.Replies("""{"role":"assistant","content":null,"tool_calls":[{"id":"x","type":"function","function":{"name":"rm_rf","arguments":"{}"}}]}"""));
        Assert.Equal("rm_rf", Assert.Single(answer.Calls).Tool);
    }

    [Theory]
    [InlineData("""{"role":"assistant","content":null,"refusal":"I can't help with that."}""", "\"stop\"", "The model declined to answer: I can't help with that.")]
    [InlineData("""{"role":"assistant","content":null}""", "\"content_filter\"", "The model declined to answer.")]
    public async Task A_refusal_is_said_to_be_one(string message, string finish, string error)
    {
        var answer = await AnswerAsync(ChatStub.Replies(message, finish));
        Assert.Equal((ModelOutcome.Declined, error), (answer.Outcome, answer.Error));
        Assert.Equal(new ModelUsage(11, 7), answer.Usage);
    }

    [Theory]
    [InlineData("""{"role":"assistant","content":null}""")]
    [InlineData("""{"role":"assistant","content":""}""")]
    [InlineData("""{"role":"assistant"}""")]
    public async Task An_empty_reply_is_a_reply_without_words(string message)
    {
        var answer = await AnswerAsync(ChatStub.Replies(message));
        Assert.Equal((ModelOutcome.Replied, (string?)null, (string?)null), (answer.Outcome, answer.Text, answer.Error));
    }

    [Fact]
    public async Task A_reply_that_was_cut_off_is_said_to_be()
    {
        var answer = await AnswerAsync(ChatStub.Replies("""{"role":"assistant","content":"{\"a\": "}""", "\"length\""));
        Assert.Equal((ModelOutcome.Replied, "{\"a\": ", "The reply was cut off at 4096 tokens."), (answer.Outcome, answer.Text, answer.Error));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("""{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}""")]
    public async Task Where_nobody_counts_tokens_they_are_estimated(string usage)
    {
        var answer = await AnswerAsync(ChatStub.Replies("""{"role":"assistant","content":"12345"}""", usage: usage));
        Assert.Equal(new ModelUsage(5, 2), answer.Usage);   // 9 and 9 bytes in, 5 out, a quarter of each, rounded up
    }

    [Fact]
    public async Task An_endpoint_that_takes_no_schema_is_asked_without_and_remembered()
    {
        await using var stub = await ChatStub.StartAsync(ChatStub.Says(400, """{"error":{"message":"response_format is not supported"}}"""), ChatStub.Replies("""{"role":"assistant","content":"{}"}"""));
        using var client = Client(stub.Url);
        Assert.Equal("{}", (await client.AskAsync(ModelQuestions.WithSchema, default)).Text);
        Assert.Equal("{}", (await client.AskAsync(ModelQuestions.WithSchema, default)).Text);
        Assert.Equal([true, false, false], stub.Requests.Select(r => r.TryGetProperty("response_format", out _)));
    }

    [Fact]
    public async Task A_question_that_is_wrong_otherwise_does_not_cost_the_schema()
    {
        await using var stub = await ChatStub.StartAsync(
            ChatStub.Says(400, """{"error":{"message":"too long"}}"""), ChatStub.Says(400, """{"error":{"message":"too long"}}"""), ChatStub.Replies("""{"role":"assistant","content":"{}"}"""));
        using var client = Client(stub.Url);
        Assert.Equal("The model's endpoint did not take the question (400): too long", (await client.AskAsync(ModelQuestions.WithSchema, default)).Error);
        Assert.Equal("{}", (await client.AskAsync(ModelQuestions.WithSchema, default)).Text);
        Assert.Equal([true, false, true], stub.Requests.Select(r => r.TryGetProperty("response_format", out _)));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(422)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(200)]
    public async Task The_key_is_in_no_answer(int status)
    {
        await using var stub = await ChatStub.StartAsync(ChatStub.Says(status, $$$"""{"error":{"code":"{{{Key}}}","message":"Incorrect API key provided: {{{Key}}} or sk-proj-{{{Key[8..]}}}."}}"""));
        var answer = await AskAsync(stub, ModelQuestions.Plain);
        Assert.NotNull(answer.Error);
        Assert.DoesNotContain("THISISTHEKEY", answer.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal("Bearer " + Key, stub.Authorization);
        Assert.DoesNotContain("THISISTHEKEY", Options(stub.Url).ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_question_goes_out_whole()
    {
        await using var stub = await ChatStub.StartAsync(ChatStub.Replies("""{"role":"assistant","content":"Done."}"""));
        await AskAsync(stub, ModelQuestions.With("erp.low_stock", "erp.low__stock"));
        var sent = stub.Requests[0];
        Assert.Equal("m", sent.GetProperty("model").GetString());
        Assert.Equal(["system Be brief.", "user What now?"], sent.GetProperty("messages").EnumerateArray().Select(m => $"{m.GetProperty("role")} {m.GetProperty("content")}"));
        Assert.Equal(["erp__low_stock", "erp__low__stock"], sent.GetProperty("tools").EnumerateArray().Select(t => t.GetProperty("function").GetProperty("name").GetString()));
        Assert.False(sent.TryGetProperty("response_format", out _));
    }

    private static async Task<ModelAnswer> AnswerAsync(Func<HttpContext, Task> step, ModelQuestion? question = null)
    {
        await using var stub = await ChatStub.StartAsync(step);
        return await AskAsync(stub, question ?? ModelQuestions.Plain);
    }

    private static async Task<ModelAnswer> AskAsync(ChatStub stub, ModelQuestion question)
    {
        using var client = Client(stub.Url);
        return await client.AskAsync(question, CancellationToken.None);
    }

    private static ModelOptions Options(Uri url) => new(url, "m") { Key = Key, Retries = 1 };

    private static ChatModelClient Client(Uri url) => ChatModelClient.Of(Options(url), new SkippingTime(), new Random(1));
}
