using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AiManager.Scenarios.Tests;

/// <summary>
/// A company with a secret for each kind of thing that takes one, at services that quote what was sent to them wherever they can. Afterwards nothing that the program
/// wrote, said, or told a model has any of the secrets, in whatever form.
/// </summary>
public sealed class SecretTests : IAsyncLifetime
{
    private const string Token = "tok-PLANTED+/=crm~7f3a91";
    private const string Password = "pw PLANTED;db'55e1";
    private const string Key = "sk-PLANTED-model-90ac17";

    private readonly string _folder = Directory.CreateTempSubdirectory("aimanager-secrets-").FullName;
    private readonly ConcurrentQueue<string> _prompts = new();
    private readonly ConcurrentQueue<string> _said = new();
    private readonly ConcurrentQueue<string> _authorized = new();
    private WebApplication _world = null!;
    private volatile bool _isModelBroken;
    private int _questions;

    private string Company => Path.Combine(_folder, "company");

    private string Data => Path.Combine(_folder, "data");

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        _world = builder.Build();
        _world.MapPost("/v1/chat/completions", AnswerAsync);
        _world.MapGet("/crm/customers", http => EchoAsync(http, 200));
        _world.MapGet("/crm/fail", http => EchoAsync(http, 500));
        await _world.StartAsync();
        await RunAsync(0, "init", Company);
        Write("company.yaml", $"name: Secrets\ncurrency: EUR\ntimeZone: UTC\nmodel: {{ url: \"{_world.Urls.First()}/v1\", name: m, key: \"${{MODEL_KEY}}\" }}\n");
        Write("crm.openapi.json", """{"openapi":"3.1.0","info":{"title":"CRM","version":"1"},"paths":{"/customers":{"get":{"operationId":"customers"}},"/fail":{"get":{"operationId":"fail"}}}}""");
        Write(
            "tools.yaml",
            await File.ReadAllTextAsync(Path.Combine(Company, "tools.yaml")) + """

              - name: crm
                kind: openapi
                document: crm.openapi.json
                baseUrl: "${CRM_URL}"
                allowPrivate: true
                auth: { bearer: "${CRM_TOKEN}" }
                tools:
                  - { name: customers, effect: observe, retries: 0 }
                  - { name: fail, effect: observe, retries: 0 }
              - name: db
                kind: sql
                connection: "Host=127.0.0.1;Port=1;Username=u;Timeout=2;Password=\"${DB_PASSWORD}\""
                tools:
                  - { name: rows, effect: observe, sql: "select 1" }
            """);
        Write("authority.yaml", "version: 1\nrules:\n  - { id: read, effect: allow, tools: [\"desk.*\", \"crm.*\", \"db.*\"], when: tool.readOnly }\n");
        Write("agents/clerk.md", "---\nname: clerk\nskills: [answering]\ntools: [desk.open_requests, crm.customers, crm.fail, db.rows]\n---\nYou look things up.\n");
        Write("playbooks/answer-requests.md", "---\nname: look\noutcome: Looked.\nacceptance:\n  - { tool: desk.open_requests, is: \"size(result.rows) >= 0\" }\ngoals:\n  - Look at the customers.\n---\n1. **Look** (skill `answering`).\n");
        await File.WriteAllTextAsync(Path.Combine(_folder, "model-key"), Key + "\n");
    }

    public async Task DisposeAsync()
    {
        await _world.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Nothing_that_a_run_leaves_has_a_secret_in_it_in_any_form()
    {
        await RunAsync(0, "submit", "Look at the customers.", "--json", "--company", Company, "--data", Data);
        _isModelBroken = true;
        await RunAsync(3, "submit", "Look at the customers.", "--json", "--company", Company, "--data", Data);
        await RunAsync(null, "tools", "list", "--company", Company, "--data", Data);
        await RunAsync(null, "tools", "check", "--company", Company, "--data", Data);
        await RunAsync(0, "journal", "export", "--company", Company, "--data", Data);

        // The secrets did go where they belong, and came back from there.
        Assert.Contains("Bearer " + Token, _authorized);
        Assert.Contains("Bearer " + Key, _authorized);
        var everything = string.Join('\n', _said);
        Assert.Contains("you sent [secret]", everything.Replace("Bearer ", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("The database of 'db' cannot be reached.", everything, StringComparison.Ordinal);
        Assert.Contains(_prompts, p => p.Contains("[secret]", StringComparison.Ordinal));

        string[] traces = [everything, .. _prompts, .. Directory.EnumerateFiles(Data, "*", SearchOption.AllDirectories).Select(f => Encoding.Latin1.GetString(File.ReadAllBytes(f)))];
        foreach (var secret in (string[])[Token, Password, Key])
        {
            Assert.All(Forms(secret), form => Assert.DoesNotContain(traces, t => t.Contains(form, StringComparison.OrdinalIgnoreCase)));
        }
    }

    private static IEnumerable<string> Forms(string secret)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        yield return secret;
        yield return Uri.EscapeDataString(secret);
        yield return System.Net.WebUtility.UrlEncode(secret);
        yield return JsonSerializer.Serialize(secret).Trim('"');
        yield return Convert.ToHexString(bytes);
        for (var before = 0; before < 3; before++)
        {
            // The middle of its Base64, which does not depend on what stands around it.
            yield return Convert.ToBase64String([.. new byte[before], .. bytes])[4..^4];
        }
    }

    private async Task RunAsync(int? exit, params string[] verb)
    {
        var result = await HostProcess.RunAsync(verb, new Dictionary<string, string>
        {
            ["CRM_URL"] = _world is { } world && world.Urls.Count > 0 ? world.Urls.First() + "/crm" : string.Empty,
            ["CRM_TOKEN"] = Token,
            ["DB_PASSWORD"] = Password,
            ["MODEL_KEY_FILE"] = Path.Combine(_folder, "model-key"),
        });
        Assert.True(exit is null || result.ExitCode == exit, result.ToString());
        _said.Enqueue(result.ToString());
    }

    private void Write(string file, string text) => File.WriteAllText(Path.Combine(Company, file), text);

    /// <summary>Quotes what it was sent, in each way in which a careless service does.</summary>
    private async Task EchoAsync(HttpContext http, int status)
    {
        var sent = http.Request.Headers.Authorization.ToString();
        _authorized.Enqueue(sent);
        http.Response.StatusCode = status;
        http.Response.Headers.Location = "/?was=" + Uri.EscapeDataString(sent);
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(JsonSerializer.Serialize(new Dictionary<string, string>
        {
            ["plain"] = "you sent " + sent,
            ["base64"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(sent)),
            ["url"] = "?a=" + Uri.EscapeDataString(sent),
            ["hex"] = Convert.ToHexString(Encoding.UTF8.GetBytes(sent)),
        }));
    }

    /// <summary>A model that plans one task and looks everything up. Its first word, and all of them once it is broken, is what it was sent.</summary>
    private async Task AnswerAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        _prompts.Enqueue(body);
        var sent = http.Request.Headers.Authorization.ToString();
        _authorized.Enqueue(sent);
        http.Response.ContentType = "application/json";
        if (_isModelBroken || Interlocked.Increment(ref _questions) == 1)
        {
            http.Response.StatusCode = 400;
            await http.Response.WriteAsync(JsonSerializer.Serialize(new Dictionary<string, object> { ["error"] = new Dictionary<string, string> { ["message"] = $"Not with {sent}, {Uri.EscapeDataString(sent)}" } }));
            return;
        }

        string message;
        if (body.Contains("Step: outline", StringComparison.Ordinal))
        {
            message = Says("""{"tasks":[{"key":"look","title":"Look","skill":"answering","needs":[],"risk":"medium"}]}""");
        }
        else if (body.Contains("Step: detail", StringComparison.Ordinal))
        {
            message = Says("""{"instruction":"Look.","tools":["crm.customers","crm.fail","db.rows"],"deliverable":{"type":"object","required":["summary"],"properties":{"summary":{"type":"string"}}},"check":{"tool":"desk.open_requests","args":{},"is":"size(result.rows) >= 0"}}""");
        }
        else if (!body.Contains("\"role\":\"tool\"", StringComparison.Ordinal))
        {
            var calls = string.Join(',', ((string[])["crm__customers", "crm__fail", "db__rows"]).Select((name, i) => $$$"""{"id":"c{{{i}}}","type":"function","function":{"name":"{{{name}}}","arguments":"{}"}}"""));
            message = $$"""{"role":"assistant","content":null,"tool_calls":[{{calls}}]}""";
        }
        else
        {
            message = Says("""{"summary":"Looked."}""");
        }

        await http.Response.WriteAsync($$$"""{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{{{message}}},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}""");

        static string Says(string text) => $$"""{"role":"assistant","content":{{JsonSerializer.Serialize(text)}}}""";
    }
}
