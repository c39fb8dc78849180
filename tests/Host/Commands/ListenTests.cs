using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AiManager.Host.Tests;

/// <summary>Where the service listens: on this machine in the clear, elsewhere only with TLS or behind a proxy that is named, and where somebody can sign in.</summary>
public sealed class ListenTests : IDisposable
{
    private const string Behind = "api: { hosts: ['https://manager.example.com'], proxies: [10.0.0.5, 10.1.0.0/16, '2001:db8::/32'] }\n";
    private const string Oidc = "signIn: { oidc: { name: Example ID, authority: 'https://id.example.com', clientId: manager, address: 'https://manager.example.com' } }\n";

    private readonly ServedCompany _served = new();

    public void Dispose() => _served.Dispose();

    [Theory]
    [InlineData("ftp://0.0.0.0", false, "write one like http://127.0.0.1:5080")]
    [InlineData("http://127.0.0.1:5080/console", false, "write one like http://127.0.0.1:5080")]
    [InlineData("http://x@localhost:5080", false, "write one like http://127.0.0.1:5080")]
    [InlineData("http://@127.0.0.1:5080", false, "write one like http://127.0.0.1:5080")]
    [InlineData("http://localhost:5080/?x", false, "write one like http://127.0.0.1:5080")]
    [InlineData("http://localhost:5080#x", false, "write one like http://127.0.0.1:5080")]
    [InlineData("http://manager.example.com", false, "api: { hosts: [...] }")]
    [InlineData("https://0.0.0.0:5443", false, "serve --urls https://0.0.0.0:5443 --certificate FILE")]
    [InlineData("http://0.0.0.0:5080", true, "begins with https://")]
    public void An_address_that_does_not_go_is_refused_with_what_would(string url, bool hasCertificate, string words)
    {
        var refused = Assert.Throws<UsageException>(() => ListenAddress.Read(url, hasCertificate ? _served.Pem() : null, null, null));
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_scripted_model_takes_no_address_that_could_be_read_as_another() =>
        Assert.Throws<UsageException>(() => LoopbackAddress.Read("http://x@localhost:5080"));

    [Theory]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("http://localhost:0")]
    public async Task Neither_the_environment_nor_a_settings_file_has_it_listen_elsewhere(string url)
    {
        var builder = WebApplication.CreateSlimBuilder(
            ["--urls", "http://0.0.0.0:0", "--preferHostingUrls", "true", "--http_ports", "0", "--Kestrel:Endpoints:Open:Url", "http://0.0.0.0:0"]);
        builder.Logging.ClearProviders();
        ListenAddress.Read(url, null, null, null).Configure(builder.WebHost);
        await using var app = builder.Build();
        await app.StartAsync();
        Assert.StartsWith("http://127.0.0.1:", Assert.Single(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses), StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_that_cannot_be_used_is_refused_by_its_name()
    {
        Assert.Contains("nowhere.pem", Refused("nowhere.pem"), StringComparison.Ordinal);
        var keyless = _served.Data.Write("keyless.pem", MadeCertificate.New().ExportCertificatePem());
        Assert.Contains("--certificate-key FILE", Refused(keyless), StringComparison.Ordinal);
        Assert.Contains(ListenAddress.PasswordVariable, Refused(_served.Data.Write("torn.pfx", "torn")), StringComparison.Ordinal);
        Assert.Contains("cannot be used", Refused(_served.Data.Write("strange.pem", MadeCertificate.New().ExportCertificatePem() + "\n" + MadeCertificate.New().KeyPem())), StringComparison.Ordinal);

        string Refused(string file) => Assert.Throws<UsageException>(() => ListenAddress.Read("https://0.0.0.0:5443", file, null, null)).Message;
    }

    [Theory]
    [InlineData("http://0.0.0.0:0", "", true, "TLS")]
    [InlineData("http://[::]:0", Oidc, false, "api: { proxies: [ADDRESS] }")]
    [InlineData("http://0.0.0.0:0", Behind, false, "keys create --person P")]
    [InlineData("https://0.0.0.0:0", "", false, "keys create --person P")]
    public async Task Elsewhere_than_on_this_machine_it_does_not_listen_without_TLS_or_without_sign_in(string url, string settings, bool hasKey, string words)
    {
        var refused = await Assert.ThrowsAsync<UsageException>(() => _served.StartAsync(ListenAddress.Read(url, url.StartsWith("https", StringComparison.Ordinal) ? _served.Pem() : null, null, null), settings, hasKey));
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://0.0.0.0:5080", Behind, true)]
    [InlineData("http://0.0.0.0:5080", Behind + Oidc, false)]
    [InlineData("http://127.0.0.1:5080", "", false)]
    [InlineData("http://localhost:5080", "", false)]
    [InlineData("http://[::1]:5080", "", false)]
    public void It_listens_where_nothing_crosses_a_network_in_the_clear_and_somebody_can_sign_in(string url, string settings, bool hasKey)
    {
        var loaded = _served.Load(settings).Settings;
        KeyState[] keys = hasKey ? [new KeyState(new KeyCreated("k", "jana", [], "hash", null), default, IsRevoked: false)] : [];
        Assert.Null(ListenAddress.Read(url, null, null, null).WhyNot(loaded, keys, DateTimeOffset.UnixEpoch));
        var without = ListenAddress.Read(url, null, null, null).WhyNot(loaded, [.. keys.Select(k => k with { IsRevoked = true })], DateTimeOffset.UnixEpoch);
        Assert.Equal(hasKey, without is not null); // a key that was revoked signs nobody in
    }

    [Theory]
    [InlineData("server.pem", null)]
    [InlineData("server.pfx", "open sesame")]
    public async Task With_a_certificate_it_serves_everybody_over_TLS_and_its_owners_terminal_on_this_machine(string file, string? password)
    {
        using var made = MadeCertificate.New();
        var path = _served.Data[file];
        await File.WriteAllBytesAsync(path, password is null ? System.Text.Encoding.UTF8.GetBytes(made.Pem()) : made.Export(X509ContentType.Pkcs12, password));
        await using var server = await _served.StartAsync(ListenAddress.Read("https://0.0.0.0:0", path, null, password), string.Empty, hasKey: true);
        Assert.Equal(("https", "http", true), (server.Url.Scheme, server.LocalUrl.Scheme, server.LocalUrl.IsLoopback));
        Assert.Equal(server.LocalUrl.Authority, server.SignInLink("jana").Authority);

        using var handler = MadeCertificate.Trusting(made);
        using var others = new HttpClient(handler);
        Assert.Equal("""{"status":"live"}""", await others.GetStringAsync(new Uri($"https://127.0.0.1:{server.Url.Port}/health/live")));
        using var terminal = new HttpClient();
        Assert.Equal("""{"status":"live"}""", await terminal.GetStringAsync(new Uri(server.LocalUrl, "/health/live")));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => terminal.GetStringAsync(new Uri($"http://127.0.0.1:{server.Url.Port}/health/live")));
    }

    [Theory]
    [InlineData("", true, true)]
    [InlineData("api: { hosts: ['https://manager.example.com:5443'] }\n", true, false)]
    [InlineData("", false, false)]
    public void Whoever_has_it_speak_TLS_is_told_when_it_answers_to_no_name(string settings, bool hasCertificate, bool isTold)
    {
        var listen = hasCertificate ? ListenAddress.Read("https://0.0.0.0:5443", _served.Pem(), null, null) : ListenAddress.Read("http://127.0.0.1:5080", null, null, null);
        Assert.Equal(isTold, listen.Notice(_served.Load(settings).Settings) is { } told && told.Contains("api: { hosts:", StringComparison.Ordinal));
    }

    [Fact]
    public void What_stands_between_a_certificate_and_its_root_is_shown_with_it()
    {
        var (from, until) = (new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var root = Ca("CN=root").CreateSelfSigned(from, until);
        using var betweenKey = RSA.Create(2048);
        using var between = Ca("CN=between", betweenKey).Create(root, from, until, [1]);
        using var signer = between.CopyWithPrivateKey(betweenKey);
        using var key = RSA.Create(2048);
        using var bare = new CertificateRequest("CN=manager.example.com", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).Create(signer, from, until, [2]);
        using var leaf = bare.CopyWithPrivateKey(key);
        var path = _served.Data["chain.pfx"];
        File.WriteAllBytes(path, new X509Certificate2Collection(new[] { between, leaf }).Export(X509ContentType.Pkcs12, "open sesame")!);

        var listen = ListenAddress.Read("https://0.0.0.0:5443", path, null, "open sesame");

        Assert.Equal(leaf.Thumbprint, listen.Certificate?.Shown.TargetCertificate.Thumbprint);
        Assert.Equal([between.Thumbprint], listen.Certificate?.Shown.IntermediateCertificates.Select(c => c.Thumbprint));

        static CertificateRequest Ca(string name, RSA? key = null)
        {
            var request = new CertificateRequest(name, key ?? RSA.Create(2048), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
            return request;
        }
    }

    [Theory]
    [InlineData("10.0.0.5", "/", "https", 200, "https")]
    [InlineData("10.1.7.7", "/", null, 200, "http")]
    [InlineData("::ffff:10.0.0.5", "/", "http, https", 200, "https")]
    [InlineData("2001:db8::7", "/", "https, http", 200, "http")]
    [InlineData("127.0.0.1", "/", "https", 200, "http")]
    [InlineData("10.0.0.6", "/", "https", 403, "http")]
    [InlineData("10.0.0.6", "/health/ready", null, 200, "http")]
    public async Task Only_a_proxy_that_is_named_passes_things_on_and_only_it_says_how_it_was_asked(string from, string path, string? said, int status, string scheme)
    {
        await using var services = new ServiceCollection().AddLogging().AddSingleton(_served.Load(Behind)).BuildServiceProvider();
        var context = new DefaultHttpContext { RequestServices = services };
        (context.Connection.RemoteIpAddress, context.Request.Scheme, context.Request.Path, context.Request.Host) = (IPAddress.Parse(from), "http", path, new HostString("manager.example.com"));
        context.Request.Headers["X-Forwarded-Proto"] = said;
        context.Request.Headers["X-Forwarded-For"] = "203.0.113.9";
        var app = new ApplicationBuilder(services);
        app.UseKnownProxies();
        app.Run(_ => Task.CompletedTask);

        await app.Build()(context);

        Assert.Equal((status, scheme), (context.Response.StatusCode, context.Request.Scheme));
        var limits = services.GetRequiredService<LoadedCompany>().Settings.Limits;
        Assert.Equal(limits.IsProxy(IPAddress.Parse(from)), RequestSource.Of(context, limits) == "203.0.113.9");
    }

    [Theory]
    [InlineData("/api/workflows", "\"type\":\"urn:aimanager:problem:not-allowed\"")]
    [InlineData("/mcp", "\"jsonrpc\":\"2.0\"")]
    [InlineData("/a2a", "\"jsonrpc\":\"2.0\"")]
    [InlineData("/a2a/tasks", "\"status\":\"PERMISSION_DENIED\"")]
    [InlineData("/v1/models", "\"type\":\"permission_error\"")]
    public async Task Whoever_is_turned_away_in_the_clear_is_told_so_in_the_words_of_the_protocol(string path, string words)
    {
        await using var services = new ServiceCollection().AddLogging().AddSingleton(_served.Load(Behind)).BuildServiceProvider();
        using var said = new MemoryStream();
        var context = new DefaultHttpContext { RequestServices = services, Response = { Body = said } };
        (context.Connection.RemoteIpAddress, context.Request.Scheme, context.Request.Path, context.Request.Host) = (IPAddress.Parse("10.0.0.6"), "http", path, new HostString("manager.example.com"));
        var app = new ApplicationBuilder(services);
        app.UseKnownProxies();

        await app.Build()(context);

        Assert.Equal(StatusCodes.Status403Forbidden, context.Response.StatusCode);
        Assert.Contains(words, System.Text.Encoding.UTF8.GetString(said.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_that_comes_into_force_without_proxies_lets_no_stranger_in_in_the_clear()
    {
        await using var server = await _served.StartAsync(ListenAddress.Read("http://0.0.0.0:0", null, null, null), Behind, hasKey: true);
        var before = await AnswersAsync();
        server.Get<CompanyAtWork>().Switch(_served.Load("api: { hosts: [manager.example.com] }\n"));
        var after = await AnswersAsync();
        Assert.Equal([200, 403, 200], before);
        Assert.Equal([403, 403, 200], after);

        async Task<int[]> AnswersAsync()
        {
            var services = server.Get<IServiceProvider>();
            var app = new ApplicationBuilder(services);
            app.UseKnownProxies();
            app.Run(_ => Task.CompletedTask);
            var (asked, statuses) = (app.Build(), new List<int>());
            foreach (var from in new[] { "10.0.0.5", "10.0.0.6", "127.0.0.1" })
            {
                var context = new DefaultHttpContext { RequestServices = services };
                (context.Connection.RemoteIpAddress, context.Request.Scheme, context.Request.Host) = (IPAddress.Parse(from), "http", new HostString("manager.example.com"));
                await asked(context);
                statuses.Add(context.Response.StatusCode);
            }

            return [.. statuses];
        }
    }
}
