using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace AiManager.Tools.Tests;

/// <summary>Credentials go on each request, are renewed when they are refused, and are never seen by anybody else.</summary>
public sealed class OpenApiAuthTests
{
    private const string Secret = "s3cr3t+/=value ž";
    private const string Ascii = "s3cr3t+/=value-0";
    private const string Paths = """ "paths":{"/plain":{"get":{"operationId":"plain"},"post":{"operationId":"write"}}} """;

    [Theory]
    [InlineData("{ bearer: \"${TOKEN}\" }", "Authorization", "Bearer " + Ascii)]
    [InlineData("{ basic: { user: jana, password: \"${TOKEN}\" } }", "Authorization", "Basic amFuYTpzM2NyM3QrLz12YWx1ZS0w")]
    [InlineData("{ apiKey: { header: X-Api-Key, value: \"${TOKEN}\" } }", "X-Api-Key", Ascii)]
    [InlineData("{ apiKey: { cookie: key, value: \"${TOKEN}\" } }", "Cookie", "key=s3cr3t%2B%2F%3Dvalue-0")]
    public async Task Each_way_of_signing_in_is_written_as_the_service_expects(string auth, string header, string expected)
    {
        await using var service = await ServiceStub.StartAsync();
        await using var shop = await OpenAsync(service, auth);
        await shop.CallAsync("plain", "{}");
        Assert.Equal(expected, Assert.Single(service.Requests).Headers[header]);
    }

    [Fact]
    public async Task A_key_in_the_query_comes_behind_the_rest()
    {
        await using var service = await ServiceStub.StartAsync();
        await using var shop = await OpenAsync(service, "{ apiKey: { query: api_key, value: \"${TOKEN}\" } }");
        await shop.CallAsync("plain", "{}");
        Assert.Equal("/plain?api_key=s3cr3t%2B%2F%3Dvalue-0", Assert.Single(service.Requests).Target);
    }

