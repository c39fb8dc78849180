using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace AiManager.Host.Tests;

/// <summary>What is so for browsers that come by TLS alone: over a real connection, under the service's own name, beside the port of this machine in the clear.</summary>
public sealed class OverTlsTests(TlsServer server) : IClassFixture<TlsServer>
{
    private const string Name = TlsServer.Name;

    private string Plain => CompanySignIn.Cookie + server.Get<SessionKeys>().Mark;

    private string Prefixed => "__Host-" + Plain;

    [Theory]
    [InlineData(true, Name, "/", true)]
    [InlineData(true, Name, "/health/live", true)]
    [InlineData(true, Name, "/api/workflows", true)] // refused
    [InlineData(true, Name, "/nowhere", true)]
    [InlineData(true, "plain.example.com", "/", true)]
    [InlineData(false, Name, "/", true)] // a proxy on this machine, which speaks TLS under that name
    [InlineData(true, "127.0.0.1", "/", false)]
    [InlineData(true, "localhost", "/", false)]
    [InlineData(true, "evil.example", "/", false)]
    [InlineData(false, "plain.example.com", "/", false)]
    [InlineData(false, "127.0.0.1", "/", false)]
    public async Task Browsers_that_came_by_TLS_under_its_own_name_are_told_to_come_no_other_way_for_a_year(bool isTls, string host, string path, bool isTold)
    {
        using var reply = await server.SendAsync(isTls, host, path);
        Assert.Equal(isTold ? ["max-age=31536000"] : [], reply.Headers.TryGetValues("Strict-Transport-Security", out var said) ? said : []);
    }

    [Fact]
    public async Task A_session_that_began_by_TLS_goes_to_this_host_alone_by_TLS_alone_and_no_script_reads_it()
    {
        using var begun = await server.SendAsync(true, Name, "/sign-in/" + server.Get<SignInLinks>().New("jana"));
        var set = Assert.Single(begun.Headers.GetValues("Set-Cookie"), c => c.Contains(Plain + "=", StringComparison.Ordinal)).Split("; ");
        Assert.StartsWith(Prefixed + "=", set[0], StringComparison.Ordinal);
        Assert.Superset(new HashSet<string> { "path=/", "secure", "samesite=strict", "httponly" }, set[1..].ToHashSet());
        Assert.DoesNotContain(set, part => part.StartsWith("domain=", StringComparison.OrdinalIgnoreCase)); // with one, browsers refuse the prefix

        var sealedCookie = set[0][(Prefixed.Length + 1)..];
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(true, Name, $"{Prefixed}={sealedCookie}"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(true, Name, $"{Plain}={sealedCookie}")); // which a neighbour under the same domain could have set
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(false, "127.0.0.1", $"{Prefixed}={sealedCookie}"));
    }

    [Fact]
    public async Task A_session_that_began_in_the_clear_on_this_machine_goes_by_the_plain_name()
    {
        using var begun = await server.SendAsync(false, "127.0.0.1", "/sign-in/" + server.Get<SignInLinks>().New("jana"));
        var set = Assert.Single(begun.Headers.GetValues("Set-Cookie"), c => c.Contains(Plain + "=", StringComparison.Ordinal)).Split("; ");
        Assert.StartsWith(Plain + "=", set[0], StringComparison.Ordinal);
        Assert.Superset(new HashSet<string> { "path=/", "samesite=strict", "httponly" }, set[1..].ToHashSet());
        Assert.DoesNotContain("secure", set); // browsers would not send it
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(false, "127.0.0.1", set[0]));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(true, Name, set[0]));
    }

    [Theory]
    [InlineData(true, Name)]
    [InlineData(false, "127.0.0.1")]
    public async Task The_forms_cookie_goes_by_TLS_alone_where_the_page_came_by_it(bool isTls, string host)
    {
        using var page = await server.SendAsync(isTls, host, "/");
        var set = Assert.Single(page.Headers.GetValues("Set-Cookie")).Split("; ");
        Assert.StartsWith($"aimanager-form{server.Get<SessionKeys>().Mark}=", set[0], StringComparison.Ordinal);
        Assert.Superset(new HashSet<string> { "samesite=strict", "httponly" }, set[1..].ToHashSet());
        Assert.Equal(isTls, set.Contains("secure"));
    }

    private async Task<HttpStatusCode> StatusAsync(bool isTls, string host, string cookie)
    {
        using var reply = await server.SendAsync(isTls, host, "/inbox", cookie);
        return reply.StatusCode;
    }
}

/// <summary>A server that speaks TLS under a name of its own, and in the clear on this machine; one for many looks at it.</summary>
public sealed class TlsServer : IAsyncLifetime, IDisposable
{
    /// <summary>Its own name.</summary>
    public const string Name = "manager.example.com";

    private readonly ServedCompany _served = new();
    private readonly X509Certificate2 _made = MadeCertificate.New();
    private CompanyServer _server = null!;
    private HttpClient _tls = null!;
    private HttpClient _clear = null!;

    public async Task InitializeAsync()
    {
        _server = await _served.StartAsync(
            ListenAddress.Read("https://127.0.0.1:0", _served.Pem(_made), null, null), $"api: {{ hosts: ['https://{Name}', plain.example.com] }}\n", hasKey: false);
        _tls = new HttpClient(MadeCertificate.Trusting(_made)) { BaseAddress = _server.Url };
        _clear = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = _server.LocalUrl };
    }

    public async Task DisposeAsync()
    {
        _tls.Dispose();
        _clear.Dispose();
        await _server.DisposeAsync();
    }

    public void Dispose()
    {
        _served.Dispose();
        _made.Dispose();
    }

    internal TService Get<TService>()
        where TService : notnull => _server.Get<TService>();

    internal async Task<HttpResponseMessage> SendAsync(bool isTls, string host, string path, string? cookie = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = host } };
        request.Headers.Accept.ParseAdd("text/html");
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        return await (isTls ? _tls : _clear).SendAsync(request);
    }
}
