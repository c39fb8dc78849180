using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AiManager.Host.Tests;

/// <summary>Errors for somebody with a browser: what happened, what to do about it, and no more of the inside than the name by which the log has it.</summary>
public sealed class FaultPageTests
{
    [Fact]
    public async Task What_nobody_expected_is_told_by_a_reference_that_the_log_has_too_and_by_nothing_else()
    {
        using var log = new Lines();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddScoped<PageContent>();
        builder.Services.AddRazorComponents();
        await using var app = builder.Build();
        app.UseProblems();
        app.MapGet("/broken", string () => throw new InvalidOperationException("password is hunter2"));
        app.MapGet("/api/broken", string () => throw new InvalidOperationException("password is hunter2"));
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };

        using var program = await client.GetAsync(new Uri("/api/broken", UriKind.Relative));
        var problem = await program.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((HttpStatusCode.InternalServerError, "urn:aimanager:problem:unexpected"), (program.StatusCode, problem.GetProperty("type").GetString()));
        var named = problem.GetProperty("reference").GetString()!;
        Assert.Contains(named, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Contains(log.All, l => l.Contains("/api/broken", StringComparison.Ordinal) && l.Contains(named, StringComparison.Ordinal));

        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        using var reply = await client.GetAsync(new Uri("/broken", UriKind.Relative));
        var page = await reply.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.InternalServerError, reply.StatusCode);
        Assert.Contains("<h1>Something went wrong</h1>", page, StringComparison.Ordinal);
        Assert.Contains("What to do", page, StringComparison.Ordinal);
        var reference = Regex.Match(page, "id=\"reference\">([^<]+)<").Groups[1].Value;
        Assert.Contains(log.All, l => l.Contains(reference, StringComparison.Ordinal) && l.Contains("hunter2", StringComparison.Ordinal));
        Assert.DoesNotContain("hunter2", page + problem, StringComparison.Ordinal);
        Assert.DoesNotContain("InvalidOperation", page + problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_the_whole_program_too_somebody_who_is_signed_in_is_shown_a_page_with_a_way_on_and_nothing_of_what_is_broken()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var workflow = await api.SubmittedAsync();
        api.Tamper($"update events set payload = cast('secret {{' as blob) where stream = '{workflow}' and seq = 1");
        using var jana = await Visitor.OfAsync(api, "jana");
        using var reply = await jana.Client.GetAsync(new Uri($"/workflows/{workflow}", UriKind.Relative));
        var page = await reply.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.InternalServerError, reply.StatusCode);
        Assert.Contains("<h1>Something went wrong</h1>", page, StringComparison.Ordinal);
        Assert.Contains("<a href=\"/workflows\">Workflows</a>", page, StringComparison.Ordinal);
        Assert.Matches("id=\"reference\">[^<]+<", page);
        Assert.DoesNotContain("secret", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", page, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", Assert.Single(reply.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await jana.Client.GetAsync(new Uri("/inbox", UriKind.Relative))).StatusCode);
    }

    [Theory]
    [InlineData("jana", "/nothing", HttpStatusCode.NotFound, "No page has this address.", "Search for a goal")]
    [InlineData("jana", "/workflows?cursor=odd", HttpStatusCode.BadRequest, "cursor", "Go back")]
    [InlineData("petra", "/audit", HttpStatusCode.Forbidden, "permission 'audit'", "ask for the role")]
    public async Task An_error_says_what_happened_and_what_to_do_next(string person, string path, HttpStatusCode status, string happened, string next)
    {
        await using var api = await ApiUnderTest.StartAsync();
        using var visitor = await Visitor.OfAsync(api, person);
        using var reply = await visitor.Client.GetAsync(new Uri(path, UriKind.Relative));
        var page = WebUtility.HtmlDecode(await reply.Content.ReadAsStringAsync());
        Assert.Equal(status, reply.StatusCode);
        Assert.Contains(happened, page, StringComparison.Ordinal);
        Assert.Contains(next, page, StringComparison.Ordinal);
        Assert.DoesNotContain("/openapi", page, StringComparison.Ordinal); // that is what programs are told
        Assert.DoesNotContain("id=\"reference\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_was_too_fast_is_told_when_there_is_room_again_and_that_nothing_was_lost()
    {
        await using var api = await ApiUnderTest.StartAsync("api: { writesPerMinute: 1 }\n");
        using var jana = await Visitor.OfAsync(api, "jana");
        await jana.SendAsync("/tools", "/tools/check");
        var (status, page, _) = await jana.SendAsync("/tools", "/tools/check");
        Assert.Equal(HttpStatusCode.TooManyRequests, status);
        Assert.Matches("There is room again in [0-9]+ s\\.", page);
        Assert.Contains("Nothing was lost and nothing was done.", page, StringComparison.Ordinal);
    }

    /// <summary>Every line that is logged, with its exception.</summary>
    private sealed class Lines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = [];

        public IEnumerable<string> All => _lines;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue(formatter(state, exception) + exception);

        public void Dispose()
        {
        }
    }
}
