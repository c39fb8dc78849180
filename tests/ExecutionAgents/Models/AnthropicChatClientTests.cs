using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace AiManager.ExecutionAgents.Tests;

/// <summary>Anthropic's models, over the SDK's own wire to a server that speaks it.</summary>
public sealed class AnthropicChatClientTests
{
    private const string Key = "sk-ant-THISISTHEKEY0123456789";

    [Fact]
    public async Task A_question_goes_out_in_anthropics_words_and_the_answer_comes_back_in_ours()
    {
        await using var stub = await ChatStub.StartAsync(Says("""{"type":"text","text":"Let me look."},{"type":"tool_use","id":"toolu_1","name":"erp__low_stock","input":{"limit":1.50}}""", "tool_use"));
        var answer = await AskAsync(stub, ModelQuestions.With("erp.low_stock"));
        Assert.Equal((ModelOutcome.Replied, "Let me look.", new ModelUsage(11, 7)), (answer.Outcome, answer.Text, answer.Usage));
        Assert.Equal(new ModelToolCall("toolu_1", "erp.low_stock", JsonText.Parse("""{"limit":1.50}""")), Assert.Single(answer.Calls));
        var sent = stub.Requests[0];
        Assert.Equal("claude", sent.GetProperty("model").GetString());
        Assert.Equal(ModelQuestions.With("erp.low_stock").MaxTokens, sent.GetProperty("max_tokens").GetInt32());
        Assert.Contains(sent.GetProperty("messages").EnumerateArray(), m => m.GetProperty("role").GetString() == "user");
        Assert.DoesNotContain(sent.GetProperty("messages").EnumerateArray(), m => m.GetProperty("role").GetString() == "system");
        var tool = Assert.Single(sent.GetProperty("tools").EnumerateArray());
        Assert.Equal("erp__low_stock", tool.GetProperty("name").GetString());
        Assert.Contains(Key, stub.Headers, StringComparison.Ordinal);
        Assert.DoesNotContain("traceparent", stub.Headers, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Only_tools_of_ours_are_ever_sent()
    {
        await using var stub = await ChatStub.StartAsync(Says("""{"type":"text","text":"Hm."}"""));
        await AskAsync(stub, ModelQuestions.With("erp.low_stock", "web_search", "code_execution"));
        Assert.All(stub.Requests[0].GetProperty("tools").EnumerateArray(), t =>
        {
            Assert.True(!t.TryGetProperty("type", out var type) || type.ValueKind == JsonValueKind.Null || type.GetString() == "custom", t.GetRawText());
            Assert.True(t.TryGetProperty("input_schema", out _));
        });
        Assert.False(stub.Requests[0].TryGetProperty("mcp_servers", out _));
        Assert.False(stub.Requests[0].TryGetProperty("container", out _));
    }

    [Theory]
    [InlineData("""{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{"query":"prices"}}""", "server_tool_use")]
    [InlineData("""{"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[{"type":"web_search_result","url":"https://x","title":"t","encrypted_content":"e","page_age":null}]}""", "web_search_tool_result")]
    [InlineData("""{"type":"code_execution_tool_result","tool_use_id":"srvtoolu_1","content":{"type":"code_execution_result","stdout":"","stderr":"","return_code":0,"content":[]}}""", "code_execution_tool_result")]
    [InlineData("""{"type":"mcp_tool_use","id":"mcptoolu_1","name":"send","server_name":"mail","input":{}}""", "mcp_tool_use")]
    [InlineData("""{"type":"Some New Thing!","id":"x"}""", "something unknown")]
    public async Task A_reply_in_which_the_provider_ran_a_tool_of_its_own_is_refused_whole(string block, string kind)
    {
        await using var stub = await ChatStub.StartAsync(Says("""{"type":"text","text":"I looked it up: 12 EUR."},""" + block));
        var answer = await AskAsync(stub, ModelQuestions.With("erp.low_stock"));
        Assert.Equal((ModelOutcome.Unavailable, (string?)null), (answer.Outcome, answer.Text));
        Assert.Equal($"The reply was refused: in it the provider ran a tool of its own ({kind}), which no rule here has allowed.", answer.Error);
        Assert.Empty(answer.Calls);
        Assert.Single(stub.Requests);
    }

    [Fact]
    public async Task What_a_model_thought_is_not_what_it_said()
    {
        await using var stub = await ChatStub.StartAsync(Says("""{"type":"thinking","thinking":"They want bolts.","signature":"s"},{"type":"redacted_thinking","data":"x"},{"type":"text","text":"Bolts."}"""));
        Assert.Equal("Bolts.", (await AskAsync(stub)).Text);
    }

    [Fact]
    public async Task A_conversation_goes_on_with_what_came_of_the_calls()
    {
        await using var stub = await ChatStub.StartAsync(Says("""{"type":"text","text":"Done."}"""));
        var rubbish = new ModelToolCall("toolu_2", "erp.low_stock", JsonText.OfString("{\"a\": 1"));
        await AskAsync(stub, ModelQuestions.With("erp.low_stock") with
        {
            Messages =
            [
                .. ModelQuestions.Plain.Messages,
                new ModelMessage.Assistant("Looking.", [new ModelToolCall("toolu_1", "erp.low_stock", JsonText.Parse("""{"limit":0.10}""")), rubbish]),
                new ModelMessage.Tool("toolu_1", "erp.low_stock", """{"rows":[]}"""),
                new ModelMessage.Tool("toolu_2", "erp.low_stock", """{"refused":"No object."}"""),
            ],
        });
        var messages = stub.Requests[0].GetProperty("messages").EnumerateArray().ToList();
        var calls = messages.Single(m => m.GetProperty("role").GetString() == "assistant").GetProperty("content").EnumerateArray().Where(c => c.GetProperty("type").GetString() == "tool_use").ToList();
        Assert.Equal(["toolu_1", "toolu_2"], calls.Select(c => c.GetProperty("id").GetString()));
        Assert.Equal("""{"limit":0.10}""", calls[0].GetProperty("input").GetRawText());
        Assert.Equal(JsonValueKind.Object, calls[1].GetProperty("input").ValueKind);
        var results = messages.Where(m => m.GetProperty("role").GetString() == "user").SelectMany(m => m.GetProperty("content").ValueKind == JsonValueKind.Array ? m.GetProperty("content").EnumerateArray().ToList() : []).Where(c => c.GetProperty("type").GetString() == "tool_result").ToList();
        Assert.Equal(["toolu_1", "toolu_2"], results.Select(r => r.GetProperty("tool_use_id").GetString()));
    }

    [Fact]
    public async Task A_storm_of_429_is_waited_out_as_long_as_the_endpoint_asks()
    {
        var time = new SkippingTime();
        await using var stub = await ChatStub.StartAsync(
            ChatStub.Says(429, """{"type":"error","error":{"type":"rate_limit_error","message":"Slow down."}}""", retryAfter: "7"),
            ChatStub.Says(529, """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"""),
            Says("""{"type":"text","text":"Here."}"""));
        var answer = await AskAsync(stub, time: time);
        Assert.Equal("Here.", answer.Text);
        Assert.Equal(3, stub.Requests.Count);
        Assert.Equal(TimeSpan.FromSeconds(7), time.Pauses[0]);
    }

    [Theory]
    [InlineData(401, "The model's endpoint does not take the key (401). Is AIMANAGER_MODEL_KEY right?")]
    [InlineData(400, "The model's endpoint did not take the question (400): the key *** is not for this.")]
    [InlineData(307, "The model's endpoint sends elsewhere (307), where no question goes.")]
    public async Task What_an_endpoint_says_instead_of_an_answer_is_told_without_the_key(int status, string error)
    {
        await using var stub = await ChatStub.StartAsync(ChatStub.Says(status, $$$"""{"type":"error","error":{"type":"invalid_request_error","message":"the key {{{Key}}} is not for this."}}"""));
        var answer = await AskAsync(stub);
        Assert.Equal((ModelOutcome.Unavailable, error), (answer.Outcome, answer.Error));
        Assert.Single(stub.Requests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("<html>Welcome</html>")]
    [InlineData("""{"type":"message","content":"no"}""")]
    [InlineData("""{"type":"message","content":[{}],"usage":{}}""")]
    public async Task A_body_that_is_no_message_is_an_answer_too(string body)
    {
        await using var stub = await ChatStub.StartAsync(ChatStub.Says(200, body));
        var answer = await AskAsync(stub, retries: 0);
        Assert.Equal(ModelOutcome.Unavailable, answer.Outcome);
        Assert.NotNull(answer.Error);
    }

    [Fact]
    public async Task A_refusal_is_said_to_be_one_and_a_cut_reply_too()
    {
        await using (var refusing = await ChatStub.StartAsync(Says("""{"type":"text","text":"No."}""", "refusal")))
        {
            Assert.Equal(ModelOutcome.Declined, (await AskAsync(refusing)).Outcome);
        }

        await using var cut = await ChatStub.StartAsync(Says("""{"type":"text","text":"Onc"}""", "max_tokens"));
        Assert.Contains("cut off", (await AskAsync(cut)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_breaks_is_tried_again()
    {
        await using var stub = await ChatStub.StartAsync(ChatStub.HangsUp, Says("""{"type":"text","text":"Here."}"""));
        Assert.Equal("Here.", (await AskAsync(stub, time: new SkippingTime())).Text);
    }

    private static Func<HttpContext, Task> Says(string blocks, string stop = "end_turn") => ChatStub.Says(
        200,
        $$$"""{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[{{{blocks}}}],"stop_reason":"{{{stop}}}","stop_sequence":null,"usage":{"input_tokens":11,"output_tokens":7}}""");

    private static async Task<ModelAnswer> AskAsync(ChatStub stub, ModelQuestion? question = null, TimeProvider? time = null, int retries = 4)
    {
        using var client = ChatModelClient.Of(
            new ModelOptions(stub.Root, "claude") { Kind = ModelKind.Anthropic, Key = Key, Retries = retries }, time ?? TimeProvider.System, new Random(1));
        Assert.Equal("anthropic", client.Models[0].Provider);
        return await client.AskAsync(question ?? ModelQuestions.Plain, CancellationToken.None);
    }
}
