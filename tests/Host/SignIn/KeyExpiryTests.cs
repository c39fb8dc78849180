using System.Net;
using AiManager.Contracts;
using Microsoft.Extensions.Logging;

namespace AiManager.Host.Tests;

/// <summary>Keys whose time is over, and the page that shows and ends them.</summary>
public sealed class KeyExpiryTests : IAsyncLifetime
{
    private ApiUnderTest _api = null!;

    public async Task InitializeAsync() => _api = await ApiUnderTest.StartAsync();

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task A_key_whose_time_is_over_opens_nothing_and_why_stands_in_the_log_alone()
    {
        var (time, log) = (new ManualTime(), new KeptLog());
        var desk = new KeyDesk(_api.Get<ICompany>(), _api.Get<IDirectory>(), time);
        var key = await desk.CreateAsync("petra", [], KeyDesk.ReadLifetime("90d"), Actor.System, CancellationToken.None);
        var lookup = new KeyLookup(_api.Get<CompanyStream>(), time, log);
        time.Advance(TimeSpan.FromDays(90) - TimeSpan.FromSeconds(1));
        Assert.Equal("petra", (await lookup.FindAsync(key.Write(), true, CancellationToken.None))?.Created.Person);
        Assert.True(lookup.IsStillGood(key.Id));

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await lookup.FindAsync(key.Write(), true, CancellationToken.None));
        Assert.False(lookup.IsStillGood(key.Id)); // which every open stream and session asks
        Assert.Null(await lookup.FindAsync((key with { Secret = ApiKey.New().Secret }).Write(), true, CancellationToken.None));
        var line = Assert.Single(log.Lines); // nothing of a key that is only guessed
        Assert.Contains($"The key {key.Id} of petra opens nothing: its time was over at ", line, StringComparison.Ordinal);
        Assert.DoesNotContain(key.Secret, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_HTTP_it_is_as_unknown_as_any_other_and_opens_no_session()
    {
        var key = ApiKey.New();
        await _api.Get<ICompany>().AppendAsync([new KeyCreated(key.Id, "petra", [], key.SecretHash, new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero))], Actor.System, CancellationToken.None);
        using var client = _api.Stranger();
        client.DefaultRequestHeaders.Authorization = new("Bearer", key.Write());
        using var known = await client.GetAsync(new Uri("/api/workflows", UriKind.Relative));
        client.DefaultRequestHeaders.Authorization = new("Bearer", ApiKey.New().Write());
        using var unknown = await client.GetAsync(new Uri("/api/workflows", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, known.StatusCode);
        Assert.Equal(await unknown.Content.ReadAsStringAsync(), await known.Content.ReadAsStringAsync());

        using var visitor = new Visitor(_api.Stranger());
        visitor.Client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        Assert.Equal(HttpStatusCode.Forbidden, (await visitor.SendAsync("/", "/sign-in", ("key", key.Write()))).Status);
    }

    [Theory]
    [InlineData("0d")]
    [InlineData("-1d")]
    [InlineData("90")]
    [InlineData("3651d")]
    [InlineData("forever")]
    [InlineData("")]
    public void What_is_no_time_is_refused(string expires) =>
        Assert.Contains("such as 90d", Assert.Throws<UsageException>(() => KeyDesk.ReadLifetime(expires)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task The_terminal_says_how_long_a_key_is_good()
    {
        using var terminal = _api.Terminal("jana");
        Assert.Equal(HttpStatusCode.OK, (await terminal.PostTextAsync("/api/keys", """{"person":"petra","scopes":["read"],"expires":"2h"}""")).StatusCode);
        var made = Assert.Single(_api.Get<KeyDesk>().All);
        Assert.InRange(made.Created.Until!.Value - made.At, TimeSpan.FromMinutes(119), TimeSpan.FromMinutes(121));
        await (await terminal.PostTextAsync("/api/keys", """{"person":"petra","expires":"soon"}""")).ProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
    }

    [Fact]
    public void Where_a_key_is_made_is_said_as_a_shell_takes_it_and_of_a_shared_store_nothing_is_said()
    {
        const string Secret = "Host=db.example.com;Database=aimanager;Password=open-sesame";
        KeyPage Of(StoreSetting store) => new([], 0, [], 0, false, new Place("/srv/it's $HOME", "/srv/data", store));
        Assert.Equal("""--company '/srv/it'\''s $HOME' --data '/srv/data'""", Of(new StoreSetting.Folder()).Where);
        Assert.Equal("""--company '/srv/it'\''s $HOME'""", Of(new StoreSetting.Shared(Secret)).Where);
    }

    [Fact]
    public async Task Each_sees_and_ends_their_own_keys_and_whoever_answers_for_the_service_all()
    {
        var made = new Dictionary<string, ApiKey>();
        foreach (var person in new[] { "jana", "petra", "omar" })
        {
            made[person] = await _api.Get<KeyDesk>().CreateAsync(person, [], TimeSpan.FromDays(1), Actor.System, CancellationToken.None);
        }

        using var petra = await Visitor.OfAsync(_api, "petra");
        var hers = await petra.PageAsync("/keys");
        Assert.Contains(made["petra"].Id, hers, StringComparison.Ordinal);

        // A terminal that is not told where would make the key of another deployment.
        var place = _api.Get<Place>();
        Assert.Contains(
            $"keys create --person petra --scope read --expires 90d --company '{place.CompanyFolder}' --data '{place.DataFolder}'</pre>", System.Net.WebUtility.HtmlDecode(hers), StringComparison.Ordinal);
        Assert.All(["jana", "omar"], other => Assert.DoesNotContain(made[other].Id, hers, StringComparison.Ordinal));
        Assert.DoesNotContain(made["petra"].Secret, hers, StringComparison.Ordinal);
        Assert.DoesNotContain(made["petra"].SecretHash, hers, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await petra.SendAsync("/keys", $"/keys/{made["omar"].Id}/revoke")).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await petra.SendAsync("/keys", $"/keys/{made["petra"].Id}/revoke")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await petra.SendAsync("/keys", $"/keys/{made["petra"].Id}/revoke")).Status);

        using var jana = await Visitor.OfAsync(_api, "jana");
        var all = await jana.PageAsync("/keys");
        Assert.All(made.Values, key => Assert.Contains(key.Id, all, StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.SeeOther, (await jana.SendAsync("/keys", $"/keys/{made["omar"].Id}/revoke")).Status);
        Assert.Equal(["jana"], _api.Get<KeyDesk>().All.Where(k => !k.IsRevoked).Select(k => k.Created.Person));
    }

    [Fact]
    public async Task A_limited_key_ends_itself_and_no_other()
    {
        using var narrow = await _api.AsAsync("petra", Permission.Read);
        var itself = Assert.Single(_api.Get<KeyDesk>().All).Created.Key;
        var other = await _api.Get<KeyDesk>().CreateAsync("petra", [], null, Actor.System, CancellationToken.None);
        using var form = new FormUrlEncodedContent([]);
        Assert.Equal(HttpStatusCode.Forbidden, (await narrow.PostAsync(new Uri($"/keys/{other.Id}/revoke", UriKind.Relative), form)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await narrow.GetAsync(new Uri("/api/workflows", UriKind.Relative))).StatusCode);
        await narrow.PostAsync(new Uri($"/keys/{itself}/revoke", UriKind.Relative), form);
        Assert.Equal(HttpStatusCode.Unauthorized, (await narrow.GetAsync(new Uri("/api/workflows", UriKind.Relative))).StatusCode);
    }

    private sealed class KeptLog : ILogger<KeyLookup>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Add(formatter(state, exception));
    }
}
