using System.ClientModel;
using System.Net.Http.Json;
using System.Text.Json;
using OpenAI;
using OpenAI.Chat;

namespace AiManager.Host.Tests;

/// <summary>Follow-ups steer: what is said in a conversation is answered in it, and what it wants left out is left out.</summary>
public sealed class SteeredConversationTests(ServedProcurement service) : IClassFixture<ServedProcurement>
{
    [Fact]
    public async Task A_follow_up_is_answered_and_what_it_wants_left_out_is_not_ordered()
    {
        var key = await service.KeyAsync("jana");
        var chat = new ChatClient("ai-manager", new ApiKeyCredential(key), new OpenAIClientOptions { Endpoint = new Uri(service.Url, "/v1") });
        List<OpenAI.Chat.ChatMessage> talk = [new UserChatMessage("Restock everything below its reorder point.")];
        var id = (await SayAsync(chat, talk))[5..34];

        talk.Add(new UserChatMessage("How far are you with it?"));
        Assert.Contains("Just now: ", await SayAsync(chat, talk), StringComparison.Ordinal);

        talk.Add(new UserChatMessage("Leave nordkabel out."));
        var answer = await SayAsync(chat, talk);
        Assert.Contains("I leave nordkabel out. Left out: Order: nordkabel.", answer, StringComparison.Ordinal);

        using var api = new HttpClient { BaseAddress = service.Url };
        api.DefaultRequestHeaders.Authorization = new("Bearer", key);
        var approvals = await api.GetFromJsonAsync<JsonElement>($"/api/approvals?workflow={id}");
        var wanted = approvals.EnumerateArray().ToDictionary(
            a => a.GetProperty("arguments").GetProperty("supplier").GetString()!,
            a => a.GetProperty("status").GetString());
        Assert.Equal("void", wanted["nordkabel"]);
        Assert.Equal("pending", wanted["bohemia-electric"]);
        var tasks = await api.GetFromJsonAsync<JsonElement>($"/api/workflows/{id}");
        Assert.Contains(tasks.GetProperty("plan").GetProperty("tasks").EnumerateArray(), t => t.GetProperty("title").GetString() == "Order: nordkabel" && t.GetProperty("status").GetString() == "failed");
    }

    private static async Task<string> SayAsync(ChatClient chat, List<OpenAI.Chat.ChatMessage> talk)
    {
        var answer = (await chat.CompleteChatAsync(talk)).Value.Content[0].Text;
        talk.Add(new AssistantChatMessage(answer));
        return answer;
    }
}
