using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AiManager.ManagerAgent;
using AiManager.Memory;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AiManager.Host.Tests;

/// <summary>The whole HTTP side on a free loopback port, over a store of its own. Nothing drives: a test appends what it needs.</summary>
internal sealed class ApiUnderTest : IAsyncDisposable
{
    private const string People =
        """
        people:
          - { id: jana, name: Jana, roles: [operator, platform-operator] }
          - { id: petra, name: Petra, roles: [lead] }
          - { id: omar, name: Omar, roles: [lead] }
          - { id: helena, name: Helena, roles: [cfo] }
        """;

    private readonly TempFolder _company;
    private readonly TempFolder _data;
    /// <summary>What seals links of mails in tests.</summary>
    public const string LinkSecret = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

    /// <summary>What signs in tests.</summary>
    public const string WebhookSecret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

    private readonly MemoryStore _store;
    private readonly WebApplication _app;
    private bool _isStoreOpen = true;
    private bool _keepsData;

    private ApiUnderTest(TempFolder company, TempFolder data, MemoryStore store, WebApplication app) =>
        (_company, _data, _store, _app) = (company, data, store, app);

    /// <summary>A file in its data folder.</summary>
    public string DataFile(string name) => _data[name];

    public Uri Url => new(Get<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Starts it, with more files than people where a test needs them; the variables of its environment are <c>HOOK</c>, <c>WEBHOOK</c> and <c>MAIL</c>.</summary>
    /// <param name="settings">Lines to add to <c>company.yaml</c>.</param>
    /// <param name="files">More files.</param>
    public static Task<ApiUnderTest> StartAsync(string settings = "", params (string File, string Text)[] files) => StartAsync(NoCrashPoints.Instance, settings, files);

    /// <summary>The same, with what happens at named points.</summary>
    public static Task<ApiUnderTest> StartAsync(ICrashPoints crash, string settings, params (string File, string Text)[] files) =>
        StartAsync(new Ways(OpenSqlite) { Crash = crash }, settings, files);

    /// <summary>The same, with a store that goes by a clock of its own.</summary>
    public static Task<ApiUnderTest> StartAsync(TimeProvider storeTime) =>
        StartAsync(new Ways(data => Task.FromResult<MemoryStore>(SqliteStore.Open(data, new SqliteStoreOptions { Time = storeTime }))), "", []);

    /// <summary>The same, by a clock, and with what Kestrel is patient about; null for what the program says.</summary>
    public static Task<ApiUnderTest> StartAsync(TimeProvider time, Action<KestrelServerLimits>? limit, string settings, params (string File, string Text)[] files) =>
        StartAsync(new Ways(OpenSqlite) { Time = time, Limit = limit }, settings, files);

    /// <summary>The same, as one of several hosts on a database.</summary>
    public static Task<ApiUnderTest> StartSharedAsync(string database, string settings, params (string File, string Text)[] files) => StartSharedAsync(database, null, settings, files);

    /// <summary>The same, with what seals its cookies; null for what nobody else has.</summary>
    public static Task<ApiUnderTest> StartSharedAsync(string database, SessionKeys? keys, string settings, params (string File, string Text)[] files) =>
        StartAsync(new Ways(async _ => await PostgresStore.OpenAsync(database, new PostgresStoreOptions { ReadConnections = 5 }, CancellationToken.None)) { Keys = keys }, settings, files);

    /// <summary>The same on a folder of before, whose process has ended; what seals its cookies lies there.</summary>
    public static Task<ApiUnderTest> StartAgainAsync(TempFolder data, string settings, params (string File, string Text)[] files) => StartAsync(new Ways(OpenSqlite) { Data = data }, settings, files);

    private static Task<MemoryStore> OpenSqlite(string data) => Task.FromResult<MemoryStore>(SqliteStore.Open(data, new SqliteStoreOptions()));

    private static async Task<ApiUnderTest> StartAsync(Ways ways, string settings, (string File, string Text)[] files)
    {
        var (company, data) = (SmallCompany.Make([("people.yaml", People), ("company.yaml", SmallCompany.Settings + settings), .. files]), ways.Data ?? new TempFolder());
        var (crash, time) = (ways.Crash, ways.Time);
        var loaded = LoadedCompany.Load(company.Path, data.Path, name => name == "HOOK" ? "open sesame" : name == "WEBHOOK" ? WebhookSecret : name == "MAIL" ? LinkSecret : null);
        var store = await ways.Open(data.Path);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var stream = new CompanyStream(store.Journal, store.Envelopes, time);
        var opened = new OpenedCompany(store, stream, loaded, new Standing(loaded.Bundle, loaded.Bundle.Hash, []), new DriverOptions(), crash, time);
        builder.Services.AddStore(store, stream, crash, time).AddSingleton(new Place(company.Path, data.Path, new StoreSetting.Folder()));
        builder.Services.AddSingleton(p => new CompanyAtWork(opened, p.GetRequiredService<ILoggerFactory>())).AddCompanyAtWork().AddCompanySignIn(ways.Keys ?? (ways.Data is null ? SessionKeys.OfThisProcess() : SessionKeys.OfFolder(data.Path))).AddApi();
        if (ways.Limit is { } limit)
        {
            builder.Services.Configure<KestrelServerOptions>(o => limit(o.Limits));
        }

        var app = builder.Build();
        app.UseApi();
        await app.StartAsync();
        return new ApiUnderTest(company, data, store, app) { _keepsData = ways.Data is not null };
    }

    public TService Get<TService>()
        where TService : notnull => _app.Services.GetRequiredService<TService>();

    /// <summary>A client with a new key of somebody.</summary>
    public async Task<HttpClient> AsAsync(string person, params string[] scopes)
    {
        var key = await Get<KeyDesk>().CreateAsync(person, [.. scopes], null, Actor.System, CancellationToken.None);
        var client = new HttpClient { BaseAddress = Url };
        client.DefaultRequestHeaders.Authorization = new("Bearer", key.Write());
        return client;
    }

    /// <summary>A client with nothing.</summary>
    public HttpClient Stranger() => new() { BaseAddress = Url };

    /// <summary>A client as the command line has one, beside a server of this machine: it speaks for whom it names.</summary>
    public HttpClient Terminal(string person)
    {
        var client = Stranger();
        client.DefaultRequestHeaders.Authorization = new("Bearer", Get<TerminalToken>().Value);
        client.DefaultRequestHeaders.Add(BearerHandler.ActingAs, person);
        return client;
    }

    /// <summary>A client that opened a sign-in link, as a browser would.</summary>
    public async Task<HttpClient> BrowserAsync(string person)
    {
        var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = Url };
        using var signedIn = await client.GetAsync($"/sign-in/{Get<SignInLinks>().New(person)}");
        Assert.Equal(HttpStatusCode.Redirect, signedIn.StatusCode);
        return client;
    }

