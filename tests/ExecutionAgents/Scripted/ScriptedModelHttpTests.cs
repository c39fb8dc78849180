using System.ClientModel;
using System.Net;
using System.Text;
using System.Text.Json;
using AiManager.Contracts;
using OpenAI;
using OpenAI.Chat;

namespace AiManager.ExecutionAgents.Tests;

/// <summary>The scripted model behind the real wire, asked by the product's own client for real models.</summary>
public sealed class ScriptedModelHttpTests : ModelClientContract, IAsyncLifetime
{
    private Endpoint? _endpoint;
    private ChatModelClient? _client;

    protected override IModelClient Client => _client!;

    public async Task InitializeAsync()
    {
        _endpoint = await Endpoint.StartAsync(app => app.MapScriptedModel(Scripts.Model(Script), new ManualTime()));
        _client = ChatModelClient.Of(new ModelOptions(_endpoint.Url, ScriptedModel.Name), new ManualTime(), new Random(1));
    }

    public async Task DisposeAsync()
    {
        _client!.Dispose();
        await _endpoint!.DisposeAsync();
    }

    [Fact]
    public async Task A_stream_adds_up_to_the_same_words_and_usage()
    {
        var whole = (await Sdk().CompleteChatAsync(Messages("words"))).Value;
        var text = new StringBuilder();
        ChatTokenUsage? usage = null;
        await foreach (var update in Sdk().CompleteChatStreamingAsync(Messages("words")))
        {
            text.Append(string.Concat(update.ContentUpdate.Select(c => c.Text)));
            usage = update.Usage ?? usage;
        }

        Assert.Equal(whole.Content[0].Text, text.ToString());
        Assert.Equal(whole.Usage.TotalTokenCount, usage?.TotalTokenCount);
    }

    [Fact]
    public async Task A_stream_brings_calls_with_names_of_the_request()
    {
        var options = new ChatCompletionOptions();
        options.Tools.Add(ChatTool.CreateFunctionTool("erp__low_stock"));
        var names = new List<string>();
        ChatFinishReason? finish = null;
        await foreach (var update in Sdk().CompleteChatStreamingAsync(Messages("act"), options))
        {
            names.AddRange(update.ToolCallUpdates.Select(c => $"{c.Index} {c.ToolCallId} {c.FunctionName} {c.FunctionArgumentsUpdate}"));
            finish = update.FinishReason ?? finish;
        }

        Assert.Equal(["0 call_1 erp__low_stock {}", """1 call_2 erp__create_order {"supplier":"acme","price":0.10,"note":"a \"quoted\" word\n"}"""], names);
        Assert.Equal(ChatFinishReason.ToolCalls, finish);
    }

    [Fact]
    public async Task No_script_is_422_with_its_code()
    {
        var fault = await Assert.ThrowsAsync<ClientResultException>(() => Sdk().CompleteChatAsync(Messages("poem")));
        Assert.Equal(422, fault.Status);
        using var body = JsonDocument.Parse(fault.GetRawResponse()!.Content);
        Assert.Equal("no_script", body.RootElement.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task It_is_listed_as_a_model()
    {
        using var http = new HttpClient();
        using var body = JsonDocument.Parse(await http.GetStringAsync(new Uri(_endpoint!.Url + "/models")));
        Assert.Equal("scripted", body.RootElement.GetProperty("data")[0].GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"messages":"hello"}""")]
    [InlineData("""{"messages":[1]}""")]
    [InlineData("""{"messages":[{"role":"assistant","tool_calls":[{"id":null,"function":{"name":"a","arguments":"{}"}}]}]}""")]
    [InlineData("""{"messages":[],"tools":[{"function":{}}]}""")]
    public async Task A_body_that_is_no_request_is_400(string body)
    {
        using var http = new HttpClient();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(new Uri(_endpoint!.Url + "/chat/completions"), content);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    private ChatClient Sdk() => new(ScriptedModel.Name, new ApiKeyCredential("none"), new OpenAIClientOptions { Endpoint = _endpoint!.Url });

    private static ChatMessage[] Messages(string step) =>
    [
        new SystemChatMessage($"Role: manager\nStep: {step}\n"),
        new UserChatMessage("```json\n{\"goal\":\"" + string.Concat(Enumerable.Repeat("a🙂", 40)) + "\",\"item\":{\"supplier\":\"acme\"}}\n```"),
    ];
}
