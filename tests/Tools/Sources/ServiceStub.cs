using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace AiManager.Tools.Tests;

/// <summary>A real HTTP service in this process that does what a test tells it, request by request; the last thing told holds for all that follow.</summary>
internal sealed class ServiceStub : IAsyncDisposable
{
    private readonly ConcurrentQueue<Func<HttpContext, Task>> _steps = new();
    private readonly ConcurrentQueue<Received> _requests = new();
    private readonly WebApplication _app;
    private Func<HttpContext, Task> _last = http => http.Response.WriteAsync("{}");

    private ServiceStub(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.First());

    public IReadOnlyList<Received> Requests => [.. _requests];

    public static async Task<ServiceStub> StartAsync(params Func<HttpContext, Task>[] steps)
    {
        var stub = await StartAsync(secure: false);
        stub.Does(steps);
        return stub;
    }

    /// <summary>With a certificate that nobody has a reason to trust.</summary>
    public static Task<ServiceStub> StartSecureAsync() => StartAsync(secure: true);

    /// <summary>What it does next.</summary>
    public void Does(params Func<HttpContext, Task>[] steps)
    {
        foreach (var step in steps)
        {
            _steps.Enqueue(step);
            _last = step;
        }
    }

    public static Func<HttpContext, Task> Says(int status, string body = "", string type = "application/json", params (string Name, string Value)[] headers) => async http =>
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = body.Length > 0 ? type : null;
        foreach (var (name, value) in headers)
        {
            http.Response.Headers[name] = value;
        }

        await http.Response.WriteAsync(body);
    };

    /// <summary>Promises more than it sends, and hangs up.</summary>
    public static Func<HttpContext, Task> HangsUp { get; } = async http =>
    {
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = 500;
        await http.Response.WriteAsync("""{"half":""");
        await http.Response.Body.FlushAsync();
        http.Abort();
    };

    /// <summary>Never answers; says in <paramref name="arrived"/> that a request came.</summary>
    public static Func<HttpContext, Task> IsSilent(TaskCompletionSource arrived) => async http =>
    {
        arrived.TrySetResult();
        var gone = new TaskCompletionSource();
        await using var registration = http.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    };

    /// <summary>Sends a body of so many bytes, without saying so first.</summary>
    public static Func<HttpContext, Task> Floods(int megabytes) => async http =>
    {
        http.Response.ContentType = "application/json";
        var chunk = Encoding.ASCII.GetBytes(new string(' ', 1024 * 1024));
        for (var sent = 0; sent < megabytes && !http.RequestAborted.IsCancellationRequested; sent++)
        {
            await http.Response.Body.WriteAsync(chunk);
        }
    };

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static async Task<ServiceStub> StartAsync(bool secure)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, o =>
        {
            o.Protocols = HttpProtocols.Http1;
            if (secure)
            {
                o.UseHttps(Unknown());
            }
        }));
        var app = builder.Build();
        var stub = new ServiceStub(app);
        app.Run(stub.AnswerAsync);
        await app.StartAsync();
        return stub;
    }

    private static X509Certificate2 Unknown()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    private async Task AnswerAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        _requests.Enqueue(new Received(
            http.Request.Method,
            http.Features.Get<IHttpRequestFeature>()!.RawTarget,
            http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            await reader.ReadToEndAsync()));
        await (_steps.TryDequeue(out var step) ? step : _last)(http);
    }

    /// <summary>A request as it came over the wire.</summary>
    internal sealed record Received(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body);
}