    /// <summary>Changes one row of the store behind everybody's back.</summary>
    /// <param name="sql">The change.</param>
    public void Tamper(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={DataFile("aimanager.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the test's own text, and tampering is what it is for
        command.CommandText = sql;
#pragma warning restore CA2100
        Assert.Equal(1, command.ExecuteNonQuery());
    }

    /// <summary>A workflow of Jana's.</summary>
    public async Task<WorkflowId> SubmittedAsync(string goal = "Buy pens")
    {
        var result = await Get<WorkflowDesk>().SubmitAsync(new SubmitRequest(goal, "jana", "bundle"), CancellationToken.None);
        return Assert.IsType<SubmitResult.Created>(result).Workflow;
    }

    /// <summary>Appends what a driver would.</summary>
    public async Task AppendAsync(WorkflowId workflow, params WorkflowEvent[] events) => Assert.IsType<OutsideResult.Appended>(
        await Get<IWorkflowOutside>().AppendAsync(workflow, _ => new OutsideDecision.Append([.. events]), Actor.System, CancellationToken.None));

    /// <summary>An approval that waits for a lead and the cfo; Jana, who asked for it all, is excluded.</summary>
    /// <param name="workflow">Where.</param>
    /// <param name="wanted">The arguments; null for the usual ones.</param>
    /// <param name="seats">Who must agree; null for the usual two.</param>
    /// <param name="labels">What is known about the arguments' data; null for nothing.</param>
    /// <param name="ladder">When it moves on to more people; null for never.</param>
    public async Task<ApprovalId> AskedAsync(WorkflowId workflow, JsonText? wanted = null, Seat[]? seats = null, string[]? labels = null, ApprovalLadder? ladder = null)
    {
        var call = PrefixedId.Derive<CallId>(workflow.Value, "call");
        var approval = PrefixedId.Derive<ApprovalId>(workflow.Value, "approval");
        var args = wanted ?? JsonText.Parse("""{"supplier":"<b>acme</b>"}""");
        await AppendAsync(
            workflow,
            new CallProposed(call, null, "purchaser", "erp.order", args, [.. labels ?? []]),
            new CallDecided(call, Effect.Ask, ["large"], JsonText.EmptyObject, "It is large.", "policy", "v1", []),
            new ApprovalRequested(
                approval, call, null, "purchaser", "erp.order", args, JsonText.EmptyObject, "digest", ["large"], [], "It is large.",
                [.. seats ?? [new Seat("lead", 1), new Seat("cfo", 1)]], ["jana"], new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero), Ladder: ladder));
        return approval;
    }

    public async Task CloseStoreAsync()
    {
        _isStoreOpen = false;
        await _store.DisposeAsync();
        Directory.Delete(_data.Path, recursive: true);
        Directory.CreateDirectory(_data.Path);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (_isStoreOpen)
        {
            await _store.DisposeAsync();
        }

        _company.Dispose();
        if (!_keepsData)
        {
            _data.Dispose();
        }
    }

    /// <summary>What differs between hosts.</summary>
    private sealed record Ways(Func<string, Task<MemoryStore>> Open)
    {
        public ICrashPoints Crash { get; init; } = NoCrashPoints.Instance;

        public TimeProvider Time { get; init; } = TimeProvider.System;

        public Action<KestrelServerLimits>? Limit { get; init; }

        public SessionKeys? Keys { get; init; }

        public TempFolder? Data { get; init; }
    }
}

/// <summary>Short forms for requests and replies.</summary>
internal static class Replies
{
    public static Task<HttpResponseMessage> PostTextAsync(this HttpClient client, string path, string json, string type = "application/json") =>
        client.PostAsync(new Uri(path, UriKind.Relative), new StringContent(json, Encoding.UTF8, type));

