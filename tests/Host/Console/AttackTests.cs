using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using AiManager.Contracts;

namespace AiManager.Host.Tests;

/// <summary>What somebody who means harm would try with a browser, a link, or a bare connection.</summary>
public sealed partial class AttackTests(HardHost host) : IClassFixture<HardHost>
{
    private const string Script = "<script>alert(1)</script><img src=x onerror=alert(2)>\"' onmouseover=alert(3)";

    private static readonly JsonSerializerOptions Bare = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task What_a_tool_gave_back_and_what_a_rule_or_a_person_said_is_text_on_every_page()
    {
        var workflow = await host.Api.SubmittedAsync(Script);
        var call = PrefixedId.Derive<CallId>(workflow.Value, "read");
        await host.Api.AppendAsync(
            workflow,
            new CallProposed(call, null, Script, "files.read", JsonText.Parse(JsonNode(Script)), []),
            new CallDecided(call, Effect.Allow, [Script], JsonText.Parse(JsonNode(Script)), Script, "policy", "v1", []));
        await host.Api.AppendAsync(
            workflow,
            new CallStarted(call, "key", true, [], null),
            new CallSettled(call, CallOutcome.Succeeded, JsonText.Parse(JsonNode(Script)), null, null, []));
        using var jana = await Visitor.OfAsync(host.Api, "jana");
        foreach (var path in new[] { "/", "/workflows", $"/workflows/{workflow}", $"/workflows/{workflow}/timeline?zoom=all", $"/workflows/{workflow}/timeline?zoom=raw", "/audit", $"/workflows?q={Uri.EscapeDataString(Script)}", $"/knowledge?q={Uri.EscapeDataString(Script)}", $"/authority?agent=a&tool={Uri.EscapeDataString(Script)}&arguments={Uri.EscapeDataString(Script)}", $"/{Uri.EscapeDataString(Script)}" })
        {
            var page = await jana.PageAsync(path);
            Assert.True(page.Contains("</html>", StringComparison.Ordinal), path);
            Assert.DoesNotContain("<script>", page, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("<img", page, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotMatch("(?i)<[^>]+ on[a-z]+=", Quoted().Replace(page, "\"\""));
        }
    }

    [Fact]
    public async Task A_files_name_and_a_tools_words_are_text_too()
    {
        await using var api = await ApiUnderTest.StartAsync("", [.. OutsideTool.Files, ("knowledge/<img src=x onerror=alert(1)>.md", $"---\nowner: \"<img src=y>\"\napprovedBy: petra\n---\n# <img src=z>\n\nPens <script>alert(1)</script>.\n")]);
        await api.Get<CompanyAtWork>().Get<AiManager.Tools.SourceKeeper>().AskAllAsync(CancellationToken.None);
        using var jana = await Visitor.OfAsync(api, "jana");
        foreach (var path in new[] { "/knowledge", "/knowledge?q=pens", "/knowledge/-img-src-x-onerror-alert-1--", "/tools" })
        {
            var page = await jana.PageAsync(path);
            Assert.True(page.Contains("img src=", StringComparison.Ordinal) || page.Contains("&lt;b&gt;", StringComparison.Ordinal), path);
            Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
            Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
            Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_link_signs_in_once_and_not_when_it_is_old()
    {
        using var first = Client();
        using var second = Client();
        var link = new Uri("/sign-in/" + host.Api.Get<SignInLinks>().New("jana"), UriKind.Relative);
        Assert.Equal(HttpStatusCode.Redirect, (await first.GetAsync(link)).StatusCode);
        var replayed = await second.GetAsync(link);
        Assert.Equal(HttpStatusCode.Forbidden, replayed.StatusCode);
        Assert.DoesNotContain(replayed.Headers.TryGetValues("Set-Cookie", out var set) ? set : [], c => !c.StartsWith("aimanager-form", StringComparison.Ordinal)); // only what the key's form needs
        var time = new ManualTime();
        var links = new SignInLinks(time);
        var code = links.New("jana");
        time.Advance(SignInLinks.Lifetime);
        Assert.Null(links.Use(code));
    }

    [Fact]
    public async Task A_session_that_somebody_else_chose_is_not_taken_and_one_that_has_ended_opens_nothing_whoever_kept_its_cookie()
    {
        using var planted = Client(withCookies: false);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/sign-in/" + host.Api.Get<SignInLinks>().New("jana"));
        request.Headers.Add("Cookie", "aimanager=chosen-by-somebody-else");
        var begun = CookieOf(await planted.SendAsync(request));
        Assert.DoesNotContain("chosen", begun, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(planted, "/inbox", begun));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(planted, "/inbox", "aimanager=chosen-by-somebody-else"));

        // Another link in the same browser begins another session, and the one before is over.
        using var again = new HttpRequestMessage(HttpMethod.Get, "/sign-in/" + host.Api.Get<SignInLinks>().New("petra"));
        again.Headers.Add("Cookie", begun);
        var next = CookieOf(await planted.SendAsync(again));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(planted, "/inbox", begun));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(planted, "/inbox", next));

        // So is one that was signed out of.
        using var home = new HttpRequestMessage(HttpMethod.Get, "/");
        home.Headers.Add("Cookie", next);
        using var page = await planted.SendAsync(home);
        var token = Regex.Match(await page.Content.ReadAsStringAsync(), "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value;
        using var leaving = new HttpRequestMessage(HttpMethod.Post, "/sign-out") { Content = new FormUrlEncodedContent([new("__RequestVerificationToken", token)]) };
        leaving.Headers.Add("Cookie", $"{next}; {page.Headers.GetValues("Set-Cookie").Single().Split(';')[0]}");
        Assert.Equal(HttpStatusCode.SeeOther, (await planted.SendAsync(leaving)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(planted, "/inbox", next));
    }

    [Theory]
    [InlineData("evil.example", false)]
    [InlineData("evil.example:5080", false)]
    [InlineData("127.0.0.1.evil.example", false)]
    [InlineData("localhost.evil.example", false)]
    [InlineData("192.168.1.10", true)]
    [InlineData("manager.example.com", true)]
    [InlineData("MANAGER.example.com:443", true)]
    [InlineData("localhost:5080", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("[::1]:5080", true)]
    public async Task A_site_whose_name_leads_to_this_machine_is_not_answered(string name, bool isAnswered)
    {
        using var client = Client();
        foreach (var path in (string[])["/", "/health/live", "/sign-in/" + host.Api.Get<SignInLinks>().New("jana")])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Host = name;
            using var reply = await client.SendAsync(request);
            Assert.Equal(isAnswered, reply.StatusCode != HttpStatusCode.MisdirectedRequest);
            Assert.True(isAnswered || !reply.Headers.Contains("Set-Cookie"));
        }
    }

    [Theory]
    [InlineData("//evil.example/")]
    [InlineData("https://evil.example/")]
    [InlineData("/\\evil.example")]
    [InlineData("/inbox\r\nSet-Cookie: aimanager=x")]
    [InlineData("javascript:alert(1)")]
    public async Task A_form_leads_nowhere_else_and_its_words_end_no_header(string back)
    {
        using var jana = await Visitor.OfAsync(host.Api, "jana");
        var (status, _, location) = await jana.SendAsync("/tools", "/suspensions", ("kind", "all"), ("name", "*"), ("reason", "Drill"), ("do", "suspend"), ("back", back));
        Assert.Equal((HttpStatusCode.SeeOther, "/tools"), (status, location?.ToString()));
        Assert.Equal(HttpStatusCode.SeeOther, (await jana.SendAsync("/tools", "/suspensions", ("kind", "all"), ("name", "*"), ("do", "lift"))).Status);
    }

    [Theory]
    [InlineData("/workflows?q=%0d%0aSet-Cookie:%20aimanager=x")]
    [InlineData("/sign-in/%0d%0aLocation:%20https:%2f%2fevil.example")]
    [InlineData("/..%2f..%2f..%2fetc%2fpasswd")]
    [InlineData("/../../etc/passwd")]
    [InlineData("/console.css/..%2fcompany.yaml")]
    [InlineData("/knowledge/..%2f..%2fcompany.yaml")]
    [InlineData("/knowledge/%2e%2e/company.yaml")]
    [InlineData("/workflows/..%5c..%5ccompany.yaml")]
    [InlineData("/api/workflows/%2e%2e%2fcompany.yaml/events")]
    public async Task A_path_leads_to_no_file_and_ends_no_header(string target)
    {
        var reply = await RawAsync($"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {await KeyAsync()}\r\nConnection: close\r\n\r\n");
        var (head, body) = (reply[..reply.IndexOf("\r\n\r\n", StringComparison.Ordinal)], reply[reply.IndexOf("\r\n\r\n", StringComparison.Ordinal)..]);
        Assert.DoesNotContain("500 ", head.Split("\r\n")[0], StringComparison.Ordinal);
        Assert.DoesNotContain("aimanager=x", head, StringComparison.Ordinal);
        Assert.DoesNotContain("evil.example", head, StringComparison.Ordinal);
        Assert.DoesNotContain("root:", body, StringComparison.Ordinal);
        Assert.DoesNotContain("timeZone", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_too_large_or_has_too_many_fields_is_refused_and_never_a_fault_of_the_program()
    {
        using var jana = await Visitor.OfAsync(host.Api, "jana");
        var large = await RawAsync("POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 5242880\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 413", large, StringComparison.Ordinal);
        var many = await jana.SendAsync("/", "/inbox/goals", [.. Enumerable.Range(0, 5000).Select(i => ("f" + i, "x"))]);
        Assert.Equal(HttpStatusCode.BadRequest, many.Status);
        Assert.Contains("cannot be read", many.Page, StringComparison.Ordinal);
        using var stranger = Client();
        using var key = new FormUrlEncodedContent(Enumerable.Range(0, 5000).Select(i => KeyValuePair.Create("f" + i, "x")));
        Assert.Equal(HttpStatusCode.BadRequest, (await stranger.PostAsync(new Uri("/sign-in", UriKind.Relative), key)).StatusCode);
        Assert.StartsWith("HTTP/1.1 431", await RawAsync($"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: {new string('a', 64 * 1024)}\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connections_that_say_nothing_more_hold_nobody_up()
    {
        var silent = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 200; i++)
            {
                var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, host.Api.Url.Port);
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(i % 2 == 0 ? "GET / HTTP/1.1\r\nHost: 127" : "POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nkey="));
                silent.Add(client);
            }

            using var jana = await Visitor.OfAsync(host.Api, "jana");
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            Assert.Equal(HttpStatusCode.OK, (await jana.Client.GetAsync(new Uri("/inbox", UriKind.Relative), patience.Token)).StatusCode);
        }
        finally
        {
            silent.ForEach(c => c.Dispose());
        }
    }

    [Fact]
    public async Task Another_sites_form_signs_nobody_in_as_somebody_else()
    {
        using var own = new Visitor(Client());
        using var form = new FormUrlEncodedContent([new("key", await KeyAsync())]);
        using var reply = await own.Client.PostAsync(new Uri("/sign-in", UriKind.Relative), form);
        Assert.Equal(HttpStatusCode.BadRequest, reply.StatusCode);
        Assert.False(reply.Headers.TryGetValues("Set-Cookie", out var set) && set.Any(c => c.StartsWith("aimanager=", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.SeeOther, (await own.SendAsync("/", "/sign-in", ("key", await KeyAsync()))).Status);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Origin", "http://neighbour.example.com")]
    [InlineData("Origin", "null")]
    public async Task A_neighbour_that_brings_a_cookie_and_its_token_signs_nobody_in_either(string header, string value)
    {
        using var victim = new Visitor(Client());
        victim.Client.DefaultRequestHeaders.Add(header, value);
        var reply = await victim.SendAsync("/", "/sign-in", ("key", await KeyAsync()));
        Assert.Equal(HttpStatusCode.Forbidden, reply.Status);
        Assert.Contains("Another site sent this form", reply.Page, StringComparison.Ordinal);
        victim.Client.DefaultRequestHeaders.Remove(header);
        Assert.Equal(HttpStatusCode.SeeOther, (await victim.SendAsync("/", "/sign-in", ("key", await KeyAsync()))).Status);
    }

    private HttpClient Client(bool withCookies = true)
    {
        var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = withCookies }) { BaseAddress = host.Api.Url };
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        return client;
    }

    private async Task<string> KeyAsync() => (await host.Api.Get<KeyDesk>().CreateAsync("jana", [], null, Actor.System, CancellationToken.None)).Write();

    private static string CookieOf(HttpResponseMessage reply) => reply.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("aimanager=", StringComparison.Ordinal)).Split(';')[0];

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path, string cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Cookie", cookie);
        using var reply = await client.SendAsync(request);
        return reply.StatusCode;
    }

    /// <summary>As it stands, past whatever a client would make of it.</summary>
    private async Task<string> RawAsync(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, host.Api.Url.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Quoted();

    // As a tool writes it: no sign of it is escaped that JSON lets stand.
    private static string JsonNode(string text) => JsonSerializer.Serialize(new Dictionary<string, string> { ["text"] = text, [text] = text }, Bare);
}