    [Fact]
    public async Task A_token_is_asked_for_once_and_again_when_it_is_refused_and_when_it_runs_out()
    {
        await using var tokens = await ServiceStub.StartAsync(Token("token-one"), Token("token-two"), Token("token-three"));
        await using var service = await ServiceStub.StartAsync(
            ServiceStub.Says(200, "{}"), ServiceStub.Says(200, "{}"), ServiceStub.Says(401), ServiceStub.Says(200, "{}"), ServiceStub.Says(200, "{}"));
        var time = new Contracts.ManualTime();
        await using var shop = await OpenAsync(service, $"{{ oauth: {{ tokenUrl: \"{tokens.Url}token\", clientId: me, clientSecret: \"${{TOKEN}}\", scope: read }} }}", time: time);
        await shop.CallAsync("plain", "{}");
        await shop.CallAsync("plain", "{}");
        await shop.CallAsync("plain", "{}");
        time.Advance(TimeSpan.FromHours(1));
        await shop.CallAsync("plain", "{}");
        Assert.Equal(["one", "one", "one", "two", "three"], service.Requests.Select(r => r.Headers["Authorization"]["Bearer token-".Length..]));
        Assert.Equal(3, tokens.Requests.Count);
        Assert.Equal("grant_type=client_credentials&scope=read", tokens.Requests[0].Body);
        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("me:" + Uri.EscapeDataString(Ascii))), tokens.Requests[0].Headers["Authorization"]);

        static Func<HttpContext, Task> Token(string token) => ServiceStub.Says(200, $$"""{"access_token":"{{token}}","token_type":"Bearer","expires_in":3600}""");
    }

    [Fact]
    public async Task A_write_that_was_refused_for_its_token_is_sent_again_with_a_new_one_and_no_further()
    {
        await using var tokens = await ServiceStub.StartAsync(ServiceStub.Says(200, """{"access_token":"token-a"}"""));
        await using var service = await ServiceStub.StartAsync(ServiceStub.Says(401));
        await using var shop = await OpenAsync(service, $"{{ oauth: {{ tokenUrl: \"{tokens.Url}token\", clientId: me, clientSecret: \"${{TOKEN}}\" }} }}", EffectClass.WriteIrreversible);
        Assert.StartsWith("127.0.0.1 does not let us (401).", await shop.FailAsync("write", "{}"), StringComparison.Ordinal);
        Assert.Equal((2, 2), (service.Requests.Count, tokens.Requests.Count));
    }

    [Theory]
    [InlineData(401, "no")]
    [InlineData(200, "<html>")]
    [InlineData(200, "{}")]
    [InlineData(302, "")]
    public async Task Without_a_token_nothing_is_sent(int status, string body)
    {
        await using var tokens = await ServiceStub.StartAsync(ServiceStub.Says(status, body));
        await using var service = await ServiceStub.StartAsync();
        await using var shop = await OpenAsync(service, $"{{ oauth: {{ tokenUrl: \"{tokens.Url}token\", clientId: me, clientSecret: \"${{TOKEN}}\" }} }}", EffectClass.WriteIrreversible);
        Assert.StartsWith("No token is to be had", await shop.FailAsync("write", "{}"), StringComparison.Ordinal);
        Assert.Empty(service.Requests);
    }

    [Fact]
    public async Task A_token_endpoint_that_hangs_holds_a_write_up_and_leaves_no_doubt_about_it()
    {
        var (arrived, time) = (new TaskCompletionSource(), new Contracts.ManualTime());
        await using var tokens = await ServiceStub.StartAsync(ServiceStub.IsSilent(arrived));
        await using var service = await ServiceStub.StartAsync();
        await using var shop = await OpenAsync(service, $"{{ oauth: {{ tokenUrl: \"{tokens.Url}token\", clientId: me, clientSecret: \"${{TOKEN}}\" }} }}", EffectClass.WriteIrreversible, time);
        var call = shop.FailAsync("write", "{}");
        await arrived.Task;
        time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal("No token is to be had: 127.0.0.1 does not answer within 15 s.", await call);
        Assert.Empty(service.Requests);
    }

    [Fact]
    public async Task A_token_endpoint_to_which_no_connection_comes_about_leaves_no_doubt_about_a_write()
    {
        using var hole = new TcpListener(IPAddress.Loopback, 0);
        hole.Start();
        await using var service = await ServiceStub.StartAsync();
        await using var shop = await OpenAsync(
            service, $"{{ oauth: {{ tokenUrl: \"https://127.0.0.1:{((IPEndPoint)hole.LocalEndpoint).Port}/token\", clientId: me, clientSecret: \"${{TOKEN}}\" }} }}", EffectClass.WriteIrreversible, connectTimeout: TimeSpan.FromMilliseconds(50));
        Assert.StartsWith("No token is to be had: 127.0.0.1 cannot be reached", await shop.FailAsync("write", "{}"), StringComparison.Ordinal);
        Assert.Empty(service.Requests);
    }

    [Theory]
    [InlineData("{ query: key, value: \"${TOKEN}\" }", "in_cookie", "in_query: Its query parameter 'KEY' stands where the company's own key goes.")]
    [InlineData("{ cookie: key, value: \"${TOKEN}\" }", "in_query", "in_cookie: Its cookie parameter 'key' stands where the company's own key goes.")]
    [InlineData("{ header: key, value: \"${TOKEN}\" }", "in_cookie, in_query", null)]
    public async Task An_argument_that_would_stand_beside_the_companys_key_makes_its_operation_unusable(string key, string usable, string? unusable)
    {
        const string Keyed = """
            "paths":{"/q":{"get":{"operationId":"in_query","parameters":[{"name":"KEY","in":"query","schema":{"type":"string"}}]}},
                     "/c":{"get":{"operationId":"in_cookie","parameters":[{"name":"key","in":"cookie","schema":{"type":"string"}}]}}}
            """;
        var (source, reader, _) = ApiShop.Bind(Keyed, "https://crm.example.com", "auth: { apiKey: " + key + " }", new Dictionary<string, string> { ["TOKEN"] = Ascii });
        Assert.Empty(reader.Faults);
        var listed = await source!.ListAsync(CancellationToken.None);
        Assert.Equal(usable, string.Join(", ", listed.Where(l => l.Problem is null).Select(l => l.RemoteName)));
        Assert.Equal(unusable, listed.Where(l => l.Problem is not null).Select(l => $"{l.RemoteName}: {l.Problem}").SingleOrDefault());
        await source.DisposeAsync();
    }

    [Theory]
    [InlineData("""{"filter":{"api_key":"theirs"}}""", true)]
    [InlineData("""{"filter":{"API_KEY":"theirs"}}""", true)]
    [InlineData("""{"filter":{"city":"api_key=theirs"}}""", false)]
    public async Task A_field_that_a_model_names_as_the_companys_key_is_not_sent(string args, bool isRefused)
    {
        await using var service = await ServiceStub.StartAsync();
        await using var shop = await ApiShop.OpenAsync(
            """ "paths":{"/plain":{"get":{"operationId":"plain","parameters":[{"name":"filter","in":"query","schema":{"type":"object","additionalProperties":{"type":"string"}}}]}}} """,
            service.Url.ToString(), "allowPrivate: true\nauth: { apiKey: { query: api_key, value: \"${TOKEN}\" } }", environment: new Dictionary<string, string> { ["TOKEN"] = Ascii });
        var (_, result) = await shop.CallAsync("plain", args);
        Assert.Equal(isRefused, result.GetRawText().Contains("where the company\\u0027s own key goes", StringComparison.Ordinal));
        Assert.Equal(isRefused ? 0 : 1, service.Requests.Count);
    }

    [Fact]
    public async Task A_file_in_which_a_service_echoes_our_header_tells_it_to_nobody()
    {
        await using var service = await ServiceStub.StartAsync(async http =>
        {
            http.Response.ContentType = "application/octet-stream";
            foreach (var half in ((string[])["\u0000\u0001", http.Request.Headers.Authorization.ToString()[..12], http.Request.Headers.Authorization.ToString()[12..], "\u0002"]))
            {
                // In two pieces, each of them on its way before the other is written.
                await http.Response.WriteAsync(half);
                await http.Response.Body.FlushAsync();
            }
        });
        await using var shop = await OpenAsync(service, "{ bearer: \"${TOKEN}\" }");
        var (_, result) = await shop.CallAsync("plain", "{}");
        var kept = (await shop.Shop.Blobs.GetAsync(result.GetProperty("blob").GetString()!, CancellationToken.None))!.Value;
        Assert.Equal("\u0000\u0001Bearer [secret]********\u0002", Encoding.UTF8.GetString(kept.Span));
        Assert.Equal(kept.Length, result.GetProperty("bytes").GetInt32());
        Assert.Single(shop.Shop.Blobs.All);
    }

    [Fact]
    public void Of_the_tokens_of_a_client_the_last_and_the_one_before_are_looked_for_and_others_are_forgotten()
    {
        var (words, one, other) = (new SecretWords(), new object(), new object());
        words.Add("lasting-secret");
        foreach (var number in Enumerable.Range(1, 4))
        {
            words.Turn(one, $"token-number-{number}");
            words.Turn(other, $"lasting-{(number % 2 == 0 ? "secret" : "other")}");
        }

        words.Turn(one, "token-number-4");
        Assert.Equal(
            "token-number-1 token-number-2 [secret] [secret] [secret] [secret]", words.Clean("token-number-1 token-number-2 token-number-3 token-number-4 lasting-secret lasting-other"));
        words.Turn(other, "brief");
        words.Turn(other, "brief again");
        Assert.Equal("[secret] lasting-other brief", words.Clean("lasting-secret lasting-other brief"));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(400)]
    [InlineData(500)]
    public async Task A_service_that_echoes_our_header_tells_it_to_nobody(int status)
    {
        await using var service = await ServiceStub.StartAsync(async http =>
        {
            var sent = http.Request.Headers.Authorization.ToString();
            http.Response.StatusCode = status;
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync($$"""{"you sent":"{{sent}}","in base64":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes("x" + sent))}}","in a url":"?a={{Uri.EscapeDataString(sent)}}"}""");
        });
        await using var shop = await OpenAsync(service, "{ bearer: \"${TOKEN}\" }");
        var (_, result) = await shop.CallAsync("plain", "{}");
        var text = result.GetRawText();
        Assert.Contains("you sent", text, StringComparison.Ordinal);
        Assert.Equal(3, text.Split(SecretWords.Mark).Length - 1);
        Assert.DoesNotContain("s3cr3t", text, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes(Ascii))[..10], text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_is_found_in_each_form_in_which_an_echo_shows_it()
    {
        var words = new SecretWords();
        words.Add(Secret);
        words.Add("short");
        var bytes = Encoding.UTF8.GetBytes(Secret);
        string[] forms =
        [
            Secret, JsonText.OfString(Secret).Text, Uri.EscapeDataString(Secret), Uri.EscapeDataString(Secret).ToLowerInvariant(), System.Net.WebUtility.UrlEncode(Secret),
            Convert.ToHexString(bytes), Convert.ToHexStringLower(bytes), Convert.ToBase64String(bytes), Convert.ToBase64String([1, .. bytes, 2]), Convert.ToBase64String([1, 2, .. bytes, 3]), Convert.ToBase64String([.. Encoding.UTF8.GetBytes("jana:"), .. bytes]),
            Convert.ToBase64String(bytes).Replace('+', '-').Replace('/', '_').TrimEnd('='),
        ];
        Assert.All(forms, form => Assert.Contains(SecretWords.Mark, words.Clean($"before {form} after"), StringComparison.Ordinal));
        Assert.Equal("short words stay", words.Clean("short words stay"));
    }

    [Fact]
    public void A_value_that_is_no_json_without_its_secret_is_not_kept()
    {
        var words = new SecretWords();
        words.Add("1234567");
        Assert.Equal(JsonText.OfString(SecretWords.Mark), words.Clean(JsonText.Parse("{\"n\":1234567}")));
        Assert.Equal(JsonText.Parse("{\"n\":7654321}"), words.Clean(JsonText.Parse("{\"n\":7654321}")));
    }

    private static Task<ApiShop> OpenAsync(ServiceStub service, string auth, EffectClass effect = EffectClass.Observe, TimeProvider? time = null, TimeSpan? connectTimeout = null) =>
        ApiShop.OpenAsync(Paths, service.Url.ToString(), "allowPrivate: true\nauth: " + auth, effect, new Dictionary<string, string> { ["TOKEN"] = Ascii }, time: time, connectTimeout: connectTimeout);
}
