using System.ClientModel;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using OpenAI;
using OpenAI.Chat;

namespace AiManager.Host.Tests;

/// <summary>A goal from a chat client, with OpenAI's own client for .NET, and its approvals by MCP.</summary>
public sealed class ConversationTests(ServedProcurement service) : IClassFixture<ServedProcurement>
{
    [Fact]
    public async Task A_goal_is_told_as_it_goes_rests_where_people_must_act_and_goes_on_in_the_same_conversation()
    {
        var jana = Client(await service.KeyAsync("jana"));
        List<OpenAI.Chat.ChatMessage> talk = [new UserChatMessage("Restock everything below its reorder point.")];

        var (first, pieces, tokens) = await StreamAsync(jana, talk);

        Assert.True(pieces > 3, first);
        Assert.Matches(@"\AGoal wf_\w{26} · http://127\.0\.0\.1:\d+/workflows/wf_", first);
        Assert.Contains("My plan has", first, StringComparison.Ordinal);
        Assert.Contains("procurement-lead (Petra Novak or Omar Haddad)", first, StringComparison.Ordinal);
        Assert.Contains("waiting costs nothing", first, StringComparison.Ordinal);
        Assert.True(tokens > 0);

        var id = first[5..34];
        await DecideAllAsync(id);
        talk.AddRange([new AssistantChatMessage(first), new UserChatMessage("Status?")]);
        var second = (await jana.CompleteChatAsync(talk)).Value;
        Assert.Equal(ChatFinishReason.Stop, second.FinishReason);
        Assert.StartsWith($"Goal {id}", second.Content[0].Text, StringComparison.Ordinal);
        Assert.Contains("\nDone:\n", second.Content[0].Text, StringComparison.Ordinal);
        Assert.Contains("It is completed.", second.Content[0].Text, StringComparison.Ordinal);

        // The client's second try of the first request begins nothing: the same words from the same person.
        var (again, _, _) = await StreamAsync(jana, [talk[0]]);
        Assert.StartsWith($"Goal {id}", again, StringComparison.Ordinal);
        Assert.Contains(ChatWords.Already, again, StringComparison.Ordinal);

        using var viewer = new HttpClient { BaseAddress = service.Url };
        viewer.DefaultRequestHeaders.Authorization = new("Bearer", await service.KeyAsync("lukas"));
        var insights = await viewer.GetFromJsonAsync<JsonElement>("/api/insights");
        Assert.Equal(1, insights.GetProperty("outcomes").GetProperty("completed").GetInt32());
        Assert.Contains(insights.GetProperty("waiting").EnumerateArray(), w => w.GetProperty("role").GetString() == "procurement-lead");
        Assert.Contains(insights.GetProperty("executors").EnumerateArray(), e => e.GetProperty("executor").GetString() == "agent:purchaser" && e.GetProperty("acceptedFirst").GetInt32() > 0);
        Assert.NotEqual("0.00", insights.GetProperty("cost").GetProperty("money").GetProperty("amount").GetString());
    }

    private async Task DecideAllAsync(string workflow)
    {
        await using var jana = await McpClients.ConnectAsync(service.Url, await service.KeyAsync("jana"));
        foreach (var person in (string[])["petra", "helena"])
        {
            await using var client = await McpClients.ConnectAsync(service.Url, await service.KeyAsync(person));
            var mine = await client.AskAsync("list_approvals", ("mine", true), ("workflow", workflow));
            Assert.NotEqual(true, mine.IsError);
            foreach (var approval in mine.StructuredContent!.Value.GetProperty("items").EnumerateArray())
            {
                var own = await jana.AskAsync("decide_approval", ("approval", approval.GetProperty("id").GetString()), ("decision", "approve"));
                Assert.True(own.IsError, "Whoever asked for it all agreed to it.");
                var decided = await client.AskAsync("decide_approval", ("approval", approval.GetProperty("id").GetString()), ("decision", "approve"), ("reason", "Needed."));
                Assert.NotEqual(true, decided.IsError);
            }
        }
    }

    private ChatClient Client(string key) => new("ai-manager", new ApiKeyCredential(key), new OpenAIClientOptions { Endpoint = new Uri(service.Url, "/v1") });

    private static async Task<(string Words, int Pieces, int Tokens)> StreamAsync(ChatClient client, IEnumerable<OpenAI.Chat.ChatMessage> talk)
    {
        var (words, pieces, tokens) = (new StringBuilder(), 0, 0);
        await foreach (var update in client.CompleteChatStreamingAsync(talk))
        {
            words.Append(string.Concat(update.ContentUpdate.Select(p => p.Text)));
            pieces += update.ContentUpdate.Count;
            tokens = update.Usage?.TotalTokenCount ?? tokens;
        }

        return (words.ToString(), pieces, tokens);
    }
}
