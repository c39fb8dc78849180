using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using AiManager.Contracts;

namespace AiManager.Host.Tests;

/// <summary>The npm package <c>oidc-provider</c>, certified by the OpenID Foundation, on this machine; and a browser without script that signs in there.</summary>
internal sealed partial class RealProvider : IDisposable
{
    private const string Secret = "open sesame";

    private readonly Process _node;

    private RealProvider(Process node) => _node = node;

    public static async Task<RealProvider> StartAsync(int port, Uri manager)
    {
        var node = NpmServers.Start("oidc-provider", port.ToString(CultureInfo.InvariantCulture), manager.GetLeftPart(UriPartial.Authority), Secret);
        var line = await node.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1));
        return line is null ? throw new InvalidOperationException(await node.StandardError.ReadToEndAsync()) : new RealProvider(node);
    }

    /// <summary>From the address that the service sent the browser to, to the one that the provider sends it back to.</summary>
    public static async Task<Uri> SignInAsync(Uri address, string account)
    {
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() });
        for (var step = 0; step < 12; step++)
        {
            using var reply = await browser.GetAsync(address);
            var next = reply.Headers.Location is { } location ? new Uri(address, location) : await SendAsync(browser, address, await reply.Content.ReadAsStringAsync(), account);
            if (next.AbsolutePath == OidcPages.Returns)
            {
                return next;
            }

            address = next;
        }

        throw new InvalidOperationException("The provider leads nowhere.");
    }

    public void Dispose()
    {
        _node.StandardInput.Close();
        _node.WaitForExit(TimeSpan.FromSeconds(10));
        _node.Dispose();
    }

    private static async Task<Uri> SendAsync(HttpClient browser, Uri page, string html, string account)
    {
        var action = Action().Match(html) is { Success: true } found ? found.Groups[1].Value : throw new InvalidOperationException(html);
        using var form = new FormUrlEncodedContent([new("prompt", html.Contains("name=\"login\"", StringComparison.Ordinal) ? "login" : "consent"), new("login", account), new("password", "x")]);
        using var reply = await browser.PostAsync(new Uri(page, action), form);
        return new Uri(page, reply.Headers.Location ?? throw new InvalidOperationException(await reply.Content.ReadAsStringAsync()));
    }

    [GeneratedRegex("action=\"([^\"]+)\"")]
    private static partial Regex Action();
}
