using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using AiManager.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AiManager.Host.Tests;

/// <summary>A certificate is renewed while the service runs: over real TLS, with one file, with two, and through links as clusters lay them.</summary>
public sealed class RenewedCertificateTests : IDisposable
{
    private static readonly TimeSpan Moment = ServerCertificate.Pause / 2;

    private readonly TempFolder _files = new();
    private readonly ManualTime _time = new();
    private readonly KeptLines _log = new();

    public void Dispose()
    {
        _log.Dispose();
        _files.Dispose();
    }

    [Fact]
    public async Task Whoever_connects_after_it_was_renewed_is_shown_the_new_one()
    {
        using var old = MadeCertificate.New();
        using var renewed = MadeCertificate.New();
        _files.Write("server.pem", old.Pem());
        await using var app = await ServeAsync("server.pem", null);
        Assert.Equal(old.Thumbprint, await ShownAsync(app));

        _files.Write("server.pem", renewed.Pem());
        Assert.Equal(old.Thumbprint, await ShownAfterAsync(app, Moment));
        Assert.Equal(renewed.Thumbprint, await ShownAfterAsync(app, Moment));
        Assert.Contains(_log.Lines, line => line.Contains("was renewed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_that_cannot_be_used_is_said_once_and_the_one_before_goes_on_being_shown()
    {
        using var old = MadeCertificate.New();
        using var renewed = MadeCertificate.New();
        _files.Write("server.pem", old.Pem());
        await using var app = await ServeAsync("server.pem", null);

        foreach (var broken in (string?[])["-----BEGIN CERTIFICATE-----\ntorn", renewed.ExportCertificatePem(), string.Empty, null])
        {
            if (broken is null)
            {
                File.Delete(_files["server.pem"]);
            }
            else
            {
                _files.Write("server.pem", broken);
            }

            var before = _log.Lines.Count(l => l.Contains("stays the one before", StringComparison.Ordinal));
            for (var look = 0; look < 2; look++)
            {
                Assert.Equal(old.Thumbprint, await ShownAfterAsync(app, ServerCertificate.Pause));
            }

            Assert.Equal(before + 1, _log.Lines.Count(l => l.Contains("stays the one before", StringComparison.Ordinal)));
        }

        _files.Write("server.pem", renewed.Pem());
        Assert.Equal(renewed.Thumbprint, await ShownAfterAsync(app, ServerCertificate.Pause));
    }

    [Fact]
    public async Task With_the_key_in_a_file_of_its_own_nothing_changes_until_both_are_there()
    {
        using var old = MadeCertificate.New();
        using var renewed = MadeCertificate.New();
        _files.Write("server.crt", old.ExportCertificatePem());
        _files.Write("server.key", old.KeyPem());
        await using var app = await ServeAsync("server.crt", "server.key");

        _files.Write("server.crt", renewed.ExportCertificatePem());
        Assert.Equal(old.Thumbprint, await ShownAfterAsync(app, ServerCertificate.Pause));
        _files.Write("server.key", renewed.KeyPem());
        Assert.Equal(renewed.Thumbprint, await ShownAfterAsync(app, ServerCertificate.Pause));
    }

    [Fact]
    public async Task A_link_to_a_folder_that_is_turned_elsewhere_is_followed()
    {
        using var old = MadeCertificate.New();
        using var renewed = MadeCertificate.New();
        foreach (var (folder, made) in new[] { ("1", old), ("2", renewed) })
        {
            Directory.CreateDirectory(_files[folder]);
            File.WriteAllText(Path.Combine(_files[folder], "tls.pem"), made.Pem());
        }

        Directory.CreateSymbolicLink(_files["now"], _files["1"]);
        await using var app = await ServeAsync(Path.Combine("now", "tls.pem"), null);
        Assert.Equal(old.Thumbprint, await ShownAsync(app));

        Directory.Delete(_files["now"]);
        Directory.CreateSymbolicLink(_files["now"], _files["2"]);
        Assert.Equal(renewed.Thumbprint, await ShownAfterAsync(app, ServerCertificate.Pause));
    }

    private async Task<WebApplication> ServeAsync(string file, string? key)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(_log);
        builder.Services.AddSingleton<TimeProvider>(_time);
        ListenAddress.Read("https://127.0.0.1:0", _files[file], key is null ? null : _files[key], null).Configure(builder.WebHost);
        var app = builder.Build();
        app.MapGet("/", () => "here");
        await app.StartAsync();
        return app;
    }

    /// <summary>The thumbprint of what a new connection is shown after a while.</summary>
    private Task<string> ShownAfterAsync(WebApplication app, TimeSpan time)
    {
        _time.Advance(time);
        return ShownAsync(app);
    }

    /// <summary>The thumbprint of what a new connection is shown.</summary>
    private static async Task<string> ShownAsync(WebApplication app)
    {
        var shown = string.Empty;
        using var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, certificate, _, _) => (shown = new X509Certificate2(certificate!).Thumbprint).Length > 0,
            },
        };
        using var client = new HttpClient(handler);
        var url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Assert.Equal("here", await client.GetStringAsync(new Uri(url)));
        return shown;
    }

    private sealed class KeptLines : ILoggerProvider, ILogger
    {
        private readonly List<string> _lines = [];

        public string[] Lines
        {
            get
            {
                lock (_lines)
                {
                    return [.. _lines];
                }
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_lines)
            {
                _lines.Add(formatter(state, exception));
            }
        }

        public void Dispose()
        {
        }
    }
}
