using System.Net.Http.Json;
using System.Text.Json;

namespace AiManager.Host.Tests;

/// <summary>Who shares the store.</summary>
public sealed class NodesApiTests
{
    [Fact]
    public async Task Hosts_are_listed_with_what_they_run_and_the_first_page_names_those_that_differ()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var now = TimeProvider.System.GetUtcNow();
        await api.Get<INodes>().BeatAsync(new NodeBeat("a:1", now, now, TimeSpan.FromMinutes(1), "0.2.0", "one", "one", "http://127.0.0.1:1/", IsDraining: false), CancellationToken.None);
        await api.Get<INodes>().BeatAsync(new NodeBeat("b:2", now, now, TimeSpan.FromMinutes(1), "0.2.0", "one", "two", null, IsDraining: true), CancellationToken.None);
        using var client = await api.AsAsync("jana");

        var nodes = await client.GetFromJsonAsync<JsonElement>("/api/nodes");
        Assert.Equal(["a:1 alive one", "b:2 draining two"], nodes.EnumerateArray().Select(n => $"{n.GetProperty("id")} {n.GetProperty("state")} {n.GetProperty("folder")}"));
        using var browser = await api.BrowserAsync("jana");
        Assert.Contains("different configurations in their folders", await browser.GetStringAsync(new Uri("/", UriKind.Relative)));
    }

    [Fact]
    public async Task A_key_that_was_made_on_another_host_opens_at_once()
    {
        await using var api = await ApiUnderTest.StartAsync();
        using var elsewhere = new CompanyStream(api.Get<IWorkflowJournal>(), api.Get<IEnvelopes>(), TimeProvider.System);
        var key = await new KeyDesk(elsewhere, api.Get<IDirectory>(), TimeProvider.System).CreateAsync("jana", [], null, Actor.System, CancellationToken.None);
        using var client = api.Stranger();
        client.DefaultRequestHeaders.Authorization = new("Bearer", key.Write());

        Assert.Equal(System.Net.HttpStatusCode.OK, (await client.GetAsync(new Uri("/api/nodes", UriKind.Relative))).StatusCode);
    }
}