    /// <summary>All that comes before a bare connection ends, however it ends: a server that closes with something unread resets it.</summary>
    public static async Task<string> ToItsEndAsync(this Stream connection, CancellationToken cancellationToken)
    {
        var (reply, buffer) = (new StringBuilder(), new byte[4096]);
        try
        {
            for (int read; (read = await connection.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                reply.Append(Encoding.UTF8.GetString(buffer, 0, read));
            }
        }
        catch (IOException)
        {
            // What came before is what it said.
        }

        return reply.ToString();
    }

    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage reply) => await reply.Content.ReadFromJsonAsync<JsonElement>();

    /// <summary>Asserts a problem document of this status, and answers what it says.</summary>
    public static async Task<string> ProblemAsync(this HttpResponseMessage reply, HttpStatusCode status, string type)
    {
        var text = await reply.Content.ReadAsStringAsync();
        Assert.True(status == reply.StatusCode, $"{(int)reply.StatusCode}: {text}");
        Assert.Equal("application/problem+json", reply.Content.Headers.ContentType?.MediaType);
        using var problem = JsonDocument.Parse(text);
        Assert.Equal("urn:aimanager:problem:" + type, problem.RootElement.GetProperty("type").GetString());
        return problem.RootElement.GetProperty("detail").GetString()!;
    }
}
