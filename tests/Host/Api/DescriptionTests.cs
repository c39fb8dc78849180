using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace AiManager.Host.Tests;

/// <summary>What the OpenAPI document says of routes beyond their shapes: whoever adds a route says what it is, and what they say is true.</summary>
public sealed class DescriptionTests : IAsyncLifetime
{
    private ApiUnderTest _api = null!;
    private HttpClient _jana = null!;
    private JsonElement _document;
    private List<Operation> _operations = null!;
    private ApiSchemaFit _fit = null!;

    public async Task InitializeAsync()
    {
        _api = await ApiUnderTest.StartAsync();
        _jana = await _api.AsAsync("jana");
        _document = await _jana.GetFromJsonAsync<JsonElement>("/openapi/v1.json");
        _fit = new ApiSchemaFit(_document);
        _operations = [.. from path in _document.GetProperty("paths").EnumerateObject() from verb in path.Value.EnumerateObject() select new Operation(verb.Name, path.Name, verb.Value)];
    }

    public async Task DisposeAsync()
    {
        _jana.Dispose();
        await _api.DisposeAsync();
    }

    [Fact]
    public void Every_route_shows_what_it_takes_and_gives_and_that_fits_what_it_says()
    {
        Assert.True(_operations.Count > 60);
        var faults = new List<string>();
        foreach (var operation in _operations)
        {
            Assert.True(operation.Says.TryGetProperty("summary", out _), operation.Name);
            Assert.Contains(operation.Replies, r => r.Name.StartsWith('2'));
            Assert.All(operation.Replies.Where(r => r.Name is "200" or "201"), r => Assert.True(r.Value.TryGetProperty("content", out _), $"{operation.Name}: nobody says what comes with {r.Name}"));
            foreach (var (where, media) in operation.Contents)
            {
                faults.AddRange(!media.Value.TryGetProperty("example", out var example) ? [$"{where}: no example"]
                    : !media.Name.EndsWith("json", StringComparison.Ordinal) || media.Name.StartsWith("application/x-", StringComparison.Ordinal) ? example.ValueKind == JsonValueKind.String ? [] : [$"{where}: its example is no text"]
                    : !media.Value.TryGetProperty("schema", out var schema) ? [$"{where}: no schema"]
                    : _fit.Fault(schema, example, where) is { } fault ? [fault]
                    : []);
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
        Assert.Empty(ApiExamples.Names.Except(_operations.Select(o => o.Id)));
    }

    [Fact]
    public void Every_parameter_of_every_route_is_explained_and_its_example_may_stand_there()
    {
        var faults =
            from operation in _operations
            from parameter in operation.Parameters
            let at = $"{operation.Name} {parameter.GetProperty("name")}"
            let fault = !parameter.TryGetProperty("description", out var words) || words.GetString()!.Length < 5 ? $"{at}: nobody says what it is"
                : !parameter.TryGetProperty("example", out var example) ? $"{at}: no example"
                : _fit.Fault(parameter.GetProperty("schema"), example, at)
            where fault is not null
            select fault;
        Assert.Empty(faults);
    }

    [Fact]
    public void Every_route_says_how_it_refuses()
    {
        foreach (var operation in _operations)
        {
            var statuses = operation.Replies.Select(r => r.Name).ToHashSet();
            Assert.Contains("default", statuses);
            Assert.True(operation.Path is "/health/live" or "/health/ready" or "/.well-known/agent-card.json" || statuses.Contains("401"), operation.Name);
            Assert.True(!operation.Says.TryGetProperty("requestBody", out _) || statuses.IsSupersetOf(["400", "413", "415"]), operation.Name);
            Assert.True(!operation.Path.Contains('{') || statuses.Contains("404") || operation.Id == "CallMonitor", operation.Name);
        }
    }

    [Fact]
    public void Every_route_says_what_a_caller_must_come_with()
    {
        var schemes = _document.GetProperty("components").GetProperty("securitySchemes");
        Assert.Equal(("http", "bearer"), (schemes.GetProperty("bearer").GetProperty("type").GetString(), schemes.GetProperty("bearer").GetProperty("scheme").GetString()));
        Assert.Equal(("cookie", CompanySignIn.Cookie), (schemes.GetProperty("session").GetProperty("in").GetString(), schemes.GetProperty("session").GetProperty("name").GetString()));
        Assert.Equal(MonitorEndpoints.SecretHeader, schemes.GetProperty("monitor").GetProperty("name").GetString());
        foreach (var operation in _operations)
        {
            var takes = operation.Says.GetProperty("security").EnumerateArray().Select(s => Assert.Single(s.EnumerateObject())).Select(s => $"{s.Name} {string.Join('+', s.Value.EnumerateArray())}".Trim());
            string[] wanted = operation.Id switch
            {
                "CallMonitor" => ["monitor"],
                "PostMcp" => ["bearer"],
                "CreateKey" or "RevokeKey" => ["bearer terminal"],
                "GetWorkflow" => ["bearer read", "session read"],
                "CreateChatCompletion" => ["bearer submit+read", "session submit+read"],
                _ when operation.Path is "/health/live" or "/health/ready" or "/.well-known/agent-card.json" => [],
                _ => [.. takes.Where(t => t.Contains(' ', StringComparison.Ordinal) && t.Split(' ')[0] is "bearer" or "session")],
            };
            Assert.Equal(wanted, takes);
            Assert.True(operation.Path is "/health/live" or "/health/ready" or "/.well-known/agent-card.json" || takes.Any(), operation.Name);
        }
    }

    [Fact]
    public void Who_can_be_told_to_wait_is_told_for_how_long_and_where_things_are_stands_in_the_head()
    {
        foreach (var operation in _operations.Where(o => o.Says.GetProperty("security").EnumerateArray().Any(s => s.TryGetProperty("bearer", out _))))
        {
            var isLimited = operation.Verb != "get" || operation.Id is "StreamEvents" or "SubscribeToA2aTask" or "VerifyJournal" or "ExportJournal" or "ExportDecisions";
            Assert.True(isLimited == operation.Replies.Any(r => r.Name == "429"), operation.Name);
            Assert.True(!isLimited || HasHeader(operation.Reply("429"), "Retry-After"), operation.Name);
            Assert.True(HasHeader(operation.Reply("401"), "WWW-Authenticate"), operation.Name);
        }

        foreach (var (id, status, header) in new[] { ("SubmitGoal", "201", "Location"), ("ClassifyTool", "202", "Location"), ("ListApprovals", "200", "Link"), ("ListEscalations", "200", "Link"), ("GetAgentCard", "200", "ETag") })
        {
            Assert.True(HasHeader(_operations.Single(o => o.Id == id).Reply(status), header), id);
        }

        static bool HasHeader(JsonElement reply, string name) => reply.TryGetProperty("headers", out var headers) && headers.TryGetProperty(name, out _);
    }

    [Theory]
    [InlineData("ListWorkflows", "limit", "integer", null)]
    [InlineData("ListWorkflows", "from", "string", "date-time")]
    [InlineData("ListEvents", "after", "integer", null)]
    [InlineData("ListApprovals", "mine", "boolean", null)]
    [InlineData("ListA2aTasks", "pageSize", "integer", null)]
    [InlineData("ListA2aTasks", "statusTimestampAfter", "string", "date-time")]
    public void A_parameter_is_of_the_kind_that_its_route_reads(string operation, string name, string type, string? format)
    {
        var schema = _operations.Single(o => o.Id == operation).Parameters.Single(p => p.GetProperty("name").GetString() == name).GetProperty("schema");
        Assert.Equal(type, schema.GetProperty("type").GetString());
        Assert.True(format is null || schema.GetProperty("format").GetString() == format);
    }

    [Fact]
    public void Every_message_to_a_webhook_is_described_with_an_example_that_fits()
    {
        var told = _document.GetProperty("webhooks").EnumerateObject().ToDictionary(w => w.Name, w => w.Value.GetProperty("post"));
        Assert.Equal(WebhookMessage.Types, told.Keys.Order(StringComparer.Ordinal));
        foreach (var (type, sent) in told)
        {
            var media = sent.GetProperty("requestBody").GetProperty("content").GetProperty("application/json");
            Assert.Equal(type, media.GetProperty("example").GetProperty("type").GetString());
            Assert.Null(_fit.Fault(media.GetProperty("schema"), media.GetProperty("example"), type));
            Assert.Equal(["webhook-id", "webhook-signature", "webhook-timestamp"], sent.GetProperty("parameters").EnumerateArray().Select(p => p.GetProperty("name").GetString()!).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task A_refusal_is_written_as_the_document_says()
    {
        var route = _operations.Single(o => o.Id == "GetWorkflow");
        using var reply = await _jana.GetAsync(new Uri(route.Address, UriKind.Relative));
        var shown = route.Reply("404").GetProperty("content").GetProperty("application/problem+json").GetProperty("example");
        var said = await reply.JsonAsync();
        foreach (var field in shown.EnumerateObject())
        {
            Assert.Equal(field.Value.ToString(), said.GetProperty(field.Name).ToString());
        }
    }

    /// <summary>Sent as it stands, to an address of examples too: whatever comes of it, it is not that the body could not be read.</summary>
    [Fact]
    public async Task Every_body_that_is_shown_is_read_by_its_route()
    {
        var (faults, sent) = (new List<string>(), 0);
        foreach (var operation in _operations)
        {
            if (!operation.Says.TryGetProperty("requestBody", out var body))
            {
                continue;
            }

            using var client = operation.Path.StartsWith("/api/keys", StringComparison.Ordinal) ? _api.Terminal("jana") : await _api.AsAsync("jana");
            using var request = new HttpRequestMessage(HttpMethod.Parse(operation.Verb), operation.Address)
            {
                Content = new StringContent(body.GetProperty("content").GetProperty("application/json").GetProperty("example").GetRawText(), Encoding.UTF8, "application/json"),
            };
            request.Headers.Add("A2A-Version", "1.0");
            request.Headers.Accept.ParseAdd("application/json");
            request.Headers.Accept.ParseAdd("text/event-stream");
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            using var reply = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token).ContinueWith(
                sending => sending.IsCanceled ? throw new TimeoutException($"{operation.Name} does not answer.") : sending.Result, TaskScheduler.Default);
            sent++;
            if (reply.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.UnsupportedMediaType or HttpStatusCode.InternalServerError or HttpStatusCode.MethodNotAllowed)
            {
                faults.Add($"{operation.Name}: {(int)reply.StatusCode} {await reply.Content.ReadAsStringAsync()}");
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
        Assert.True(sent > 20);
    }

    private sealed record Operation(string Verb, string Path, JsonElement Says)
    {
        public string Name => $"{Verb} {Path}";

        public string Id => Says.GetProperty("operationId").GetString()!;

        public IEnumerable<JsonProperty> Replies => Says.GetProperty("responses").EnumerateObject();

        public IEnumerable<JsonElement> Parameters => Says.TryGetProperty("parameters", out var all) ? all.EnumerateArray() : [];

        /// <summary>Its path, with the examples in their places.</summary>
        public string Address => Parameters.Where(p => p.GetProperty("in").GetString() == "path")
            .Aggregate(Path, (path, p) => path.Replace($"{{{p.GetProperty("name")}}}", Uri.EscapeDataString(p.GetProperty("example").ToString()), StringComparison.Ordinal));

        /// <summary>Everything that it takes or gives, and where.</summary>
        public IEnumerable<(string Where, JsonProperty Media)> Contents =>
            from part in Replies.Select(r => (r.Name, r.Value)).Concat(Says.TryGetProperty("requestBody", out var body) ? [("request", body)] : [])
            where part.Value.TryGetProperty("content", out _)
            from media in part.Value.GetProperty("content").EnumerateObject()
            select ($"{Name} {part.Name} {media.Name}", media);

        public JsonElement Reply(string status) => Says.GetProperty("responses").GetProperty(status);
    }
}
