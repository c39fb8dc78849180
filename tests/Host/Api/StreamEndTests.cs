using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace AiManager.Host.Tests;

/// <summary>A live stream shows what its reader may see, as long as they may see it.</summary>
public sealed partial class StreamEndTests : IAsyncLifetime
{
    private ApiUnderTest _api = null!;

    public async Task InitializeAsync() => _api = await ApiUnderTest.StartAsync();

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task Streams_of_a_key_end_when_it_is_revoked_and_those_of_others_go_on()
    {
        var id = await _api.SubmittedAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var jana = await _api.AsAsync("jana");
        using var petra = await _api.AsAsync("petra");
        (string Path, string? Body)[] asked =
        [
            ($"/api/workflows/{id}/stream", null),
            ($"/workflows/{id}/live", null),
            ("/live", null),
            ("/a2a", $$$"""{"jsonrpc":"2.0","id":1,"method":"SubscribeToTask","params":{"id":"{{{id}}}"}}"""),
            ("/v1/chat/completions", """{"model":"ai-manager","stream":true,"messages":[{"role":"user","content":"Buy ink"}]}"""),
        ];
        var streams = new List<StreamReader>();
        foreach (var (path, body) in asked)
        {
            streams.Add(await OpenAsync(jana, path, body, patience.Token));
        }

        using var other = await OpenAsync(petra, $"/api/workflows/{id}/stream", null, patience.Token);
        foreach (var key in _api.Get<KeyDesk>().All.Where(k => k.Created.Person == "jana"))
        {
            Assert.True(await _api.Get<KeyDesk>().RevokeAsync(key.Created.Key, Actor.System, null, patience.Token));
        }

        foreach (var stream in streams)
        {
            await EndAsync(stream, patience.Token);
            stream.Dispose();
        }

        await _api.AppendAsync(id, new MessagePosted(new PrivateText("jana", "Red ones.")));
        while (!(await other.ReadLineAsync(patience.Token) ?? throw new EndOfStreamException()).Contains("MessagePosted", StringComparison.Ordinal))
        {
        }
    }

    [Fact]
    public async Task A_session_that_ends_takes_its_open_pages_with_it()
    {
        var id = await _api.SubmittedAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var visitor = await Visitor.OfAsync(_api, "petra");
        using var live = await OpenAsync(visitor.Client, $"/workflows/{id}/live", null, patience.Token);
        await visitor.SendAsync("/", "/sign-out");
        await EndAsync(live, patience.Token);
    }

    [Fact]
    public async Task Two_browsers_that_see_the_same_have_each_the_token_of_their_own_forms_and_come_back_to_the_page()
    {
        var id = await _api.SubmittedAsync();
        await _api.AskedAsync(id);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var tokens = new HashSet<string>();
        for (var i = 0; i < 2; i++)
        {
            var browser = await _api.BrowserAsync("petra");
            var live = await OpenAsync(browser, $"/workflows/{id}/live", null, patience.Token);
            var html = string.Empty;
            while (!html.Contains("id=\"inbox-count\"", StringComparison.Ordinal))
            {
                html += await live.ReadLineAsync(patience.Token) ?? throw new EndOfStreamException();
            }

            Assert.Contains($"name=\"back\" value=\"/workflows/{id}\"", html, StringComparison.Ordinal);
            var token = Assert.Single(TokenField().Matches(html).Select(m => m.Groups[1].Value).Distinct());
            using var form = new FormUrlEncodedContent([new("__RequestVerificationToken", token), new("do", "say"), new("words", "Seen.")]);
            using var sent = await browser.PostAsync(new Uri($"/workflows/{id}", UriKind.Relative), form, patience.Token);
            Assert.Equal(System.Net.HttpStatusCode.SeeOther, sent.StatusCode);
            tokens.Add(token);
        }

        Assert.Equal(2, tokens.Count);
    }

    private static async Task<StreamReader> OpenAsync(HttpClient client, string path, string? body, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, path) { Content = body is null ? null : new StringContent(body, MediaTypeHeaderValue.Parse("application/json")) };
        request.Headers.Add("A2A-Version", "1.0");
        var reply = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        Assert.True(reply.IsSuccessStatusCode, $"{path}: {reply.StatusCode}");
        return new StreamReader(await reply.Content.ReadAsStreamAsync(cancellationToken));
    }

    private static async Task EndAsync(StreamReader stream, CancellationToken cancellationToken)
    {
        while (await stream.ReadLineAsync(cancellationToken) is not null)
        {
        }
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex TokenField();
}
